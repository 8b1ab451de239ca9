"""Plans and courses side by side: which is today's, which is chosen, the cheapest first, and prices of their day."""

from dataclasses import replace
from datetime import timedelta

from tenor.domain.account import ChangeKind, Subscription
from tenor.domain.catalog import Plan, Promotion
from tenor.domain.comparison import compare_plans, price_anew
from tenor.domain.offer import Offer
from tenor.domain.terms import MONTHLY, next_period
from tenor.domain.whatif import Course, PriceChange, Way, what_if
from tests.domain.builders import (
    NORTHLINE_PRICES,
    RENEWS,
    TODAY,
    account,
    day,
    entry,
    item,
    offer,
    scheduled,
    subscription,
    usd,
)


def compared(one: Subscription, northline: Offer | None = None) -> list[tuple[str, bool, bool]]:
    """Each plan, whether it is today's and whether it is chosen."""
    found = compare_plans(account(one), northline or offer(), one, TODAY)
    return [(each.plan, each.is_current, each.is_chosen) for each in found]


def test_todays_plan_and_the_chosen_one_are_marked() -> None:
    assert compared(subscription()) == [("standard", True, True), ("premium", False, False)]
    planned = subscription(scheduled=(scheduled(ChangeKind.PLAN, "premium"),))
    assert compared(planned) == [("standard", True, False), ("premium", False, True)]


def test_a_plan_is_as_cheap_as_its_cheapest_term() -> None:
    """Standard costs 1,200.00 a year by the month, and 420.00 by the year; basic 500.00, by the year only."""
    prices = (
        entry("100.00", of=item(MONTHLY)),
        entry("465.00", "420.00"),
        entry("500.00", "500.00", of=item(plan="basic")),
    )
    plans = {("studio", code): Plan("studio", code, code) for code in ("basic", "standard")}
    found = compared(subscription(), offer(prices=prices, plans=plans))
    assert [plan for plan, _, _ in found] == ["standard", "basic"]


def test_plans_of_other_products_are_not_held_against_it() -> None:
    other = {("atlas", "premium"): Plan("atlas", "premium", "Atlas Premium")}
    plans = {**other, **offer().plans}
    assert [plan for plan, _, _ in compared(subscription(), offer(plans=plans))] == ["standard", "premium"]


def test_buying_anew_is_priced_by_what_is_announced_today() -> None:
    secret = entry("499.00", valid_from=RENEWS, announced_on=TODAY + timedelta(days=1))
    northline = offer(prices=(*NORTHLINE_PRICES, secret))
    assert price_anew(northline, item(), 1, RENEWS, TODAY).amount == usd("465.00")
    assert price_anew(northline, item(), 1, RENEWS, TODAY + timedelta(days=1)).amount == usd("499.00")


def courses(*changes: Promotion) -> dict[tuple[Way, int], Course]:
    rise = entry("499.00", "450.00", valid_from=RENEWS, announced_on=TODAY)
    northline = offer(prices=(*NORTHLINE_PRICES, rise), promotions=changes)
    one = subscription(seats=1)
    found = what_if(account(one), northline, one, TODAY)
    return {(course.way, course.term.months): course for course in found if course.plan == "standard"}


def test_of_the_courses_one_is_todays_and_one_is_chosen() -> None:
    found = courses()
    assert [key for key, course in found.items() if course.is_current] == [(Way.RENEW, 12)]
    assert [key for key, course in found.items() if course.is_chosen] == [(Way.RENEW, 12)]


def test_a_change_of_price_is_counted_with_the_promotion_of_its_day() -> None:
    """10 % off a first term in March 2027: bought anew it would have cost 418.50, and costs 449.10."""
    march = Promotion("MARCH", "March", "studio", RENEWS, day("2027-03-31"), percent=10)
    first = courses(march)[Way.ANEW, 12].changes[0]
    assert (first.number, first.on) == (1, RENEWS)
    assert (first.before.amount, first.after.amount, first.is_rise) == (usd("418.50"), usd("449.10"), True)
    assert not PriceChange(1, RENEWS, first.after, first.after).is_rise


def test_a_course_is_explained_by_its_three_years_and_payments_alike_by_theirs() -> None:
    yearly = courses()[Way.RENEW, 12].explanation
    assert (yearly.facts["starts_on"], yearly.facts["ends_on"]) == (RENEWS, day("2030-03-01"))
    (alike,) = yearly.steps
    assert alike.facts == {
        "count": 3,
        "payment": usd("450.00"),
        "starts_on": RENEWS,
        "ends_on": day("2030-03-01"),
    }
    assert next_period(RENEWS, RENEWS, replace(item().term, months=36)).end == day("2030-03-01")
