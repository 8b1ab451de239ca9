"""Seats that are no longer there have no users: what carrying out fewer seats does to those who sit on them."""

from datetime import datetime
from uuid import UUID

from tenor.db.models import SeatAssignment
from tenor.db.queries.seats import users_of
from tenor.domain.seats import SeatUser, surplus


def release_surplus(account_id: UUID, subscription_id: UUID, seats_left: int, now: datetime) -> tuple[SeatUser, ...]:
    """Take the seats of those for whom none is left; returns them, so that they can be told.

    Who was chosen to leave goes first, then who was assigned last (rules 6). Call with the account locked.
    """
    leaving = surplus(users_of(account_id, subscription_id), seats_left)
    seated = SeatAssignment.objects.filter(account_id=account_id, released_at=None)
    seated.filter(id__in=[user.id for user in leaving]).update(released_at=now)
    return leaving
