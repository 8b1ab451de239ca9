"""What a customer is told before it happens: a mail's worth of facts, as `domain.reminding` decides it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tenor.domain.account import MethodKind
from tenor.domain.differences import Difference
from tenor.domain.money import Money
from tenor.domain.refusals import Reason
from tenor.domain.tax import TaxDecision

OPTIONAL_FROM = 30
"""Reminders as many days ahead are a service that people may do without; the later ones they need."""


class ReminderKind(StrEnum):
    """What it is about; each is a kind of mail, too."""

    RENEWAL = "renewal_reminder"
    ENDS = "access_ends"
    PRICE = "price_change"
    METHOD = "method_expires"
    DEBIT = "debit_notice"


@dataclass(frozen=True, slots=True)
class PriceChange:
    """Another price a seat than was known before. `is_confirmed`: of a change that somebody confirmed at `before`.

    `early` is what a seat of the next term costs that is paid ahead today, where that is open and costs less.
    """

    before: Money
    after: Money
    announced_on: date | None = None
    is_confirmed: bool = False
    early: Money | None = None


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """A subscription as it will renew, or end (`amount` None). Days are [starts_on, ends_on).

    A line of the payment that is of no term, but waited for the next invoice, has `months` 0.
    """

    subscription_id: str
    number: str
    product: str
    plan: str
    months: int
    seats: int
    starts_on: date
    ends_on: date
    unit_price: Money | None = None
    amount: Money | None = None
    differences: tuple[Difference, ...] = ()
    price_change: PriceChange | None = None


@dataclass(frozen=True, slots=True)
class ReminderMethod:
    """How it will be paid, as the reader knows it; `mandate` is the reference of what a debit rests on."""

    id: str
    kind: MethodKind
    label: str
    last_day: date | None = None
    mandate: str = ""


@dataclass(frozen=True, slots=True)
class ReminderPayment:
    """One charge: `total` with tax, None where it is too small to be charged by itself and waits.

    It is what the method pays; `from_balance` what the account's balance has paid before. `instead_of` are methods that
    were to pay and can't on that day, so that `method` does.
    """

    lines: tuple[ReminderLine, ...]
    tax: TaxDecision
    tax_total: Money
    total: Money | None
    method: ReminderMethod | None = None
    concerns: tuple[Reason, ...] = ()
    instead_of: tuple[ReminderMethod, ...] = ()
    from_balance: Money | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """One mail to send, with all that it says. `days`: which of the reminders of that date it stands for; 0 for none.

    `on` is the renewal date; of a payment method its last day, and `instead` is what pays after that day if nothing is
    done. `ends` are subscriptions that do not renew. `nth` counts what was told of that date before, where a later one
    may say otherwise: of a price, of a debit's amount.
    """

    kind: ReminderKind
    on: date
    days: int = 0
    payments: tuple[ReminderPayment, ...] = ()
    ends: tuple[ReminderLine, ...] = ()
    method: ReminderMethod | None = None
    nth: int = 0
    instead: ReminderMethod | None = None

    @property
    def is_optional(self) -> bool:
        """Whether a person may do without it: not of what says that something else will be charged."""
        is_early = self.kind in (ReminderKind.RENEWAL, ReminderKind.ENDS) and self.days >= OPTIONAL_FROM
        return is_early or (self.kind is ReminderKind.METHOD and self.instead is None)

    @property
    def lines(self) -> tuple[ReminderLine, ...]:
        """The subscriptions that it names."""
        return (*(line for payment in self.payments for line in payment.lines), *self.ends)

    @property
    def period(self) -> str:
        """What makes it another one than those before of its kind: told once (see `db_mail`)."""
        match self.kind:
            case ReminderKind.PRICE:
                changed = {_price_key(line) for line in self.lines if line.price_change is not None}
                return " ".join([self.on.isoformat(), *sorted(changed), str(self.nth)])
            case ReminderKind.DEBIT:
                amounts = (str(payment.total.minor) for payment in self.payments if payment.total is not None)
                return " ".join([self.on.isoformat(), *amounts, str(self.nth)])
            case ReminderKind.METHOD:
                return self.on.isoformat()
            case _:
                return f"{self.on.isoformat()} {self.days}"


def _price_key(line: ReminderLine) -> str:
    change = line.price_change
    assert change is not None
    announced = change.announced_on.isoformat() if change.announced_on else ""
    return f"{line.product}/{line.plan}/{line.months}={change.before.minor}>{change.after.minor}@{announced}"
