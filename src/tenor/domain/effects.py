"""What carrying out a quote changes, one frozen value a kind of change, each with the value before (rules 9)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tenor.domain.account import ChangeKind, PaidPeriod
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
class Schedule:
    """An entry on the list "at your next renewal" replaces what was there. `after` None takes the entry away."""

    subscription_id: str
    change: ChangeKind
    before: str | None
    after: str | None
    effective_on: date
    unit_price: Money | None = None
    kind: Literal["schedule"] = "schedule"


@dataclass(frozen=True, slots=True)
class StartTerm:
    """The subscription begins its next term: what was paid, and what the merged scheduled changes make of it."""

    subscription_id: str
    paid: PaidPeriod
    months: int
    plan: str
    seats: int
    auto_renew: bool
    method_id: str | None
    kind: Literal["start_term"] = "start_term"


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
class BillCarried:
    """Lines that waited because they were too small stand on this quote's invoice now."""

    line_ids: tuple[str, ...]
    kind: Literal["bill_carried"] = "bill_carried"


Effect = SetSeats | SetMethod | Schedule | StartTerm | OpenSubscription | BillCarried
