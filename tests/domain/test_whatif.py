"""What if: the table of docs/domain/prices.md, rises by name, and courses that are the renewals to come."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import ChangeKind, Subscription
from tenor.domain.catalog import PriceEntry
from tenor.domain.comparison import renewed_as
from tenor.domain.effects import StartTerm
from tenor.domain.money import Money, round_half_away
from tenor.domain.offer import Offer
from tenor.domain.renewals import next_term, plan_renewals
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Term, next_period
from tenor.domain.whatif import Course, Way, what_if
from tests.domain.builders import (
    NORTHLINE_PRICES,
    RENEWS,
    TODAY,
    account,
    entry,
    item,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)
from tests.support import tables

COURSES = tables.rows("prices", "What if, over three years")
RISES_ON = date(2028, 1, 1)
STANDARD = tuple(price for price in NORTHLINE_PRICES if price.item.plan == "standard")
TWO_YEARS = entry("900.00", of=item(Term(24)))
RISE = (
    entry("499.00", "450.00", valid_from=RISES_ON, announced_on=TODAY),
    entry("49.00", of=item(MONTHLY), valid_from=RISES_ON, announced_on=TODAY),
)


def play(owned: Subscription, northline: Offer) -> dict[tuple[str, str, int], Course]:
    """The courses by way, plan and months."""
    found = what_if(account(owned), northline, owned, TODAY)
    return {(str(course.way), course.plan, course.term.months): course for course in found}


def worked(*prices: PriceEntry) -> dict[tuple[str, str, int], Course]:
    """One seat of Standard, with the rise and these prices besides."""
    return play(subscription(seats=1), offer(prices=(*STANDARD, *RISE, *prices)))


def paid_before(course: Course, years: int) -> Money:
    """What has been paid before that many years are over, added up here."""
    end = next_period(RENEWS, RENEWS, Term(12 * years)).end
    return Money(sum(payment.amount.minor for payment in course.payments if payment.on < end), "USD")


def percent(part: Money, whole: Money) -> str:
    tenths = round_half_away(Fraction(part.minor * 1000, whole.minor))
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


@pytest.mark.parametrize("row", COURSES, ids=tables.ids(COURSES, "way", "term in months"))
def test_table_of_courses(row: dict[str, str]) -> None:
    found = worked(TWO_YEARS)
    course, current = found[row["way"], "standard", int(row["term in months"])], found["renew", "standard", 12]
    assert len(course.payments) == int(row["payments"])
    for years, name in enumerate(("after one year", "after two years", "after three years"), start=1):
        assert paid_before(course, years) == tables.amount(row[name], "USD")
    assert course.paid == tables.amount(row["after three years"], "USD")
    assert course.covered_months == int(row["months covered"])
    assert course.per_month == tables.amount(row["a month"], "USD")
    if row["saved"] == "-":
        assert course.against_current is None
        return
    assert course.against_current is not None
    assert course.against_current.difference == current.paid - course.paid == tables.amount(row["saved"], "USD")
    assert percent(current.paid - course.paid, current.paid) == row["saved %"]
    assert course.against_current.share == Fraction((current.paid - course.paid).minor, current.paid.minor)


def test_the_table_of_courses_is_whole() -> None:
    assert [(row["way"], "standard", int(row["term in months"])) for row in COURSES] == list(worked(TWO_YEARS))


def test_without_a_rise_three_years_save_6_4_percent_and_lapsing_costs_the_list_price_once() -> None:
    found = play(subscription(seats=1), offer(prices=STANDARD))
    three_years, anew = found["renew", "standard", 36], found["anew", "standard", 12]
    assert (three_years.paid, found["renew", "standard", 12].paid) == (usd("1179.00"), usd("1260.00"))
    assert percent(usd("81.00"), usd("1260.00")) == "6.4"
    assert three_years.against_current is not None
    assert three_years.against_current.difference == usd("81.00")
    assert [payment.amount for payment in anew.payments] == [usd("465.00"), usd("420.00"), usd("420.00")]
    bought = play(subscription(seats=1, term=THREE_YEARS), offer(prices=STANDARD))["anew", "standard", 36]
    assert bought.paid == usd("1310.00")
    assert bought.against_current is not None
    assert percent(-bought.against_current.difference, bought.against_current.other) == "11.1"


def test_a_rise_is_named_with_the_first_payment_it_touches() -> None:
    (yearly,) = worked()["renew", "standard", 12].changes
    assert (yearly.number, yearly.on, yearly.is_rise) == (2, date(2028, 3, 1), True)
    assert (yearly.before.amount, yearly.after.amount) == (usd("420.00"), usd("450.00"))
    (monthly,) = worked()["renew", "standard", 1].changes
    assert (monthly.number, monthly.on, monthly.before.amount) == (11, date(2028, 1, 1), usd("45.00"))
    assert worked()["renew", "standard", 36].changes == ()


def test_a_rise_may_touch_the_very_first_payment_and_a_fall_is_none() -> None:
    dearer = entry("1400.00", of=item(THREE_YEARS), valid_from=RENEWS, announced_on=TODAY)
    (first,) = worked(dearer)["renew", "standard", 36].changes
    assert (first.number, first.before.amount, first.after.amount) == (1, usd("1179.00"), usd("1260.00"))
    cheaper = entry("400.00", "360.00", valid_from=RENEWS, announced_on=TODAY)
    down, up = worked(cheaper)["anew", "standard", 12].changes
    assert (down.is_rise, down.before.amount, down.after.amount) == (False, usd("465.00"), usd("400.00"))
    assert (up.is_rise, up.before.amount, up.after.amount) == (True, usd("360.00"), usd("450.00"))


def test_the_same_price_published_again_changes_nothing() -> None:
    again = entry("465.00", "420.00", valid_from=RENEWS, announced_on=TODAY)
    owned = subscription()
    assert play(owned, offer(prices=(*STANDARD, again)))["renew", "standard", 12].changes == ()


def test_what_is_not_announced_is_not_guessed_and_what_is_new_has_no_price_to_rise_from() -> None:
    secret = entry("999.00", of=item(MONTHLY), valid_from=RENEWS, announced_on=TODAY + timedelta(days=1))
    assert worked(secret)["renew", "standard", 1].paid == usd("1724.00")
    new = entry("1000.00", of=item(Term(24)), valid_from=RENEWS, announced_on=TODAY)
    assert worked(new)["renew", "standard", 24].changes == ()


def test_what_is_no_longer_sold_leaves_nothing_to_compare_with() -> None:
    found = play(subscription(term=Term(6)), offer(prices=STANDARD))
    assert {course.way for course in found.values()} == {Way.RENEW}
    assert all(course.against_current is None for course in found.values())


def test_seats_and_marks_are_those_of_the_next_renewal() -> None:
    owned = subscription(scheduled=(scheduled(ChangeKind.SEATS, 2), scheduled(ChangeKind.TERM, 36)))
    found = play(owned, offer(prices=STANDARD))
    assert {course.seats for course in found.values()} == {2}
    assert [key for key, course in found.items() if course.is_chosen] == [("renew", "standard", 36)]
    assert [key for key, course in found.items() if course.is_current] == [("renew", "standard", 12)]


def test_the_explanation_adds_up_and_tells_payments_alike_once() -> None:
    monthly = worked()["renew", "standard", 1].explanation
    first, later = monthly.steps
    assert (first.rule, first.facts["count"], later.facts["count"]) == ("payments_alike", 10, 26)
    assert first.result + later.result == monthly.result == usd("1724.00")
    (alone, twice) = worked()["renew", "standard", 12].explanation.steps
    assert (alone.rule, twice.rule, twice.facts["payment"]) == ("whole_term", "payments_alike", usd("450.00"))


def test_boundaries_come_from_the_anchor_and_buying_anew_sets_another() -> None:
    """From 31 January, months end where they must; bought anew on 28 February, they end on the 28th."""
    owned = subscription(
        anchor=date(2026, 1, 31), renews_on=date(2027, 2, 28), term=MONTHLY, periods=(paid(end=date(2027, 2, 28)),)
    )
    found = play(owned, offer(prices=STANDARD))
    renewed, anew = found["renew", "standard", 1].payments, found["anew", "standard", 1].payments
    assert [payment.on.day for payment in renewed[:4]] == [28, 31, 30, 31]
    assert {payment.on.day for payment in anew} == {28}
    assert len(renewed) == len(anew) == 36


prices = st.integers(1, 99_999).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")


def rises(term: Term) -> st.SearchStrategy[PriceEntry]:
    """A price of the plan that is announced, and holds from a day within the three years."""
    later = st.integers(0, 1_200).map(lambda n: TODAY + timedelta(days=n))
    return st.builds(lambda day, price: entry(price, of=item(term), valid_from=day, announced_on=TODAY), later, prices)


def renewals(owned: Subscription, northline: Offer) -> list[tuple[date, Money]]:
    """What the renewal night itself charges for three years, term by term."""
    found, end = [], next_period(owned.anchor, owned.renews_on, Term(36)).end
    while owned.renews_on < end:
        (quote,) = plan_renewals(account(owned), northline, owned.renews_on)
        found.append((owned.renews_on, quote.net))
        started = next(effect for effect in quote.effects if isinstance(effect, StartTerm))
        owned = replace(owned, renews_on=started.paid.period.end, term=Term(started.months), scheduled=())
    return found


@given(
    anchor=st.dates(date(2024, 1, 1), TODAY),
    announced=st.lists(st.sampled_from([MONTHLY, YEARLY, THREE_YEARS]).flatmap(rises), max_size=4),
    seats=st.integers(1, 50),
)
def test_a_course_is_what_the_renewal_night_will_charge(anchor: date, announced: list[PriceEntry], seats: int) -> None:
    """Payment by payment, on its day; sums never fall; a percentage stands between like spans only, and is right."""
    first = next_period(anchor, anchor, Term(36))
    owned = subscription(anchor=anchor, seats=seats, renews_on=first.end, periods=(paid(first.start, first.end),))
    northline = offer(prices=(*STANDARD, TWO_YEARS, *announced))
    courses = what_if(account(owned), northline, owned, TODAY)
    current = next(course for course in courses if course.is_current)
    for course in courses:
        amounts = [payment.amount.minor for payment in course.payments]
        assert [payment.cumulated.minor for payment in course.payments] == list(accumulate(amounts))
        assert course.explanation.result == course.paid
        if course.way is Way.RENEW:
            planned = renewed_as(owned, item(course.term, plan=course.plan), TODAY)
            charged = [(payment.on, payment.amount) for payment in course.payments]
            assert charged == renewals(planned, northline)
            assert course.payments[0].amount == next_term(account(owned), northline, planned, TODAY).amount
        held = course.against_current
        assert (held is None) == (course is current or course.covered_months != current.covered_months)
        if held is not None:
            assert held.share * current.paid.minor == current.paid.minor - course.paid.minor
