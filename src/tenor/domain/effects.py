"""What carrying out a quote changes, one frozen value a kind of change, each with the value before (rules 9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tenor.domain.account import ChangeKind, ComingTerm, PaidPeriod, ScheduledChange, SubscriptionStatus
from tenor.domain.later_fields import ADDED
from tenor.domain.money import Money


@dataclass(frozen=True, slots=True)
class SetSeats:
    """The subscription has `after` seats instead of `before`."""

    subscription_id: str
    before: int
    after: int
    kind: Literal["set_seats"] = "set_seats"


@dataclass(frozen=True, slots=True)
class SetMethod:
    """The subscription is paid by the method `after` instead of `before`; None stands for the account's default."""

    subscription_id: str
    before: str | None
    after: str | None
    kind: Literal["set_method"] = "set_method"


@dataclass(frozen=True, slots=True)
class SetPlan:
    """The subscription is of plan `after` instead of `before`."""

    subscription_id: str
    before: str
    after: str
    kind: Literal["set_plan"] = "set_plan"


@dataclass(frozen=True, slots=True)
class SetComing:
    """What the subscription becomes when a term begins that is paid ahead; None where there is no such term."""

    subscription_id: str
    before: ComingTerm | None
    after: ComingTerm | None
    kind: Literal["set_coming"] = "set_coming"


@dataclass(frozen=True, slots=True)
class AddPeriod:
    """Days are paid for: an extension, or the rest of a period at another price."""

    subscription_id: str
    paid: PaidPeriod
    kind: Literal["add_period"] = "add_period"


@dataclass(frozen=True, slots=True)
class StopPeriod:
    """A paid period ends on `after` instead of `before`; None: when it was to end. On its first day: it never was.

    `paid` is the period as it was paid for, whole.
    """

    subscription_id: str
    paid: PaidPeriod
    before: date | None
    after: date | None
    kind: Literal["stop_period"] = "stop_period"


@dataclass(frozen=True, slots=True)
class MoveRenewal:
    """The renewal date moves, and with it the anchor from which all later boundaries are counted (rules 5)."""

    subscription_id: str
    before: date
    after: date
    anchor_before: date
    anchor_after: date
    kind: Literal["move_renewal"] = "move_renewal"


@dataclass(frozen=True, slots=True)
class Schedule:
    """An entry on the list "at your next renewal" replaces what was there. `after` None takes the entry away."""

    subscription_id: str
    change: ChangeKind
    before: str | None
    after: str | None
    effective_on: date
    unit_price: Money | None = None
    unit_price_before: Money | None = None
    kind: Literal["schedule"] = "schedule"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subscription stood before a term began: what a return of that term brings back."""

    months: int
    plan: str
    seats: int
    auto_renew: bool
    method_id: str | None
    status: SubscriptionStatus
    lapsed_on: date | None
    scheduled: tuple[ScheduledChange, ...]


@dataclass(frozen=True, slots=True)
class StartTerm:
    """The subscription begins its next term: what was paid, and what the merged scheduled changes make of it.

    A term that begins on a later day waits as the subscription's `coming` one until then. `was` is how things stood.
    """

    subscription_id: str
    paid: PaidPeriod
    months: int
    plan: str
    seats: int
    auto_renew: bool
    method_id: str | None
    was: Standing
    kind: Literal["start_term"] = "start_term"


@dataclass(frozen=True, slots=True)
class EndTerm:
    """A term is taken back: everything is as it stood before it, its scheduled entries too (rules 9).

    `term` is what began it. A term that had begun leaves the subscription expired, as of the day that it is returned.
    """

    subscription_id: str
    term: StartTerm
    kind: Literal["end_term"] = "end_term"


@dataclass(frozen=True, slots=True)
class DeclineTerm:
    """A term that is owed is not taken: access ends today, and the subscription has expired since its renewal date."""

    subscription_id: str
    before: SubscriptionStatus
    kind: Literal["decline_term"] = "decline_term"


@dataclass(frozen=True, slots=True)
class WithdrawInvoice:
    """The open invoice of an unpaid renewal is credited whole, and its tries stop (rules 7).

    `credited` is its total, where it is known. What else stands on it and is named by `left` stays owed: on an invoice
    of its own over `still_owed`, tried on the same days. None: it is too small to be collected, and starts at once.
    """

    order_id: str
    number: str
    credited: Money | None
    left: tuple[str, ...] = ()
    still_owed: Money | None = None
    kind: Literal["withdraw_invoice"] = "withdraw_invoice"


@dataclass(frozen=True, slots=True)
class OpenSubscription:
    """A subscription begins: its first paid period starts on the anchor."""

    subscription_id: str
    product: str
    plan: str
    months: int
    seats: int
    paid: PaidPeriod
    auto_renew: bool
    method_id: str | None
    kind: Literal["open_subscription"] = "open_subscription"


@dataclass(frozen=True, slots=True)
class CloseSubscription:
    """A subscription that a returned order had opened ends: its first period never was."""

    subscription_id: str
    paid: PaidPeriod
    kind: Literal["close_subscription"] = "close_subscription"


@dataclass(frozen=True, slots=True)
class BillCarried:
    """Lines that waited because they were too small stand on this quote's invoice now."""

    line_ids: tuple[str, ...]
    kind: Literal["bill_carried"] = "bill_carried"


@dataclass(frozen=True, slots=True)
class DropCarried:
    """Lines of a returned order that still waited for an invoice are not billed any more."""

    line_ids: tuple[str, ...]
    kind: Literal["drop_carried"] = "drop_carried"


@dataclass(frozen=True, slots=True)
class GiveBack:
    """The order's invoice is corrected by a credit note, and that money goes back to where it came from (rules 9).

    Amounts (as priced) and nets stand by place of the invoice's lines; they and `tax` are below zero, or nothing, save
    where the invoice itself credits something. `taxes` is that tax by place of the invoice's tax lines, where it has
    several kinds; () where it has one.
    """

    order_id: str
    amounts: tuple[Money, ...]
    nets: tuple[Money, ...]
    tax: Money
    taxes: tuple[Money, ...] = field(default=(), metadata=ADDED)
    kind: Literal["give_back"] = "give_back"


@dataclass(frozen=True, slots=True)
class MarkReturned:
    """The order counts as returned: nothing builds on it any more, and it can't be returned again."""

    order_id: str
    kind: Literal["mark_returned"] = "mark_returned"


@dataclass(frozen=True, slots=True)
class MarkPartReturned:
    """What the order did for these subscriptions counts as returned; the rest of it stands."""

    order_id: str
    subscription_ids: tuple[str, ...]
    kind: Literal["mark_part_returned"] = "mark_part_returned"


Effect = (
    SetSeats
    | SetPlan
    | SetMethod
    | SetComing
    | AddPeriod
    | StopPeriod
    | MoveRenewal
    | Schedule
    | StartTerm
    | EndTerm
    | DeclineTerm
    | WithdrawInvoice
    | OpenSubscription
    | CloseSubscription
    | BillCarried
    | DropCarried
    | GiveBack
    | MarkReturned
    | MarkPartReturned
)


def taxes_by_kind(effect: GiveBack) -> tuple[Money, ...]:
    """The tax that is given back, by place of the invoice's tax lines."""
    return effect.taxes or (effect.tax,)


def changed_by(effects: Iterable[Effect]) -> frozenset[str]:
    """The ids of the subscriptions that these effects change."""
    named = (getattr(effect, "subscription_id", "") for effect in effects)
    return frozenset(subscription_id for subscription_id in named if subscription_id)


def worth_telling(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Without what another one says already: what ends at once has no word left for what is scheduled of it."""
    done = tuple(effects)
    declined = {effect.subscription_id for effect in done if isinstance(effect, DeclineTerm)}
    return tuple(one for one in done if not (isinstance(one, Schedule) and one.subscription_id in declined))
