"""Take a seat of a subscription back from somebody; the seat itself stays paid and free."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import SeatAssignment
from tenor.domain.account import Actor
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.usecases.release_seats import release


def unassign_seat(*, account_id: UUID, subscription_id: UUID, user_id: UUID, actor: Actor, now: datetime) -> None:
    """Release the person's seat of that subscription, and tell them. Safe to repeat.

    Raises Refusal: `role_may_not_manage_users`; `unknown_person` who never had a seat of it.
    """
    demand(actor, Permission.MANAGE_USERS)
    retrying(lambda: _unassign(account_id, subscription_id, user_id, actor, now))


def _unassign(account_id: UUID, subscription_id: UUID, user_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        theirs = SeatAssignment.objects.select_related("user").filter(
            account_id=account_id, subscription_id=subscription_id, user_id=user_id
        )
        if not theirs.exists():
            raise Refusal("unknown_person", {"person": str(user_id)})
        release(theirs.filter(released_at=None), actor, now)
