"""Changes of plan, term and method at their edges: what is no upgrade, what an entry notes, and what may be undone."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.domain.account import (
    ChangeKind,
    MethodStatus,
    OpenOrder,
    ScheduledChange,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.catalog import Plan
from tenor.domain.changes.change_plan import upgrades
from tenor.domain.confirmations import reopened
from tenor.domain.effects import Schedule
from tenor.domain.offer import Offer
from tenor.domain.orders import coming_in
from tenor.domain.planner import plan
from tenor.domain.quote import LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, Ask, ChangePlan, ChangeTerm, Request, SetPaymentMethod, UndoScheduled
from tenor.domain.terms import THREE_YEARS
from tests.domain.builders import (
    ALICE,
    CARD,
    NORTHLINE_PRICES,
    RENEWS,
    TODAY,
    account,
    day,
    entry,
    item,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)


def selling(**prices: str) -> Offer:
    """Northline, with further plans at these list prices a year; "" for one that has none today."""
    entries = tuple(entry(price, of=item(plan=code)) for code, price in prices.items() if price)
    plans = {("studio", code): Plan("studio", code, code.title()) for code in prices}
    northline = offer(prices=(*NORTHLINE_PRICES, *entries))
    return replace(northline, plans={**northline.plans, **plans})


def asked(ask: Ask, one: Subscription | None = None, northline: Offer | None = None, **also: Any) -> Quote:
    return plan(account(one or subscription(), **also), northline or offer(), Request(ALICE, ask), TODAY)


def refused(*args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as stopped:
        asked(*args, **more)
    return stopped.value.code


def test_a_plan_of_the_same_price_is_no_upgrade() -> None:
    northline = selling(basic="300.00", twin="465.00", ultimate="1395.00")
    assert upgrades(account(), northline, subscription(), TODAY) == ("premium", "ultimate")
    assert refused(ChangePlan("s1", "twin", "now"), northline=northline) == "plan_not_higher"


def test_what_has_no_price_today_is_no_upgrade_and_has_none() -> None:
    northline = selling(ultimate="")
    assert refused(ChangePlan("s1", "ultimate", "now"), northline=northline) == "plan_not_offered"
    old = subscription(plan="ultimate")
    assert upgrades(account(old), northline, old, TODAY) == ()


def test_a_plan_is_offered_once_whatever_other_products_call_theirs() -> None:
    northline = offer()
    named_alike = {("atlas", "premium"): Plan("atlas", "premium", "Atlas Premium"), **northline.plans}
    assert upgrades(account(), replace(northline, plans=named_alike), subscription(), TODAY) == ("premium",)


def test_another_plan_takes_the_place_of_the_scheduled_one() -> None:
    northline = selling(ultimate="1395.00")
    one = subscription(scheduled=(scheduled(ChangeKind.PLAN, "premium"),))
    (effect,) = asked(ChangePlan("s1", "ultimate", "renewal"), one, northline).effects
    assert isinstance(effect, Schedule)
    assert (effect.before, effect.after) == ("premium", "ultimate")
    assert refused(ChangePlan("s1", "premium", "renewal"), one, northline) == "plan_unchanged"
    (back,) = asked(ChangePlan("s1", "standard", "renewal"), one, northline).effects
    assert isinstance(back, Schedule)
    assert (back.before, back.after) == ("premium", None)


def test_an_upgrade_is_charged_to_the_method_of_the_subscription_and_its_credit_names_its_days() -> None:
    found = asked(ChangePlan("s1", "premium", "now"), subscription(method_id="debit"))
    credit = next(line for line in found.lines if line.kind is LineKind.CREDIT)
    facts = credit.explanation.facts
    assert found.method_id == "debit"
    assert (facts["starts_on"], facts["ends_on"], facts["days"]) == (TODAY, RENEWS, 100)


def test_the_price_that_an_entry_was_confirmed_at_is_kept_until_it_is_replaced() -> None:
    entry_of_list = replace(scheduled(ChangeKind.TERM, 36), unit_price=usd("1179.00"))
    one = subscription(scheduled=(entry_of_list,))
    (effect,) = asked(ChangeTerm("s1", 1), one).effects
    assert isinstance(effect, Schedule)
    assert (effect.unit_price_before, effect.unit_price) == (usd("1179.00"), usd("45.00"))


def test_an_announcement_of_the_day_before_was_seen_and_one_of_the_day_itself_may_not_have_been() -> None:
    """1,200.00 was announced on 20 November, 1,250.00 on the 21st, after the customer had confirmed 1,200.00."""
    three = item(THREE_YEARS)
    on_20 = entry("1400.00", "1200.00", of=three, valid_from=day("2026-11-20"))
    on_21 = entry("1450.00", "1250.00", of=three, valid_from=day("2026-11-21"))
    confirmed = ScheduledChange(ChangeKind.TERM, "36", day("2026-11-21"), "Alice", usd("1200.00"))
    one = subscription(scheduled=(confirmed,))
    northline = offer(prices=(*NORTHLINE_PRICES, on_20, on_21))
    (found,) = reopened(account(one), northline, one, day("2026-11-22"))
    assert (found.seen, found.now) == (usd("1200.00"), usd("1250.00"))


def test_a_method_is_set_and_everything_else_that_is_scheduled_stays_promised() -> None:
    fewer = scheduled(ChangeKind.SEATS, 2)
    one = subscription(scheduled=(fewer, scheduled(ChangeKind.METHOD, "card")))
    found = asked(SetPaymentMethod(("s1",), "debit"), one)
    (renewal,) = found.promised
    assert (renewal.seats, renewal.amount) == (2, usd("840.00"))
    assert [effect.kind for effect in found.effects] == ["set_method", "schedule"]


# --- taking back --------------------------------------------------------------------------------------------------

THREE = scheduled(ChangeKind.TERM, 36)
UNDO = UndoScheduled("s1", ChangeKind.TERM)


@pytest.mark.parametrize(
    ("changes", "also"),
    [
        ({}, {"country": "BR"}),
        ({}, {"methods": ()}),
        ({}, {"methods": (replace(CARD, status=MethodStatus.INVALID),)}),
        ({"open_order": OpenOrder("o1", "N-1", "submitted")}, {}),
        ({"processor": "oldshop"}, {}),
        ({"auto_renew": False}, {}),
    ],
    ids=["outside the region", "no method", "a bad card", "an open order", "a legacy system", "turned off"],
)
def test_what_closes_some_actions_does_not_close_taking_back(changes: dict[str, Any], also: dict[str, Any]) -> None:
    (effect,) = asked(UNDO, subscription(scheduled=(THREE,), **changes), **also).effects
    assert isinstance(effect, Schedule)
    assert (effect.before, effect.after) == ("36", None)


@pytest.mark.parametrize("status", [SubscriptionStatus.SUSPENDED, SubscriptionStatus.CANCELED])
def test_what_closes_everything_closes_taking_back(status: SubscriptionStatus) -> None:
    """What is canceled may be bought again; all else is closed, and so is this."""
    assert refused(UNDO, subscription(scheduled=(THREE,), status=status)) == "not_eligible"


# --- seats --------------------------------------------------------------------------------------------------------

FIVE_OF_TEN = subscription(seats=10, scheduled=(scheduled(ChangeKind.SEATS, 5),))


@pytest.mark.parametrize(("at_renewal", "entry_then"), [(1, "1"), (4, "4"), (5, None), (11, "11"), (12, "-")])
def test_what_is_renewed_is_what_was_answered(at_renewal: int, entry_then: str | None) -> None:
    """Two more of ten, of which five were to be renewed. The same answer as before changes no entry; all drop it."""
    effects = asked(AddSeats("s1", 2, at_renewal), FIVE_OF_TEN).effects
    entries = [each for each in effects if isinstance(each, Schedule)]
    assert [(each.before, each.after or "-") for each in entries] == ([("5", entry_then)] if entry_then else [])


@pytest.mark.parametrize("at_renewal", [0, -1, 13])
def test_one_seat_at_least_is_renewed_and_no_more_than_there_are(at_renewal: int) -> None:
    with pytest.raises(Refusal) as stopped:
        asked(AddSeats("s1", 2, at_renewal), FIVE_OF_TEN)
    assert stopped.value.code == "seats_at_renewal_out_of_range"
    assert stopped.value.facts == {"minimum": 1, "maximum": 12, "asked": at_renewal}


def test_an_answer_to_a_question_that_nobody_asked_changes_nothing() -> None:
    assert asked(AddSeats("s1", 2, 4)).effects == asked(AddSeats("s1", 2)).effects


def test_days_at_a_price_of_their_own_are_explained_by_them() -> None:
    ends = day("2028-03-01")
    ahead = paid(RENEWS, ends, "420.00")
    one = subscription(periods=(paid(), ahead), renews_on=ends)
    _, later = asked(AddSeats("s1", 1), one).lines
    (own,) = later.explanation.steps
    assert (own.rule, own.facts["starts_on"], own.facts["ends_on"]) == ("price_of_period", RENEWS, ends)
    assert coming_in(one, ahead) is None
