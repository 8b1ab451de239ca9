"""What the mails before something happens are shown with: a subscription of the rules' worked example, and others."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from tenor.domain.account import MethodKind
from tenor.domain.differences import Difference
from tenor.domain.money import Money
from tenor.domain.reminders import (
    PriceChange,
    Reminder,
    ReminderKind,
    ReminderLine,
    ReminderMethod,
    ReminderPayment,
)
from tenor.domain.tax import TaxCategory, TaxDecision
from tenor.ui.mail_view import MailReminder, MailView
from tenor.ui.words import Names

URL = "http://127.0.0.1:8000/orders/1/?a=1&b=2"
RENEWS = date(2027, 3, 1)
NAMES = Names({"draft": "Northline Draft", "vault": "Northline Vault"}, {("draft", "standard"): "Standard"})
CARD = ReminderMethod("m1", MethodKind.CARD, "Visa 4242", date(2027, 2, 28))
DEBIT = ReminderMethod("m2", MethodKind.DIRECT_DEBIT, "SEPA 3000", date(2030, 2, 28), "NL-2026-000042")
VAT = TaxDecision(TaxCategory.STANDARD, Fraction(1, 4), "SE", "own_country")
DRAFT = ReminderLine(
    subscription_id="s1",
    number="S-000001",
    product="draft",
    plan="standard",
    months=36,
    seats=5,
    starts_on=RENEWS,
    ends_on=date(2030, 3, 1),
    unit_price=Money(117_900, "SEK"),
    amount=Money(589_500, "SEK"),
    differences=(
        Difference("term", "s1", {"months": 36, "others_months": 12, "by": "Alice", "scheduled_on": date(2026, 11, 9)}),
        Difference("seats", "s1", {"seats": 5, "scheduled": 8, "by": None, "scheduled_on": None}),
    ),
)

IN_EUROS = replace(DRAFT, unit_price=Money(117_900, "EUR"), amount=Money(589_500, "EUR"))
"""A SEPA direct debit takes euros only."""


def payment(*lines: ReminderLine, method: ReminderMethod | None = CARD) -> ReminderPayment:
    """One charge of these lines, with Swedish tax."""
    amounts = [line.amount for line in lines if line.amount is not None]
    net, currency = sum(amount.minor for amount in amounts), amounts[0].currency
    return ReminderPayment(lines, VAT, Money(net // 4, currency), Money(net + net // 4, currency), method)


def reminder(kind: str) -> Reminder:
    """One of that kind."""
    ending = ReminderLine("s1", "S-000001", "draft", "standard", 12, 8, date(2026, 3, 1), RENEWS)
    match ReminderKind(kind):
        case ReminderKind.ENDS:
            return Reminder(ReminderKind.ENDS, RENEWS, 14, ends=(ending,))
        case ReminderKind.METHOD:
            return Reminder(ReminderKind.METHOD, date(2027, 2, 28), ends=(ending,), method=CARD)
        case ReminderKind.DEBIT:
            return Reminder(ReminderKind.DEBIT, RENEWS, 14, (payment(IN_EUROS, method=DEBIT),), method=DEBIT)
        case ReminderKind.PRICE:
            change = PriceChange(
                Money(42_000, "SEK"), Money(45_000, "SEK"), date(2026, 11, 2), early=Money(42_000, "SEK")
            )
            dearer = ReminderLine(
                "s1",
                "S-000001",
                "draft",
                "standard",
                12,
                3,
                RENEWS,
                date(2028, 3, 1),
                change.after,
                Money(135_000, "SEK"),
                price_change=change,
            )
            return Reminder(ReminderKind.PRICE, RENEWS, 0, (payment(dearer),))
        case ReminderKind.RENEWAL:
            return Reminder(ReminderKind.RENEWAL, RENEWS, 14, (payment(DRAFT),))


def view(kind: str, urls: Mapping[str, str] | None = None) -> MailView:
    """All that the mail of that kind needs."""
    ways = ("see", "term", "seats", "method", "off", "on", "update", "early")
    links = dict.fromkeys(ways, URL) if urls is None else dict(urls)
    return MailView(
        vendor="Northline",
        account="Lakeside <Architects>",
        country="SE",
        url=URL,
        person="Alice Ames",
        zone="Europe/Stockholm",
        reminder=MailReminder(
            reminder(kind), NAMES, links, "Northline AB", "SE97ZZZ5560123456", {"s1": "Office Malmö · S-000001"}
        ),
    )
