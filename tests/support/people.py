"""Rows for tests, like factories.py: people with seats, invitations, the buyer's role on its way."""

from datetime import timedelta
from typing import Any

from tenor.db import models
from tests.support import factories
from tests.support.factories import NOW, serials


def make_seat(
    *, subscription: models.Subscription, user: models.User | None = None, **fields: Any
) -> models.SeatAssignment:
    """A seat of the subscription, used by somebody; unless said otherwise later assigned than every one before."""
    return models.SeatAssignment.objects.create(
        **{
            "account_id": subscription.account_id,
            "subscription": subscription,
            "user": user or factories.make_user(),
            "assigned_at": NOW - timedelta(days=300) + timedelta(minutes=next(serials)),
            **fields,
        }
    )


def make_invitation(*, account: models.Account, invited_by: models.User, **fields: Any) -> models.Invitation:
    """An open invitation to look, with a token that nobody knows."""
    return models.Invitation.objects.create(
        **{
            "account": account,
            "email": f"invited-{next(serials)}@example.com",
            "role": "viewer",
            "token_digest": f"{next(serials):064x}",
            "invited_by": invited_by,
            "invited_at": NOW,
            "expires_at": NOW + timedelta(days=7),
            **fields,
        }
    )


def make_calendar(*, account: models.Account, user: models.User, **fields: Any) -> models.CalendarFeed:
    """A feed that is on, with a token that nobody knows."""
    return models.CalendarFeed.objects.create(
        **{"account": account, "user": user, "token_digest": f"{next(serials):064x}", **fields}
    )


def make_handover(
    *, account: models.Account, offered_by: models.User, offered_to: models.User, **fields: Any
) -> models.Handover:
    """An open offer of the buyer's role."""
    return models.Handover.objects.create(
        **{"account": account, "offered_by": offered_by, "offered_to": offered_to, "offered_at": NOW, **fields}
    )
