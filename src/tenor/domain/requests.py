"""What can be asked of Tenor: one frozen value a verb, with who asks it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tenor.domain.account import Actor, ChangeKind
from tenor.domain.later_fields import ADDED


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
class ReduceSeats:
    """Renew fewer seats: `seats` is the total number from the next renewal on (rules 6)."""

    subscription_id: str
    seats: int
    kind: Literal["reduce_seats"] = "reduce_seats"


@dataclass(frozen=True, slots=True)
class ChangeTerm:
    """Renew for another term, in months, from the next renewal on (rules 6)."""

    subscription_id: str
    months: int
    kind: Literal["change_term"] = "change_term"


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Another plan of the product: now, with a credit for the old one by days, or at the next renewal (rules 4)."""

    subscription_id: str
    plan: str
    when: Literal["now", "renewal"]
    kind: Literal["change_plan"] = "change_plan"


@dataclass(frozen=True, slots=True)
class AlignDates:
    """Give the subscriptions one renewal date (rules 5): `on`, or the latest among them.

    `prepare` also makes or schedules what keeps some of them out: turns renewal on, gives all of them `method_id`, and
    schedules the term that most of them have. `at_renewal` answers, by subscription, how many seats are to be renewed
    where fewer are already scheduled.
    """

    subscription_ids: tuple[str, ...]
    on: date | None = None
    prepare: bool = False
    method_id: str | None = None
    at_renewal: tuple[tuple[str, int], ...] = ()
    kind: Literal["align_dates"] = "align_dates"


@dataclass(frozen=True, slots=True)
class RenewEarly:
    """Pay the next term of each subscription now; the renewal dates do not move (rules 7). One order, one method."""

    subscription_ids: tuple[str, ...]
    method_id: str | None = None
    kind: Literal["renew_early"] = "renew_early"


@dataclass(frozen=True, slots=True)
class RenewLate:
    """Renew a subscription that expired, its dates unmoved (rules 7)."""

    subscription_id: str
    method_id: str | None = None
    kind: Literal["renew_late"] = "renew_late"


@dataclass(frozen=True, slots=True)
class BuyAgain:
    """Buy anew what has ended, at the list price, from today on (rules 7). `new_id` is the new subscription's id."""

    subscription_id: str
    seats: int
    months: int
    new_id: str
    method_id: str | None = None
    kind: Literal["buy_again"] = "buy_again"


@dataclass(frozen=True, slots=True)
class SetAutoRenew:
    """Turn automatic renewal on or off for the subscriptions (rules 6, 7). `why` is what the customer says, or "".

    `after_owed`: what is owed already is kept, and paid; it is the renewal after it that is turned off.
    """

    subscription_ids: tuple[str, ...]
    on: bool
    why: str = ""
    after_owed: bool = False
    kind: Literal["set_auto_renew"] = "set_auto_renew"


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """Give an order back inside its window: its effect is undone, its money refunded (rules 9).

    `subscription_ids` names the part to give back, of an order about several subscriptions; empty: all that is left.
    """

    order_id: str
    subscription_ids: tuple[str, ...] = ()
    kind: Literal["return_order"] = "return_order"


@dataclass(frozen=True, slots=True)
class UndoScheduled:
    """Take the entry of that kind off the list "at your next renewal" (rules 6)."""

    subscription_id: str
    change: ChangeKind
    kind: Literal["undo_scheduled"] = "undo_scheduled"


@dataclass(frozen=True, slots=True)
class SetPaymentMethod:
    """Pay these subscriptions by that stored method from now on (rules 6, 7): one, or up to 100 at once.

    `instead_of` is the method whose place it takes: only what names that one changes, now or at the next renewal.
    """

    subscription_ids: tuple[str, ...]
    method_id: str
    kind: Literal["set_payment_method"] = "set_payment_method"
    instead_of: str | None = field(default=None, metadata=ADDED)


@dataclass(frozen=True, slots=True)
class DeclineOwed:
    """End it: the term that is owed of each subscription is not taken, and nothing more is charged for it (rules 7)."""

    subscription_ids: tuple[str, ...]
    why: str = ""
    kind: Literal["decline_owed"] = "decline_owed"


@dataclass(frozen=True, slots=True)
class OwedChoice:
    """What a term that is owed is to be; what is None stays as it was invoiced."""

    subscription_id: str
    seats: int | None = None
    months: int | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeOwed:
    """Renew other than it was invoiced, for the same first day, and pay it at once (rules 7).

    `chosen` are the subscriptions to renew, of one unpaid invoice; whatever else stands on it is declined. `keep`:
    whether the method pays from now on, None where nobody was asked.
    """

    chosen: tuple[OwedChoice, ...]
    method_id: str | None = None
    kind: Literal["change_owed"] = "change_owed"
    keep: bool | None = field(default=None, metadata=ADDED)

    @property
    def subscription_ids(self) -> tuple[str, ...]:
        """The subscriptions to renew."""
        return tuple(one.subscription_id for one in self.chosen)


Ask = (
    AddSeats
    | ReduceSeats
    | ChangeTerm
    | ChangePlan
    | AlignDates
    | RenewEarly
    | RenewLate
    | BuyAgain
    | SetAutoRenew
    | SetPaymentMethod
    | ReturnOrder
    | UndoScheduled
    | ChangeOwed
    | DeclineOwed
)

NEED_ORDERS = (ChangePlan, SetAutoRenew, ReturnOrder)
"""What can only be planned with the account's past orders at hand: it credits what they charged."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, and by whom."""

    actor: Actor
    ask: Ask


def subscriptions_of(ask: Ask) -> tuple[str, ...]:
    """The ids of the subscriptions that the request names; none for the return of an order, which names those."""
    if isinstance(ask, ReturnOrder):
        return ()
    if isinstance(ask, AlignDates | RenewEarly | SetAutoRenew | SetPaymentMethod | ChangeOwed | DeclineOwed):
        return ask.subscription_ids
    return (ask.subscription_id,)
