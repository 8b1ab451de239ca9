"""What was told and what is told, in few words, for the tests of reminders."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from tenor.domain.account import AccountState
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.reminders import Reminder, ReminderKind, ReminderLine, ReminderMethod, ReminderPayment
from tenor.domain.reminding import owed
from tenor.domain.tax import TaxCategory, TaxDecision
from tests.domain.builders import RENEWS, STARTED, offer, usd

NO_TAX = TaxDecision(TaxCategory.OUT_OF_SCOPE, Fraction(0), "US", "us_not_collected")


def before(days: int, on: date = RENEWS) -> date:
    """So many days before the renewal date."""
    return on - timedelta(days=days)


def line(
    unit_price: str | None = None, subscription_id: str = "s1", months: int = 12, **changes: object
) -> ReminderLine:
    """A line that told of Studio Standard at that price."""
    price = None if unit_price is None else usd(unit_price)
    return ReminderLine(
        subscription_id, "SUB-1", "studio", "standard", months, 1, RENEWS, date(2028, 3, 1), price, price
    )


def payment(*lines: ReminderLine, total: Money | None = None, method: ReminderMethod | None = None) -> ReminderPayment:
    """A payment that was told of."""
    return ReminderPayment(lines, NO_TAX, usd("0.00"), total, method)


def told(kind: ReminderKind, days: int = 0, *lines: ReminderLine, on: date = RENEWS) -> Reminder:
    """A mail that was sent; of an end where its kind says so."""
    if kind is ReminderKind.ENDS:
        ended = ReminderLine("s1", "SUB-1", "studio", "standard", 12, 1, STARTED, on)
        return Reminder(kind, on, days, ends=lines or (ended,))
    return Reminder(kind, on, days, (payment(*lines),))


def mails(
    state: AccountState, today: date, known: Iterable[Reminder] = (), northline: Offer | None = None
) -> list[tuple[str, int]]:
    """The kinds of what is told, each with the days it stands for."""
    return [(str(one.kind), one.days) for one in owed(state, northline or offer(), today, known)]
