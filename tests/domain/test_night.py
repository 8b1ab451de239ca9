"""What a night renews: the term that contains today, everything that can be planned, and why the rest can't."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.missed import catch_up, missed_terms, plan_missed
from tenor.domain.night import plan_night
from tenor.domain.offer import Policy
from tenor.domain.proportion import LastPrice
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import plan_renewals
from tenor.domain.terms import Term, boundary, months_elapsed
from tests.domain.builders import RENEWS, account, day, offer, paid, subscription, usd
from tests.support import tables

OUTAGES = tables.rows("renewals", "After an outage")


def owned(**fields: Any) -> Any:
    return subscription(periods=(), **fields)


@pytest.mark.parametrize("row", OUTAGES, ids=tables.ids(OUTAGES))
def test_table_of_outages(row: dict[str, str]) -> None:
    one = owned(anchor=day(row["anchor"]), renews_on=day(row["renews on"]), term=Term(int(row["months"])))
    state, missed = catch_up(account(one), offer(), day(row["back on"]))
    starts = [] if row["missed"] == "-" else [day(text) for text in row["missed"].split()]
    assert [term.period.start for terms in missed.values() for term in terms] == starts
    (quote,) = plan_renewals(state, offer(), day(row["back on"]))
    assert (quote.lines[0].span.start, quote.lines[0].span.end) == (day(row["renewed from"]), day(row["until"]))


@given(
    anchor=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    months=st.sampled_from([1, 12, 36]),
    elapsed=st.integers(1, 24),
    away=st.integers(0, 2_000),
)
def test_missed_terms_and_the_current_one_tile_time(anchor: date, months: int, elapsed: int, away: int) -> None:
    """No gap and no overlap, each on a boundary of the anchor, and only the last one contains today."""
    renews_on = boundary(anchor, elapsed)
    today = renews_on + timedelta(days=away)
    one = owned(anchor=anchor, renews_on=renews_on, term=Term(months))
    terms = missed_terms(account(one), offer(), one, today)
    state, _ = catch_up(account(one), offer(), today)
    start = renews_on
    for term in terms:
        assert term.period.start == start
        assert boundary(anchor, months_elapsed(anchor, start)) == start
        start = term.period.end
        assert start <= today
    (moved,) = state.subscriptions
    assert moved.renews_on == start
    assert catch_up(state, offer(), today) == (state, {}), "doing it again changes nothing"
    assert start <= today < boundary(anchor, months_elapsed(anchor, start) + months)


def test_what_is_over_is_priced_as_on_its_first_day() -> None:
    one = owned(anchor=RENEWS, renews_on=RENEWS, term=Term(12))
    today = boundary(RENEWS, 13)
    (term,) = missed_terms(account(one), offer(), one, today)
    quote = plan_missed(account(one), offer(), term, today)
    assert (quote.effects, quote.lines[0].span, quote.priced_on) == ((), term.period, today)
    assert quote.lines[0].unit_price == usd("420.00")


GOOD, ODD = subscription(id="s1"), subscription(id="s2", term=Term(7))


def test_one_that_is_not_sold_does_not_hold_up_the_other() -> None:
    plan = plan_night(account(GOOD, ODD), offer(), RENEWS, {})
    assert [line.subscription_id for quote in plan.quotes for line in quote.lines] == ["s1"]
    assert {one: str(fault).split()[0] for one, fault in plan.faults.items()} == {"s2": "not_sold"}


def test_dates_that_do_not_fit_are_a_fault_of_their_own() -> None:
    odd = replace(GOOD, id="s2", anchor=RENEWS + timedelta(days=3))
    plan = plan_night(account(GOOD, odd), offer(), RENEWS, {})
    assert (len(plan.quotes), list(plan.faults)) == (1, ["s2"])
    assert isinstance(plan.faults["s2"], ValueError)
    assert catch_up(account(odd), offer(), RENEWS)[1] == {}


def test_a_price_out_of_proportion_is_left_out_alone() -> None:
    two = account(GOOD, replace(GOOD, id="s2", number="S-2"))
    plan = plan_night(two, offer(), RENEWS, {"s2": LastPrice(100, 365)})
    assert [line.subscription_id for quote in plan.quotes for line in quote.lines] == ["s1"]
    assert list(plan.faults) == ["s2"]


def test_what_is_too_much_together_only_is_all_left_out() -> None:
    two = account(GOOD, replace(GOOD, id="s2"))
    (alone,) = plan_night(account(GOOD), offer(), RENEWS, {}).quotes
    most = alone.total.minor
    careful = replace(offer(), policy=Policy(largest_renewal={"USD": most}))
    plan = plan_night(two, careful, RENEWS, {})
    assert (plan.quotes, set(plan.faults)) == ((), {"s1", "s2"})


def test_what_is_wrong_with_the_account_is_wrong_with_each() -> None:
    plan = plan_night(account(GOOD, replace(GOOD, id="s2")), offer(prices=()), RENEWS, {})
    assert (plan.quotes, set(plan.faults)) == ((), {"s1", "s2"})
    assert all(isinstance(fault, Refusal) for fault in plan.faults.values())


def test_where_nothing_is_wrong_it_is_the_plan_of_every_forecast() -> None:
    state = account(GOOD, subscription(id="s2", periods=(paid(date(2026, 3, 1), RENEWS),)))
    plan = plan_night(state, offer(), RENEWS, {})
    assert (plan.quotes, plan.faults) == (plan_renewals(state, offer(), RENEWS), {})
