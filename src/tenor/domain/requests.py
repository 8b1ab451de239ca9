"""What can be asked of Tenor: one frozen value a verb, with who asks it."""

from dataclasses import dataclass
from typing import Literal

from tenor.domain.account import Actor, ChangeKind


@dataclass(frozen=True, slots=True)
class AddSeats:
    """Add `seats` seats now, for the rest of what is paid (rules 4).

    `at_renewal` answers what should be renewed where fewer seats are already scheduled: the total number of seats.
    """

    subscription_id: str
    seats: int
    at_renewal: int | None = None
    kind: Literal["add_seats"] = "add_seats"


@dataclass(frozen=True, slots=True)
class ChangeTerm:
    """Renew for another term, in months, from the next renewal on (rules 6)."""

    subscription_id: str
    months: int
    kind: Literal["change_term"] = "change_term"


@dataclass(frozen=True, slots=True)
class UndoScheduled:
    """Take the entry of that kind off the list "at your next renewal" (rules 6)."""

    subscription_id: str
    change: ChangeKind
    kind: Literal["undo_scheduled"] = "undo_scheduled"


@dataclass(frozen=True, slots=True)
class SetPaymentMethod:
    """Pay these subscriptions by that stored method from now on (rules 6, 7): one, or up to 100 at once."""

    subscription_ids: tuple[str, ...]
    method_id: str
    kind: Literal["set_payment_method"] = "set_payment_method"


Ask = AddSeats | ChangeTerm | UndoScheduled | SetPaymentMethod


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, and by whom."""

    actor: Actor
    ask: Ask


def subscriptions_of(ask: Ask) -> tuple[str, ...]:
    """The ids of the subscriptions that the request names."""
    return ask.subscription_ids if isinstance(ask, SetPaymentMethod) else (ask.subscription_id,)
