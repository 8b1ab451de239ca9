"""Reminders: the tables of docs/domain/reminders.md, and what holds for all of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    AccountState,
    ChangeKind,
    Channel,
    CustomerType,
    Mandate,
    MethodKind,
    OpenOrder,
    PaymentMethod,
    PriceKind,
    Reseller,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.reminders import Reminder, ReminderKind, ReminderLine, ReminderPayment
from tenor.domain.reminding import owed
from tenor.domain.renewals import plan_renewals
from tenor.domain.tax import TaxCategory, TaxDecision
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, boundary, local_date
from tests.domain import builders
from tests.domain.builders import (
    CARD,
    DEBIT,
    RENEWS,
    STARTED,
    account,
    day,
    entry,
    item,
    offer,
    paid,
    scheduled,
    subscription,
)
from tests.support import tables
from tests.support.tables import amount

TERMS = {"yearly": YEARLY, "three years": THREE_YEARS, "monthly": MONTHLY}
NO_TAX = TaxDecision(TaxCategory.OUT_OF_SCOPE, Fraction(0), "US", "us_not_collected")


usd = builders.usd
PRICES = {"yearly": "465.00", "three years": "1310.00", "monthly": "45.00"}


CHANGED: dict[str, dict[str, Any]] = {
    "consumer": {},
    "first": {},
    "off": {"auto_renew": False},
    "off scheduled": {"scheduled": (scheduled(ChangeKind.AUTO_RENEW, "off"),)},
    "on scheduled": {"auto_renew": False, "scheduled": (scheduled(ChangeKind.AUTO_RENEW, "on"),)},
    "term 1 scheduled": {"scheduled": (scheduled(ChangeKind.TERM, 1),)},
    "term 12 scheduled": {"scheduled": (scheduled(ChangeKind.TERM, 12),)},
    "term 36 scheduled": {"scheduled": (scheduled(ChangeKind.TERM, 36),)},
    "reseller": {"channel": Channel.RESELLER, "reseller": Reseller("Shop", "shop@example.com")},
    "elsewhere": {"processor": "old"},
    "an order open": {"open_order": OpenOrder("o1", "O-1", "submitted", "add_seats")},
    "past due": {"status": SubscriptionStatus.PAST_DUE, "lapsed_on": RENEWS},
    "renewed": {"periods": (paid(STARTED, RENEWS, "420.00", price_kind=PriceKind.RENEWAL),)},
    "later": {"anchor": boundary(RENEWS, -7)},
}
"""What is added to a term in a cell of the tables."""


def subscribed(text: str) -> tuple[Subscription, CustomerType]:
    """The subscription that a cell names, which renews on RENEWS."""
    name, *more = text.split(", ")
    begun = boundary(RENEWS, -TERMS[name].months)
    found = subscription(term=TERMS[name], anchor=begun, periods=(paid(begun, RENEWS, PRICES[name]),))
    for each in more:
        found = replace(found, **CHANGED[each])
    return found, CustomerType.CONSUMER if "consumer" in more else CustomerType.BUSINESS


def said(kind: ReminderKind, days: int, *lines: ReminderLine, total: str = "1260.00") -> Reminder:
    """What was told before of RENEWS."""
    if kind is ReminderKind.ENDS:
        return Reminder(kind, RENEWS, days, ends=lines or (line(),))
    method = debit_method()
    payment = ReminderPayment(lines, NO_TAX, usd("0.00"), usd(total), method)
    return Reminder(kind, RENEWS, days, (payment,), method=method if kind is ReminderKind.DEBIT else None)


def debit_method() -> Any:
    from_reminders = owed(debiting(), offer(), RENEWS - timedelta(days=14))
    return from_reminders[0].method


def debiting(*owned: Subscription) -> AccountState:
    method = replace(DEBIT, is_default=True, mandate=Mandate("M-1", date(2026, 3, 1), date(2026, 3, 1)))
    return account(*owned, methods=(method,))


def line(price: str | None = None, months: int = 12) -> ReminderLine:
    unit_price = None if price is None else usd(price.replace(",", ""))
    one = subscription()
    return ReminderLine(one.id, one.number, one.product, one.plan, months, 3, RENEWS, RENEWS, unit_price)


def told_in_words(found: tuple[Reminder, ...]) -> str:
    return ", ".join(f"{one.kind}{f' {one.days}' if one.days else ''}" for one in found) or "-"


ANNOUNCED = tables.rows("reminders", "When a renewal is announced")


@pytest.mark.parametrize("row", ANNOUNCED, ids=tables.ids(ANNOUNCED, "subscription", "days before", "told", "policy"))
def test_when_a_renewal_is_announced(row: dict[str, str]) -> None:
    owned, customer = subscribed(row["subscription"])
    kind = ReminderKind.ENDS if "access_ends" in row["mail"] else ReminderKind.RENEWAL
    told = [said(kind, int(days)) for days in row["told"].split() if days != "-"]
    policy = {"early_reminder_days": 90} if row["policy"] == "early" else {}
    today = RENEWS - timedelta(days=int(row["days before"]))
    found = owed(account(owned, customer_type=customer), offer(policy=policy), today, told)
    assert told_in_words(found) == row["mail"]


NEWS = tables.rows("reminders", "Prices")


@pytest.mark.parametrize(
    "row", NEWS, ids=tables.ids(NEWS, "subscription", "announced, days before", "days before", "shown")
)
def test_when_a_price_is_told(row: dict[str, str]) -> None:
    owned, _ = subscribed(row["subscription"])
    announced = RENEWS - timedelta(days=int(row["announced, days before"]))
    is_long = bool(owned.scheduled)
    old = usd("1179.00") if is_long else None
    confirmed = tuple(replace(each, unit_price=old, scheduled_on=day("2026-03-02")) for each in owned.scheduled)
    owned = replace(owned, scheduled=confirmed)
    what = item(THREE_YEARS) if is_long else item()
    new = entry("1400.00", "1200.00" if is_long else "450.00", of=what, valid_from=announced, announced_on=announced)
    told = []
    if row["shown"] != "-":
        shown = line(row["shown"], 36 if is_long else 12)
        told = [said(ReminderKind.PRICE, 35 if int(row["days before"]) < 35 else 0, shown)]
    today = RENEWS - timedelta(days=int(row["days before"]))
    found = owed(account(owned), offer(prices=(*builders.NORTHLINE_PRICES, new)), today, told)
    assert told_in_words(found) == row["mail"].replace(" confirmed", "")
    if row["after"] != "-":
        change = found[0].lines[0].price_change
        assert change is not None
        assert (change.before, change.after) == (amount(row["a seat before"], "USD"), amount(row["after"], "USD"))
        assert change.is_confirmed is row["mail"].endswith("confirmed")
        assert change.announced_on == (None if change.is_confirmed or row["shown"] != "-" else announced)


METHODS = tables.rows("reminders", "Payment methods")


@pytest.mark.parametrize("row", METHODS, ids=tables.ids(METHODS, "method", "last day", "today"))
def test_when_a_method_runs_out(row: dict[str, str]) -> None:
    last = day(row["last day"])
    method: PaymentMethod = replace(CARD, expires_on=last)
    if row["method"] == "mandate":
        used = boundary(last + timedelta(days=1), -36)
        method = replace(DEBIT, is_default=True, mandate=Mandate("M-1", used, used))
        assert method.last_day == last
    found = owed(account(methods=(method,)), offer(), day(row["today"]))
    tips = tuple(one for one in found if one.kind is ReminderKind.METHOD)
    assert told_in_words(tips) == row["mail"]
    for one in tips:
        assert [each.number for each in one.ends] == [subscription().number]
        assert [
            each for each in owed(account(methods=(method,)), offer(), day(row["today"]), tips) if each in tips
        ] == []


DEBITS = tables.rows("reminders", "Direct debits")


@pytest.mark.parametrize("row", DEBITS, ids=tables.ids(DEBITS, "subscription", "days before", "announced"))
def test_when_a_debit_is_announced(row: dict[str, str]) -> None:
    owned, _ = subscribed(row["subscription"])
    told = []
    if row["announced"] != "-":
        told = [said(ReminderKind.DEBIT, 14, total=row["announced"].replace(",", ""))]
    found = owed(debiting(owned), offer(), RENEWS - timedelta(days=int(row["days before"])), told)
    assert told_in_words(found) == row["mail"]
    for one in found:
        if one.kind is ReminderKind.DEBIT:
            assert one.method is not None
            assert one.method.mandate == "M-1"
            assert one.nth == len(told)


def every_day(
    state: AccountState, northline: Offer, first: date, days: int, *, skip: frozenset[int] = frozenset()
) -> list[tuple[int, Reminder]]:
    """What is told from day to day, each day once; `skip` are days on which nobody works."""
    told: list[tuple[int, Reminder]] = []
    for number in range(days):
        if number not in skip:
            found = owed(state, northline, first + timedelta(days=number), [one for _, one in told])
            told += [(number, one) for one in found]
    return told


@given(st.frozensets(st.integers(0, 119), max_size=100))
def test_nothing_is_told_twice_and_never_three_at_once_however_often_the_worker_is_down(skip: frozenset[int]) -> None:
    first = RENEWS - timedelta(days=119)
    told = every_day(account(), offer(), first, 119, skip=skip)
    periods = [(one.kind, one.period) for _, one in told]
    assert len(set(periods)) == len(periods)
    assert len({number for number, _ in told}) == len(told)
    numbers = [number for number, _ in told]
    assert all(later - earlier > 3 or 119 - later <= 3 for earlier, later in pairwise(numbers))
    stages = [one.days for _, one in told]
    assert stages == sorted(stages, reverse=True)
    if not skip & set(range(84, 119)):
        assert stages == [35, 14, 3]


def test_asking_again_on_the_same_day_finds_nothing() -> None:
    today = RENEWS - timedelta(days=35)
    found = owed(account(), offer(), today)
    assert len(found) == 1
    assert owed(account(), offer(), today, found) == ()


def test_forty_subscriptions_are_one_mail_with_the_amount_of_the_night() -> None:
    owned = tuple(subscription(id=f"s{n}", number=f"S-{n}") for n in range(40))
    state = account(*owned)
    (found,) = owed(state, offer(), RENEWS - timedelta(days=14))
    assert len(found.lines) == 40
    (night,) = plan_renewals(state, offer(), RENEWS)
    assert [payment.total for payment in found.payments] == [night.total]


def test_aligned_ones_by_two_methods_are_one_mail_with_two_payments() -> None:
    ours = (subscription(id="s1"), subscription(id="s2", method_id="paypal"))
    paypal = PaymentMethod("paypal", MethodKind.PAYPAL, "PayPal")
    (found,) = owed(account(*ours, methods=(CARD, paypal)), offer(), RENEWS - timedelta(days=3))
    assert [payment.method and payment.method.label for payment in found.payments] == ["Visa 4242", "PayPal"]


def test_scheduled_changes_are_merged_into_what_is_told() -> None:
    changes = (scheduled(ChangeKind.TERM, 36), scheduled(ChangeKind.SEATS, 2))
    (found,) = owed(account(subscription(scheduled=changes)), offer(), RENEWS - timedelta(days=14))
    (one,) = found.lines
    assert (one.months, one.seats, one.amount) == (36, 2, usd("2358.00"))
    assert {each.code for each in one.differences} >= {"term", "seats"}


def test_a_card_that_runs_out_before_is_warned_of_in_the_reminder() -> None:
    card = replace(CARD, expires_on=RENEWS - timedelta(days=1))
    (found,) = (
        one
        for one in owed(account(methods=(card,)), offer(), RENEWS - timedelta(days=14))
        if one.kind is ReminderKind.RENEWAL
    )
    assert [reason.code for reason in found.payments[0].concerns] == ["payment_method_expired"]


@pytest.mark.parametrize(
    ("zone", "hour", "is_due"),
    [
        ("Pacific/Auckland", 10, False),
        ("Pacific/Auckland", 11, True),
        ("Pacific/Honolulu", 9, False),
        ("Pacific/Honolulu", 10, True),
    ],
)
def test_the_accounts_own_calendar_decides(zone: str, hour: int, is_due: bool) -> None:
    """35 days before 1 March 2027 is 25 January, which begins at 11:00 UTC in Auckland, a day later in Honolulu."""
    first = date(2027, 1, 24) if zone == "Pacific/Auckland" else date(2027, 1, 25)
    instant = datetime(first.year, first.month, first.day, hour, tzinfo=UTC)
    assert bool(owed(account(), offer(), local_date(instant, zone))) is is_due


def test_a_leap_day_is_a_renewal_date_like_any_other() -> None:
    leap = subscription(anchor=day("2024-02-29"), renews_on=day("2028-02-29"))
    leap = replace(leap, periods=(paid(day("2027-02-28"), day("2028-02-29")),))
    (found,) = owed(account(leap), offer(), day("2028-02-26"))
    assert (found.on, found.days, found.lines[0].ends_on) == (day("2028-02-29"), 3, day("2029-02-28"))


def test_a_confirmed_price_that_falls_again_is_told_again() -> None:
    today = RENEWS - timedelta(days=50)
    told = [said(ReminderKind.PRICE, 0, line("450.00"))]
    (found,) = owed(account(), offer(), today, told)
    change = found.lines[0].price_change
    assert change is not None
    assert (change.before, change.after, found.nth) == (usd("450.00"), usd("420.00"), 1)
    assert isinstance(change.after, Money)


@pytest.mark.parametrize(
    ("kind", "days", "optional"),
    [
        (ReminderKind.RENEWAL, 90, True),
        (ReminderKind.RENEWAL, 35, True),
        (ReminderKind.RENEWAL, 14, False),
        (ReminderKind.RENEWAL, 3, False),
        (ReminderKind.ENDS, 35, True),
        (ReminderKind.ENDS, 3, False),
        (ReminderKind.METHOD, 0, True),
        (ReminderKind.PRICE, 35, False),
        (ReminderKind.DEBIT, 14, False),
    ],
)
def test_only_early_reminders_and_tips_can_be_done_without(kind: ReminderKind, days: int, optional: bool) -> None:
    assert Reminder(kind, RENEWS, days).is_optional is optional
