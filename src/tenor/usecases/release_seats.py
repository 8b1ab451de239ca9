"""A seat whose user is gone from it: written down, and told to who used it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tenor.db.models import SeatAssignment
from tenor.domain.account import Actor
from tenor.domain.seats import SeatUser
from tenor.usecases.members import reader_of
from tenor.usecases.tell import SYSTEM, About, Letter, tell, write_to


def release(seats: Iterable[SeatAssignment], actor: Actor, now: datetime) -> None:
    """Take these seats back from their users. Call with the account locked."""
    for seat in seats:
        seat.released_at = now
        seat.save(update_fields=["released_at"])
        _tell(seat, actor, now)


def tell_released(account_id: UUID, released: Iterable[SeatUser], now: datetime) -> None:
    """What `db.seats.release_surplus` took because there are fewer seats: one fact and one mail for each."""
    ids = [user.id for user in released]
    seats = SeatAssignment.objects.select_related("user").filter(account_id=account_id, id__in=ids)
    for seat in seats.order_by("id"):
        _tell(seat, SYSTEM, now)


def _tell(seat: SeatAssignment, actor: Actor, now: datetime) -> None:
    about = About(seat.account_id, subscription=seat.subscription_id)
    tell(about, "seat_released", actor, now, before={"email": seat.user.email})
    context = {"by": "" if actor is SYSTEM else actor.name, "subscription": str(seat.subscription_id)}
    write_to(seat.account_id, reader_of(seat.user), now, Letter("seat_released", seat.id, context=context))
