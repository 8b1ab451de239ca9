"""Another plan, now or at renewal: the tables of docs/domain/changes.md, and the laws of credits and charges."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import ChangeKind, ComingTerm, PeriodKind, PriceKind, Role, Subscription, SubscriptionStatus
from tenor.domain.catalog import Plan, PlanKind, Promotion
from tenor.domain.money import Money, total
from tenor.domain.offer import Offer
from tenor.domain.orders import charges
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, ChangePlan, Request, ReturnOrder
from tenor.domain.terms import MONTHLY, THREE_YEARS, Period
from tests.domain.builders import (
    ALICE,
    NORTHLINE_PRICES,
    RENEWS,
    STARTED,
    TODAY,
    account,
    carry_out,
    day,
    entry,
    item,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)
from tests.domain.story import Story
from tests.support import tables

UPGRADES = tables.rows("changes", "Upgrade now")
AT_RENEWAL = tables.rows("changes", "Change plan at renewal")
NOW = ChangePlan("s1", "premium", "now")

EXTENDED = paid(RENEWS, day("2027-06-01"), "420.00", kind=PeriodKind.EXTENSION, denominator=366)
AHEAD = paid(RENEWS, day("2028-03-01"), "420.00", price_kind=PriceKind.RENEWAL)
FURTHER: dict[str, dict[str, Any]] = {
    "-": {},
    "extension": {
        "periods": (paid(), replace(EXTENDED, price_kind=PriceKind.RENEWAL)),
        "renews_on": EXTENDED.period.end,
    },
    "next term": {
        "periods": (paid(), AHEAD),
        "renews_on": AHEAD.period.end,
        "coming": ComingTerm(RENEWS, 12, "standard", 3),
    },
}
SPECIAL = {"periods": (paid(price="420.00", price_kind=PriceKind.RENEWAL),)}


def three_plans(**changes: Any) -> Offer:
    """Northline with a third plan above the others, for a year and for three."""
    prices = (
        *NORTHLINE_PRICES,
        entry("1395.00", of=item(plan="ultimate")),
        entry("2620.00", of=item(THREE_YEARS, plan="premium")),
        entry("90.00", of=item(MONTHLY, plan="premium")),
    )
    northline = offer(prices=prices, **changes)
    ultimate = Plan("studio", "ultimate", "Ultimate")
    return replace(northline, plans={**northline.plans, ("studio", "ultimate"): ultimate})


def quote(owned: Subscription, ask: ChangePlan = NOW, northline: Offer | None = None, today: date = TODAY) -> Quote:
    return plan(account(owned), northline or three_plans(), Request(ALICE, ask), today)


def refusal(*args: Any, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        quote(*args, **more)
    return refused.value


def amounts(planned: Quote, kind: LineKind) -> list[Money]:
    return [line.amount for line in planned.lines if line.kind is kind]


def cells(text: str) -> list[Money]:
    return [tables.amount(part, "USD") for part in text.split(", ")]


@pytest.mark.parametrize("row", UPGRADES, ids=tables.ids(UPGRADES, "paid at", "further paid periods"))
def test_table_of_upgrades(row: dict[str, str]) -> None:
    changes = FURTHER[row["further paid periods"]] or (SPECIAL if row["paid at"] == "special" else {})
    state = account(subscription(**changes))
    planned = plan(state, three_plans(), Request(ALICE, NOW), TODAY)
    assert amounts(planned, LineKind.CREDIT) == cells(row["credited"])
    assert amounts(planned, LineKind.PLAN) == cells(row["charged"])
    assert planned.net == tables.amount(row["total before tax"], "USD")
    assert planned.collection is Collection.GATEWAY
    after = carry_out(state, planned).subscription("s1")
    assert (after.plan, after.last_plan) == ("premium", "premium")
    assert [each.period.start for each in after.periods][:2] == [STARTED, TODAY]
    assert after.renews_on == state.subscription("s1").renews_on
    assert planned.promised[0].unit_price == usd("837.00")


@pytest.mark.parametrize("row", AT_RENEWAL, ids=tables.ids(AT_RENEWAL, "scheduled", "asked"))
def test_table_of_plans_at_renewal(row: dict[str, str]) -> None:
    before = () if row["scheduled"] == "-" else (scheduled(ChangeKind.PLAN, row["scheduled"]),)
    owned, ask = subscription(seats=1, scheduled=before), ChangePlan("s1", row["asked"], "renewal")
    if not row["pays at renewal"]:
        assert refusal(owned, ask).code == row["scheduled then"]
        return
    planned = quote(owned, ask)
    after = carry_out(account(owned), planned).subscription("s1")
    entry_of_list = after.scheduled_change(ChangeKind.PLAN)
    assert (entry_of_list.value if entry_of_list else "-") == row["scheduled then"]
    assert (after.plan, planned.lines, planned.collection) == ("standard", (), Collection.NONE)
    assert planned.promised[0].amount == tables.amount(row["pays at renewal"], "USD")


def test_the_price_that_was_seen_is_noted() -> None:
    after = carry_out(account(), quote(subscription(), ChangePlan("s1", "premium", "renewal"))).subscription("s1")
    assert [entry_of_list.unit_price for entry_of_list in after.scheduled] == [usd("837.00")]


@pytest.mark.parametrize(
    ("code", "ask", "changes"),
    [
        ("plan_unchanged", ChangePlan("s1", "standard", "now"), {}),
        ("plan_not_offered", ChangePlan("s1", "gold", "now"), {}),
        ("plan_not_higher", ChangePlan("s1", "standard", "now"), {"plan": "premium"}),
        ("plan_not_offered", ChangePlan("s1", "ultimate", "renewal"), {"scheduled": (scheduled(ChangeKind.TERM, 36),)}),
        ("nothing_left", NOW, {"periods": ()}),
    ],
)
def test_refusals(code: str, ask: ChangePlan, changes: dict[str, Any]) -> None:
    assert refusal(subscription(**changes), ask).code == code


def test_a_maintenance_plan_is_not_offered() -> None:
    northline = three_plans()
    upkeep = Plan("studio", "ultimate", "Upkeep", PlanKind.MAINTENANCE)
    northline = replace(northline, plans={**northline.plans, ("studio", "ultimate"): upkeep})
    assert refusal(subscription(), ChangePlan("s1", "ultimate", "now"), northline).code == "plan_not_offered"


def test_every_reason_is_given_at_once() -> None:
    viewer = replace(ALICE, role=Role.VIEWER)
    unpaid = account(subscription(status=SubscriptionStatus.PAST_DUE))
    with pytest.raises(Refusal) as refused:
        plan(unpaid, offer(), Request(viewer, NOW), TODAY)
    assert [reason.code for reason in refused.value.reasons] == ["role_may_not_buy", "past_due"]


def test_a_promotion_on_the_new_plan_does_not_apply() -> None:
    half = Promotion("half", "Half price", "studio", STARTED, RENEWS, percent=50, plan="premium")
    assert amounts(quote(subscription(), northline=three_plans(promotions=(half,))), LineKind.PLAN) == [usd("764.38")]


def test_what_is_scheduled_stays() -> None:
    entries = (scheduled(ChangeKind.SEATS, 2), scheduled(ChangeKind.PLAN, "standard"))
    state = account(subscription(scheduled=entries))
    assert carry_out(state, quote(state.subscription("s1"))).subscription("s1").scheduled == entries


def test_a_scheduled_change_to_this_very_plan_has_nothing_left_to_change_until_the_order_is_returned() -> None:
    story = Story(offer=three_plans())
    story.do(ChangePlan("s1", "premium", "renewal"))
    before = story.state
    story.do(NOW)
    assert (story.one.scheduled, story.one.plan) == ((), "premium")
    story.give_back()
    assert story.state == before


def test_a_term_ahead_of_another_plan_is_left_alone() -> None:
    owned = subscription(**{**FURTHER["next term"], "coming": ComingTerm(RENEWS, 12, "ultimate", 3)})
    planned = quote(owned)
    assert amounts(planned, LineKind.CREDIT) == [usd("-382.19")]
    after = carry_out(account(owned), planned).subscription("s1")
    assert (after.plan, after.last_plan, after.periods[-1]) == ("premium", "ultimate", AHEAD)


def test_a_term_ahead_of_another_length_is_priced_by_its_own() -> None:
    end = day("2030-03-01")
    ahead = paid(RENEWS, end, "1179.00", price_kind=PriceKind.RENEWAL)
    owned = subscription(periods=(paid(), ahead), renews_on=end, coming=ComingTerm(RENEWS, 36, "standard", 3))
    assert amounts(quote(owned), LineKind.PLAN) == [usd("764.38"), usd("2358.00") * 3]


def test_an_extension_of_a_term_ahead_follows_that_term() -> None:
    """What lies behind a term paid ahead for another plan is paid for that plan, too."""
    behind = Period(AHEAD.period.end, day("2028-06-01"))
    further = replace(EXTENDED, period=behind)
    owned = subscription(
        periods=(paid(), AHEAD, further), renews_on=behind.end, coming=ComingTerm(RENEWS, 12, "ultimate", 5)
    )
    assert [charge.paid for charge in charges((), owned, TODAY)] == [paid()]
    same = replace(owned, coming=ComingTerm(RENEWS, 12, "standard", 5))
    assert [charge.seats for charge in charges((), same, TODAY)] == [3, 5, 5]


def test_seats_added_at_the_list_price_stay_at_it() -> None:
    """The term was renewed at the special price; two seats came at the list price: each keeps its kind."""
    story = Story(account(subscription(**SPECIAL)), three_plans())
    story.do(AddSeats("s1", 2))
    planned = story.do(NOW)
    assert amounts(planned, LineKind.CREDIT) == [usd("-345.21"), usd("-254.79")]
    assert amounts(planned, LineKind.PLAN) == [usd("687.95"), usd("509.59")]
    refs = [line.explanation.facts["line"] for line in planned.lines if line.kind is LineKind.CREDIT]
    assert refs == ["2026-03-01", f"{story.orders[0].id}/0"]


def test_every_cent_is_explained() -> None:
    planned = quote(subscription(**FURTHER["extension"]))
    for line in planned.lines:
        facts = line.explanation.facts
        whole = line.unit_price * line.seats
        worked = whole.share(Fraction(line.span.days, line.denominator))
        assert (facts["unit_price"], facts["seats"], facts["days"]) == (line.unit_price, line.seats, line.span.days)
        assert line.amount == (-worked if line.kind is LineKind.CREDIT else worked) == line.explanation.result
    assert planned.net == total((line.amount for line in planned.lines), "USD")


# --- laws ---------------------------------------------------------------------------------------------------------

days = st.integers(0, 364).map(lambda passed: STARTED + timedelta(days=passed))


@given(first=days, second=days, added=st.integers(0, 3), further=st.sampled_from(sorted(FURTHER)))
def test_two_upgrades_credit_no_line_twice(first: date, second: date, added: int, further: str) -> None:
    """Every credit is at most its line, and what stays of all lines together is what the days at each plan cost."""
    story = Story(account(subscription(**FURTHER[further])), three_plans(), today=min(first, second))
    if added:
        story.do(AddSeats("s1", added))
    story.do(NOW)
    story.today = max(first, second)
    story.do(ChangePlan("s1", "ultimate", "now"))
    credited = [
        (line.explanation.facts["line"], line.amount)
        for order in story.orders
        for line in order.quote.lines
        if line.kind is LineKind.CREDIT
    ]
    assert len({ref for ref, _ in credited}) == len(credited)
    charged = {f"{o.id}/{place}": line.amount for o in story.orders for place, line in enumerate(o.quote.lines)}
    assert all(-amount <= charged.get(str(ref), -amount) for ref, amount in credited)
    assert story.one.plan == "ultimate"
    standing = charges(story.orders, story.one, story.today)
    assert sum(charge.seats for charge in standing if story.today in charge.paid.period) == 3 + added


@given(on=days, later=st.integers(0, 29), added=st.integers(0, 3), further=st.sampled_from(sorted(FURTHER)))
def test_law_3_an_upgrade_returned_restores_every_period_and_cent(
    on: date, later: int, added: int, further: str
) -> None:
    story = Story(account(subscription(**FURTHER[further])), three_plans(), today=on)
    if added:
        story.do(AddSeats("s1", added))
    before, orders = story.state, story.orders
    bought = story.do(NOW)
    story.today += timedelta(days=later)
    returned = story.do(ReturnOrder(story.orders[-1].id))
    assert (story.state, story.orders) == (before, orders)
    assert returned.total == -bought.total


@given(on=days, added=st.integers(1, 3))
def test_seats_before_or_after_an_upgrade_cost_the_same_on_a_day(on: date, added: int) -> None:
    """The order of two changes of one day is no matter of more than the cents of two roundings."""
    paid_in_all: list[int] = []
    asks: tuple[Any, Any] = AddSeats("s1", added), NOW
    for order in (asks, asks[::-1]):
        story = Story(account(), three_plans(), today=on)
        paid_in_all.append(sum(story.do(ask).net.minor for ask in order))
    assert abs(paid_in_all[0] - paid_in_all[1]) <= 2
