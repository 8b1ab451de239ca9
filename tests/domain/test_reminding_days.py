"""On which day what is told of, at the edges: late mails, several subscriptions, debits and methods that run out."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tenor.domain.account import (
    AccountState,
    CustomerType,
    Mandate,
    MethodKind,
    MethodStatus,
    PaymentMethod,
    PeriodKind,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.reminders import Reminder, ReminderKind, ReminderMethod
from tenor.domain.reminding import owed, reminder_days
from tenor.domain.terms import MONTHLY, Term
from tests.domain.builders import (
    CARD,
    DEBIT,
    RENEWS,
    account,
    day,
    entry,
    offer,
    paid,
    subscription,
    usd,
)
from tests.domain.reminded import before, mails, payment, told

RENEWAL, ENDS, PRICE, METHOD, NOTICE = (
    ReminderKind.RENEWAL,
    ReminderKind.ENDS,
    ReminderKind.PRICE,
    ReminderKind.METHOD,
    ReminderKind.DEBIT,
)
MANDATE = Mandate("M-1", date(2026, 3, 1), date(2026, 3, 1))


def bank(one: str, *, default: bool = False) -> PaymentMethod:
    return PaymentMethod(one, MethodKind.DIRECT_DEBIT, one, is_default=default, mandate=MANDATE)


def monthly(one: str = "s2", **changes: Any) -> Subscription:
    """A monthly one at its first renewal."""
    first = paid(day("2027-02-01"), RENEWS, "45.00")
    return subscription(id=one, number=one, term=MONTHLY, anchor=first.period.start, periods=(first,), **changes)


@pytest.mark.parametrize(
    ("customer", "early", "days"),
    [
        (CustomerType.BUSINESS, 0, (35, 14, 3)),
        (CustomerType.BUSINESS, 90, (90, 35, 14, 3)),
        (CustomerType.CONSUMER, 90, (35, 14, 3)),
    ],
)
def test_businesses_may_be_told_earlier(customer: CustomerType, early: int, days: tuple[int, ...]) -> None:
    northline = offer(policy={"early_reminder_days": early})
    assert reminder_days(northline, account(customer_type=customer), subscription()) == days


@pytest.mark.parametrize(("months", "days"), [(11, (3,)), (12, (35, 14, 3))])
def test_a_term_of_eleven_months_is_told_of_like_a_month(months: int, days: tuple[int, ...]) -> None:
    one = subscription(term=Term(months), anchor=day("2026-03-01"), renews_on=day("2027-02-01"))
    one = one if months == 11 else subscription()
    assert reminder_days(offer(), account(), one) == days


def test_a_reminder_of_four_weeks_is_sent_in_february_too() -> None:
    """From 1 February, the day four weeks ahead is a whole month away."""
    northline = offer(policy={"reminder_days": (28,), "price_notice_days": 28, "method_expiry_days": 28})
    assert mails(account(), day("2027-02-01"), (), northline) == [("renewal_reminder", 28)]


def test_on_the_day_itself_no_end_is_announced_any_more() -> None:
    ends = account(subscription(auto_renew=False))
    assert mails(ends, before(1), [told(ENDS, 35), told(ENDS, 14)]) == [("access_ends", 3)]
    assert mails(ends, RENEWS, [told(ENDS, 35), told(ENDS, 14)]) == []


def test_what_renews_beside_something_unpaid_is_told_of() -> None:
    """Both renew together on 1 March; one of them owes its February still."""
    january = paid(day("2027-01-01"), day("2027-02-01"), "45.00")
    late = monthly("s1", status=SubscriptionStatus.PAST_DUE, lapsed_on=day("2027-02-01"))
    late = replace(late, anchor=day("2027-01-01"), periods=(january,), renews_on=day("2027-02-01"))
    northline = offer(policy={"past_due_days": 30})
    (found,) = owed(account(late, monthly()), northline, before(3))
    assert (found.kind, [each.subscription_id for each in found.lines]) == (RENEWAL, ["s1", "s2"])
    assert owed(account(late), northline, before(3)) == ()


def test_of_several_on_one_date_the_latest_stage_counts() -> None:
    northline = offer(policy={"monthly_reminder_days": 20})
    assert mails(account(subscription(), monthly()), before(14), (), northline) == [("renewal_reminder", 14)]


@pytest.mark.parametrize(
    "other",
    [told(RENEWAL, 3, on=day("2026-03-01")), told(ENDS, 3), told(ENDS, 14, on=day("2028-03-01"))],
    ids=["another date", "an end", "an end on another date"],
)
def test_what_was_told_of_something_else_is_no_reminder_of_this(other: Reminder) -> None:
    assert mails(account(), before(14), [other]) == [("renewal_reminder", 14)]


def test_a_renewal_told_before_is_not_an_end_told_before() -> None:
    assert mails(account(subscription(auto_renew=False)), before(14), [told(RENEWAL, 14)]) == [("access_ends", 14)]
    assert mails(account(subscription(auto_renew=False)), before(14), [told(ENDS, 14)]) == []


@pytest.mark.parametrize(("began", "expected"), [(36, [("renewal_reminder", 35)]), (35, []), (34, [])])
def test_a_term_is_not_reminded_of_on_the_day_it_begins(began: int, expected: list[tuple[str, int]]) -> None:
    short = replace(paid(before(began), RENEWS, denominator=365))
    assert mails(account(subscription(periods=(short,))), before(min(began, 34) if began == 34 else 35)) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(5, [("renewal_reminder", 5)]), (4, []), (3, [("renewal_reminder", 3)])]
)
def test_a_reminder_on_its_own_day_is_sent_though_the_next_is_near(days: int, expected: list[tuple[str, int]]) -> None:
    assert mails(account(), before(days), (), offer(policy={"reminder_days": (5, 3)})) == expected


def test_an_extension_is_part_of_the_term_that_it_extends() -> None:
    """35 days before 21 March lies before the extension, and within the term."""
    ends = day("2027-03-21")
    extra = paid(RENEWS, ends, "420.00", kind=PeriodKind.EXTENSION, denominator=366)
    state = account(subscription(periods=(paid(), extra), renews_on=ends, anchor=ends))
    assert mails(state, before(35, ends)) == [("renewal_reminder", 35)]


def test_of_what_ends_the_running_term_is_shown() -> None:
    terms = (paid(day("2025-03-01"), day("2026-03-01")), paid())
    (found,) = owed(account(subscription(periods=terms, auto_renew=False)), offer(), before(14))
    (line,) = found.ends
    assert (line.starts_on, line.ends_on, line.seats) == (day("2026-03-01"), RENEWS, 3)


# --- debits -------------------------------------------------------------------------------------------------------


def debited(*owned: Subscription, methods: tuple[PaymentMethod, ...] = ()) -> AccountState:
    return account(*owned, methods=methods or (bank("bank", default=True),))


def noticed(total: str, method_id: str | None = "bank", on: date = RENEWS) -> Reminder:
    """A debit's notice that was sent."""
    method = None if method_id is None else ReminderMethod(method_id, MethodKind.DIRECT_DEBIT, method_id)
    return Reminder(NOTICE, on, 14, (payment(total=usd(total), method=method),), method=method)


def test_each_mandate_is_told_of_its_own_debit() -> None:
    one, two = subscription(method_id="north"), subscription(id="s2", method_id="south")
    state = debited(one, two, methods=(bank("north"), bank("south")))
    found = owed(state, offer(), before(13), [noticed("1260.00", "north"), told(RENEWAL, 14)])
    assert [(each.kind, each.method and each.method.id, each.nth) for each in found] == [(NOTICE, "south", 0)]


@pytest.mark.parametrize(
    "other",
    [noticed("1260.00", on=day("2026-03-01")), replace(noticed("1260.00", None), days=0), told(RENEWAL, 35)],
    ids=["another date", "no method named", "a reminder"],
)
def test_a_debit_is_announced_whatever_else_was_told(other: Reminder) -> None:
    (found,) = owed(debited(), offer(), before(14), [other])
    assert (found.kind, found.days, found.nth) == (NOTICE, 14, 0)


def test_the_amount_told_last_is_the_one_that_is_known() -> None:
    down_and_up = [noticed("1260.00"), noticed("840.00")]
    (again,) = owed(debited(), offer(), before(12), down_and_up)
    assert (again.payments[0].total, again.nth) == (usd("1260.00"), 2)
    assert owed(debited(), offer(), before(12), [noticed("840.00"), noticed("1260.00")]) == ()


def test_beside_a_card_payment_the_notice_stands_for_no_reminder() -> None:
    state = debited(subscription(method_id="bank"), subscription(id="s2"), methods=(CARD, bank("bank")))
    assert mails(state, before(14)) == [("debit_notice", 0), ("renewal_reminder", 14)]


def test_without_any_method_the_renewal_is_told_with_what_is_missing() -> None:
    (found,) = owed(account(methods=()), offer(), before(14))
    assert (found.kind, found.payments[0].method) == (RENEWAL, None)
    assert [reason.code for reason in found.payments[0].concerns] == ["no_payment_method"]


def test_a_debit_that_cannot_be_made_is_not_announced() -> None:
    pending = replace(bank("bank", default=True), status=MethodStatus.MANDATE_PENDING)
    assert mails(debited(methods=(pending,)), before(14)) == [("renewal_reminder", 14)]


def test_a_debit_too_small_to_be_made_is_not_announced() -> None:
    small = offer(prices=(entry("0.10", "0.10"),))
    (found,) = owed(debited(subscription(seats=1)), small, before(14))
    assert (found.kind, found.payments[0].total) == (RENEWAL, None)


# --- methods ------------------------------------------------------------------------------------------------------

ENDING = replace(CARD, expires_on=day("2027-01-31"))
IN_TIME = day("2027-01-10")


def tips(state: AccountState, *known: Reminder) -> list[str]:
    found = owed(state, offer(), IN_TIME, known)
    return [each.method.id for each in found if each.kind is METHOD and each.method]


def method_told(method_id: str, last: date) -> Reminder:
    return Reminder(METHOD, last, method=ReminderMethod(method_id, MethodKind.CARD, "Visa 4242"))


def test_a_card_that_pays_for_nothing_may_run_out_unsaid() -> None:
    spare = replace(ENDING, id="spare", is_default=False)
    assert tips(account(methods=(CARD, spare))) == []
    assert tips(account(methods=(ENDING, replace(CARD, id="spare", is_default=False)))) == ["card"]


def test_a_card_that_the_bank_refuses_already_is_no_tip_about_its_date() -> None:
    assert tips(account(methods=(replace(ENDING, status=MethodStatus.INVALID),))) == []


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (method_told("card", day("2027-01-31")), []),
        (method_told("card", day("2025-01-31")), ["card"]),
        (method_told("other", day("2027-01-31")), ["card"]),
        (told(RENEWAL, 35), ["card"]),
        (told(RENEWAL, 35, on=day("2027-01-31")), ["card"]),
    ],
    ids=["told", "of its date before", "another card", "a reminder", "a reminder of that day"],
)
def test_a_tip_is_told_once_for_each_card_and_last_day(known: Reminder, expected: list[str]) -> None:
    assert tips(account(methods=(ENDING, DEBIT)), known) == expected
