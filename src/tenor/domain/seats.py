"""Who sits on the seats of a subscription, and who loses one when there are fewer (rules 6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SeatUser:
    """Somebody with a seat. `leaves_at_renewal`: chosen by an admin to lose it when fewer seats are renewed.

    `id` is that of the assignment; `name` is "" for who has no role in the account: their address names them.
    """

    id: str
    user_id: str
    name: str
    email: str
    assigned_at: datetime
    leaves_at_renewal: bool = False

    @property
    def label(self) -> str:
        """What people call them."""
        return self.name or self.email


def in_order_of_leaving(users: Iterable[SeatUser]) -> tuple[SeatUser, ...]:
    """Who was chosen to leave comes first, then who was assigned last."""
    newest = sorted(users, key=lambda user: (user.assigned_at, user.id), reverse=True)
    return tuple(sorted(newest, key=lambda user: not user.leaves_at_renewal))


def surplus(users: Iterable[SeatUser], seats_left: int) -> tuple[SeatUser, ...]:
    """Those who have no seat any more once only `seats_left` of them are left."""
    ordered = in_order_of_leaving(users)
    return ordered[: max(0, len(ordered) - seats_left)]
