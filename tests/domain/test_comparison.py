"""Terms side by side: the table of docs/domain/prices.md, and counts that stay honest at the edges."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from tenor.domain.account import AccountState, ChangeKind, Subscription
from tenor.domain.catalog import Plan, PlanKind, Promotion
from tenor.domain.comparison import TermOption, compare_plans, compare_terms
from tenor.domain.money import round_half_away
from tenor.domain.offer import Offer
from tenor.domain.renewals import next_term
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Term
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

SIDES = tables.rows("prices", "Terms side by side")
PLANS = tables.rows("prices", "Plans side by side")
TWO_PLANS = offer(prices=(*NORTHLINE_PRICES, entry("88.00", of=item(MONTHLY, plan="premium"))))


def options(owned: Subscription, northline: Offer | None = None, state: AccountState | None = None) -> list[TermOption]:
    return list(compare_terms(state or account(owned), northline or offer(), owned, TODAY))


def plans(owned: Subscription, northline: Offer = TWO_PLANS) -> dict[tuple[str, int], TermOption]:
    found = compare_plans(account(owned), northline, owned, TODAY)
    return {(one.plan, option.term.months): option for one in found for option in one.terms}


def against(option: TermOption) -> tuple[str, ...]:
    """How an option is held against today's, as a table shows it."""
    if (found := option.against_current) is None:
        return ("-",) * 5
    amounts = (found.cost, found.other, found.difference)
    return (str(found.months), *(amount.plain() for amount in amounts), percent(found.share))


def percent(share: Fraction) -> str:
    tenths = round_half_away(share * 1000)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


def plain(text: str) -> str:
    return text.replace(",", "")


@pytest.mark.parametrize("row", SIDES, ids=tables.ids(SIDES))
def test_table_of_terms(row: dict[str, str]) -> None:
    found = {option.term.months: option for option in options(subscription(seats=1))}[int(row["term in months"])]
    assert found.amount.plain() == plain(row["paid at renewal"])
    assert found.per_year.plain() == plain(row["a year"])
    assert found.lapsed_amount.plain() == plain(row["lapsed"])
    assert percent(found.lapsed_extra) == row["lapsed: more %"]
    assert against(found) == tuple(
        plain(row[name]) for name in ("over months", "this term", "today's term", "saved", "saved %")
    )


@pytest.mark.parametrize("row", PLANS, ids=tables.ids(PLANS, "plan", "term in months"))
def test_table_of_plans(row: dict[str, str]) -> None:
    found = plans(subscription(seats=1))[row["plan"], int(row["term in months"])]
    assert found.amount.plain() == plain(row["paid at renewal"])
    assert found.per_year.plain() == plain(row["a year"])
    assert percent(found.lapsed_extra) == row["lapsed: more %"]
    assert against(found) == tuple(
        plain(row[name]) for name in ("over months", "this choice", "as today", "saved", "saved %")
    )


def test_the_table_of_plans_is_whole_and_begins_with_the_cheapest() -> None:
    assert [(row["plan"], int(row["term in months"])) for row in PLANS] == list(plans(subscription(seats=1)))


def test_every_seat_counts_and_percentages_do_not_change() -> None:
    one, many = options(subscription(seats=1)), options(subscription(seats=7))
    assert [option.amount for option in many] == [option.amount * 7 for option in one]
    assert [option.lapsed_extra for option in many] == [option.lapsed_extra for option in one]


def test_marks_the_current_and_the_chosen_term() -> None:
    owned = subscription(scheduled=(scheduled(ChangeKind.TERM, 36),))
    marks = {option.term: (option.is_current, option.is_chosen) for option in options(owned)}
    assert marks == {MONTHLY: (False, False), YEARLY: (True, False), THREE_YEARS: (False, True)}
    assert {option.starts_on for option in options(owned)} == {RENEWS}


def test_prices_those_seats_and_that_plan_that_will_be_renewed() -> None:
    owned = subscription(scheduled=(scheduled(ChangeKind.SEATS, 2), scheduled(ChangeKind.PLAN, "premium")))
    (only,) = options(owned)
    assert (only.term, only.seats, only.amount) == (YEARLY, 2, usd("1674.00"))


def test_leaves_out_what_has_no_price_yet() -> None:
    later = entry("1200.00", of=item(THREE_YEARS), valid_from=RENEWS.replace(year=2030))
    assert [option.term for option in options(subscription(), offer(prices=(entry("465.00"), later)))] == [YEARLY]


def test_a_term_that_is_no_longer_sold_leaves_nothing_to_compare_with() -> None:
    two_years = subscription(term=Term(24), periods=(paid(RENEWS.replace(year=2025), RENEWS),))
    assert [option.against_current for option in options(two_years)] == [None, None, None]


def test_marks_the_plan_of_today_and_the_one_at_renewal() -> None:
    owned = subscription(scheduled=(scheduled(ChangeKind.PLAN, "premium"), scheduled(ChangeKind.TERM, 1)))
    marks = {key: (option.is_current, option.is_chosen) for key, option in plans(owned).items()}
    assert [key for key, (is_current, _) in marks.items() if is_current] == [("standard", 12)]
    assert [key for key, (_, is_chosen) in marks.items() if is_chosen] == [("premium", 1)]


def test_what_is_chosen_costs_what_the_renewal_promises() -> None:
    """Each option, scheduled, gives the next term that it said, whatever else is scheduled."""
    owned = subscription(scheduled=(scheduled(ChangeKind.SEATS, 2), scheduled(ChangeKind.METHOD, "debit")))
    for (plan, months), option in plans(owned).items():
        entries = (*owned.scheduled, scheduled(ChangeKind.PLAN, plan), scheduled(ChangeKind.TERM, months))
        coming = next_term(account(owned), TWO_PLANS, replace(owned, scheduled=entries), TODAY)
        assert (option.amount, option.seats) == (coming.amount, 2)
        assert option.explanation.result == option.amount


def test_maintenance_is_compared_only_where_one_has_it() -> None:
    kinds = {("studio", "standard"): PlanKind.SUBSCRIPTION, ("studio", "premium"): PlanKind.MAINTENANCE}
    northline = replace(TWO_PLANS, plans={key: Plan(*key, key[1], kind) for key, kind in kinds.items()})
    assert {plan for plan, _ in plans(subscription(), northline)} == {"standard"}
    assert {plan for plan, _ in plans(subscription(plan="premium"), northline)} == {"standard", "premium"}


def test_buying_anew_meets_a_promotion_and_a_rise_that_the_renewal_is_spared() -> None:
    """A renewal is owed notice of a rise, a first sale is not; a promotion for newcomers counts on that day."""
    late = entry("499.00", "450.00", valid_from=RENEWS, announced_on=TODAY)
    notice = {"announcement_days": 365}
    one = options(subscription(seats=1), offer(prices=(*NORTHLINE_PRICES, late), policy=notice))[1]
    assert (one.amount, one.lapsed_amount) == (usd("420.00"), usd("499.00"))
    spring = Promotion("spring", "Spring", "studio", RENEWS, RENEWS + timedelta(days=1), percent=20)
    cheaper = options(subscription(seats=1), offer(promotions=(spring,)))[1]
    assert (cheaper.amount, cheaper.lapsed_amount) == (usd("420.00"), usd("372.00"))
    assert percent(cheaper.lapsed_extra) == "-11.4"


def test_what_costs_nothing_has_no_percentage() -> None:
    free = offer(prices=(*NORTHLINE_PRICES[1:], entry("0.00", "0.00")))
    yearly, three_years = options(subscription(), free)[1:]
    assert yearly.lapsed_extra == 0
    assert three_years.against_current is not None
    assert three_years.against_current.share == 0
