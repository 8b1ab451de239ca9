"""Early, late and anew: the tables of docs/domain/renewals.md, every refusal, and that the night finds the same."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    AccountState,
    CarriedLine,
    ChangeKind,
    MethodStatus,
    PriceKind,
    SeatLimits,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.carrying_out import begin_coming, carry_out
from tenor.domain.catalog import Product, Promotion
from tenor.domain.changes.return_order import inverse
from tenor.domain.comparison import bought_anew, renewal_prices
from tenor.domain.effects import BillCarried, OpenSubscription, StartTerm
from tenor.domain.offer import Offer
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import Bought, plan_renewals
from tenor.domain.requests import AddSeats, Ask, BuyAgain, ChangeTerm, RenewEarly, RenewLate, Request
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Period, Term, next_period
from tests.domain.builders import (
    ALICE,
    CARD,
    DEBIT,
    NORTHLINE_PRICES,
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
    usd,
)
from tests.support import tables

EARLY = tables.rows("renewals", "Renewing early")
LATE = tables.rows("renewals", "Renewing late")
ANEW = tables.rows("renewals", "Buying again")

RISE = entry("499.00", "450.00", valid_from=day("2027-02-01"), announced_on=day("2026-12-20"))
SOON = day("2027-01-10")
AFTER = day("2027-03-10")
LONG_AFTER = day("2027-05-10")
KIND = {"special": PriceKind.RENEWAL, "list": PriceKind.LIST}


def entries(cell: str) -> tuple[Any, ...]:
    found = [] if cell == "-" else [text.split() for text in cell.split(", ")]
    return tuple(scheduled(ChangeKind(kind), value) for kind, value in found)


def lapsed(status: SubscriptionStatus = SubscriptionStatus.EXPIRED, **changes: Any) -> Subscription:
    return subscription(status=status, auto_renew=False, lapsed_on=RENEWS, **changes)


def quote(ask: Ask, today: date, state: AccountState, northline: Offer | None = None) -> Quote:
    return plan(state, northline or offer(), Request(ALICE, ask), today)


def refusal(ask: Ask, today: date, state: AccountState, northline: Offer | None = None) -> Refusal:
    with pytest.raises(Refusal) as refused:
        quote(ask, today, state, northline)
    return refused.value


def started(planned: Quote) -> list[StartTerm]:
    return [effect for effect in planned.effects if isinstance(effect, StartTerm)]


# --- early --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", EARLY, ids=tables.ids(EARLY, "today", "scheduled"))
def test_table_of_early_renewals(row: dict[str, str]) -> None:
    state = account(subscription(scheduled=entries(row["scheduled"])))
    planned = quote(RenewEarly(("s1",)), day(row["today"]), state, offer(prices=(*NORTHLINE_PRICES, RISE)))
    (line,) = planned.lines
    assert (line.unit_price, line.amount) == (tables.amount(row["a seat"], "USD"), planned.total)
    assert planned.total == tables.amount(row["together"], "USD")
    assert line.span == Period(RENEWS, day(row["until"]))
    assert started(planned)[0].paid.price_kind is KIND[row["price"]]
    following = [tables.amount(row["next"], "USD")] if row["next"] != "-" else []
    assert [renewal.amount for renewal in planned.promised] == following
    assert all(renewal.on == day(row["until"]) for renewal in planned.promised)


def test_one_order_for_all_in_whatever_order_they_are_chosen() -> None:
    other = subscription(id="s2", scheduled=entries("seats 1"), renews_on=day("2027-03-20"), anchor=day("2026-03-20"))
    state = account(subscription(), other)
    planned = quote(RenewEarly(("s2", "s1", "s2")), SOON, state)
    assert [line.subscription_id for line in planned.lines] == ["s1", "s2"]
    assert (planned.total, planned.method_id, planned.collection) == (usd("1680.00"), "card", Collection.GATEWAY)
    assert planned.fingerprint == quote(RenewEarly(("s1", "s2")), SOON, state).fingerprint
    after = carry_out(state, planned.effects, SOON)
    assert [one.renews_on for one in after.subscriptions] == [day("2028-03-01"), day("2028-03-20")]
    assert [one.anchor for one in after.subscriptions] == [STARTED, day("2026-03-20")]
    assert [(one.seats, one.last_seats) for one in after.subscriptions] == [(3, 3), (3, 1)]


def test_the_method_they_share_pays_or_the_one_that_is_chosen() -> None:
    debited = subscription(id="s2", method_id="debit")
    state = account(subscription(scheduled=entries("method debit")), debited)
    assert quote(RenewEarly(("s1", "s2")), SOON, state).method_id == "debit"
    mixed = account(subscription(), debited)
    assert refusal(RenewEarly(("s1", "s2")), SOON, mixed).facts == {"methods": "SEPA 3000, Visa 4242"}
    chosen = quote(RenewEarly(("s1", "s2"), "card"), SOON, mixed)
    assert chosen.method_id == "card"
    assert [term.method_id for term in started(chosen)] == [None, "debit"]  # what pays later renewals stays


def test_a_chosen_method_is_judged_instead_of_their_own() -> None:
    dead = replace(CARD, status=MethodStatus.INVALID)
    state = account(subscription(), methods=(dead, DEBIT))
    assert refusal(RenewEarly(("s1",)), SOON, state).reasons[0].code == "payment_method_invalid"
    assert quote(RenewEarly(("s1",), "debit"), SOON, state).method_id == "debit"
    assert refusal(RenewEarly(("s1",), "card"), SOON, state).code == "method_not_usable"
    assert refusal(RenewEarly(("s1",), "theirs"), SOON, state).code == "unknown_method"


def test_prices_with_and_without_tax_are_never_in_one_order() -> None:
    premium = entry("930.00", of=item(plan="premium"), tax_included=True)
    state = account(subscription(), subscription(id="s2", plan="premium"))
    assert (
        refusal(RenewEarly(("s1", "s2")), SOON, state, offer(prices=(entry("465.00"), premium))).code == "taxes_differ"
    )


def test_every_reason_of_each_is_given() -> None:
    monthly = subscription(id="s2", term=MONTHLY)
    ahead = subscription(id="s3", periods=(paid(), paid(RENEWS, day("2028-03-01"))), renews_on=day("2028-03-01"))
    refused = refusal(RenewEarly(("s1", "s2", "s3")), day("2026-11-01"), account(subscription(), monthly, ahead))
    assert [(reason.code, reason.facts["subscription"]) for reason in refused.reasons] == [
        ("renewal_window_not_open", "s1"),
        ("monthly_no_early_renewal", "s2"),
        ("next_term_already_renewed", "s3"),
    ]


@pytest.mark.parametrize(
    ("ids", "code"),
    [((), "nothing_chosen"), (tuple(map(str, range(101))), "too_many_chosen"), (("theirs",), "unknown_subscription")],
)
def test_what_can_be_chosen(ids: tuple[str, ...], code: str) -> None:
    assert refusal(RenewEarly(ids), SOON, account()).code == code


def test_what_waited_is_billed_with_it() -> None:
    waiting = CarriedLine(
        "c1", "O-7", "s1", "studio", "standard", 1, Period(STARTED, RENEWS), usd("1"), 365, usd("0.40")
    )
    planned = quote(RenewEarly(("s1",)), SOON, account(carried=(waiting,)))
    assert (planned.total, planned.effects[-1]) == (usd("1260.40"), BillCarried(("c1",)))


def test_seats_added_afterwards_are_paid_for_both_terms_each_at_its_own_price() -> None:
    state = account(subscription(scheduled=entries("plan premium, seats 2")))
    ahead = carry_out(state, quote(RenewEarly(("s1",)), SOON, state).effects, SOON)
    planned = quote(AddSeats("s1", 1), day("2027-01-20"), ahead)
    assert [(line.plan, line.unit_price, line.span.end) for line in planned.lines] == [
        ("standard", usd("465.00"), RENEWS),
        ("premium", usd("837.00"), day("2028-03-01")),
    ]
    grown = carry_out(ahead, planned.effects, day("2027-01-20")).subscription("s1")
    assert (grown.seats, grown.last_seats, grown.last_plan) == (4, 3, "premium")
    assert planned.promised[0].seats == 3


def test_a_term_changed_afterwards_counts_from_the_term_that_is_paid() -> None:
    state = account(subscription(scheduled=entries("term 36")))
    ahead = carry_out(state, quote(RenewEarly(("s1",)), SOON, state).effects, SOON)
    assert refusal(ChangeTerm("s1", 36), SOON, ahead).code == "term_unchanged"
    planned = quote(ChangeTerm("s1", 12), SOON, ahead)
    assert (planned.promised[0].on, planned.promised[0].months) == (day("2030-03-01"), 12)
    assert carry_out(ahead, planned.effects, SOON).subscription("s1").scheduled[0].value == "12"


LISTS = st.fixed_dictionaries(
    {},
    optional={
        ChangeKind.TERM: st.sampled_from(["1", "12", "36"]),
        ChangeKind.PLAN: st.sampled_from(["standard", "premium"]),
        ChangeKind.SEATS: st.integers(1, 3).map(str),
        ChangeKind.METHOD: st.just("debit"),
        ChangeKind.AUTO_RENEW: st.sampled_from(["on", "off"]),
    },
).filter(lambda values: values.get(ChangeKind.PLAN) != "premium" or values.get(ChangeKind.TERM, "12") == "12")


@given(anchor=st.dates(date(2024, 1, 1), date(2028, 12, 31)), values=LISTS, ahead=st.integers(1, 90))
def test_the_night_finds_the_same_periods_as_if_it_had_renewed(
    anchor: date, values: dict[ChangeKind, str], ahead: int
) -> None:
    """Only the price may differ, by the entry of its day; here the book stands still, so that nothing differs."""
    first = next_period(anchor, anchor, YEARLY)
    merged = {ChangeKind.AUTO_RENEW: "on", **values}
    owned = subscription(
        anchor=anchor,
        renews_on=first.end,
        periods=(paid(first.start, first.end),),
        scheduled=tuple(scheduled(kind, value) for kind, value in values.items()),
    )
    state, today = account(owned), first.end - timedelta(days=ahead)
    planned = quote(RenewEarly(("s1",)), today, state)
    early = carry_out(state, planned.effects, today)
    waiting = early.subscription("s1")
    assert (waiting.seats, waiting.plan, waiting.term) == (owned.seats, owned.plan, owned.term)
    begun = begin_coming(waiting)
    assert plan_renewals(replace(early, subscriptions=(begun,)), offer(), first.end) == ()
    if merged[ChangeKind.AUTO_RENEW] == "on":
        night = plan_renewals(state, offer(), first.end)
        assert begun == carry_out(state, [e for each in night for e in each.effects], first.end).subscription("s1")
    assert all(a.period.end == b.period.start for a, b in pairwise(begun.periods))
    assert (begun.periods[0].period.start, begun.periods[-1].period.end) == (anchor, begun.renews_on)
    assert carry_out(early, [back for e in reversed(planned.effects) for back in inverse(e)], today) == state


# --- late ---------------------------------------------------------------------------------------------------------


def _ended(months: str) -> Subscription:
    term, start = Term(int(months)), {1: day("2027-02-01"), 12: STARTED, 36: day("2024-03-01")}[int(months)]
    return lapsed(term=term, anchor=start, periods=(paid(start, RENEWS),))


@pytest.mark.parametrize("row", LATE, ids=tables.ids(LATE, "months", "today", "policy"))
def test_table_of_late_renewals(row: dict[str, str]) -> None:
    state = account(_ended(row["months"]))
    northline = offer(policy={"special_price_when_late": row["policy"] == "special price"})
    planned = quote(RenewLate("s1"), day(row["today"]), state, northline)
    (line,) = planned.lines
    assert (line.unit_price, planned.total) == (tables.amount(row["a seat"], "USD"), line.unit_price * 3)
    assert line.span == Period(day(row["from"]), day(row["until"]))
    assert started(planned)[0].paid.price_kind is KIND[row["price"]]


def test_a_late_renewal_revives_it_and_leaves_the_rest_as_it_was_left() -> None:
    state = account(lapsed(scheduled=entries("term 36, seats 2")))
    planned = quote(RenewLate("s1"), AFTER, state)
    revived = carry_out(state, planned.effects, AFTER).subscription("s1")
    assert (revived.status, revived.lapsed_on, revived.auto_renew) == (SubscriptionStatus.ACTIVE, None, False)
    assert (revived.term, revived.seats, revived.renews_on) == (THREE_YEARS, 2, day("2030-03-01"))
    assert (revived.coming, revived.scheduled, planned.promised) == (None, (), ())
    assert carry_out(carry_out(state, planned.effects, AFTER), inverse(planned.effects[0]), AFTER) == state


def test_what_was_left_on_renews_by_itself_again() -> None:
    state = account(replace(lapsed(), auto_renew=True))
    assert [renewal.on for renewal in quote(RenewLate("s1"), AFTER, state).promised] == [day("2028-03-01")]


@pytest.mark.parametrize(
    ("owned", "today", "code"),
    [
        (lapsed(), LONG_AFTER, "renewal_window_closed"),
        (lapsed(SubscriptionStatus.CANCELED), AFTER, "canceled"),
        (subscription(), SOON, "not_expired"),
        (subscription(status=SubscriptionStatus.PAST_DUE, lapsed_on=RENEWS), AFTER, "past_due"),
    ],
)
def test_what_is_not_renewed_late(owned: Subscription, today: date, code: str) -> None:
    assert [reason.code for reason in refusal(RenewLate("s1"), today, account(owned)).reasons] == [code]


def test_another_method_may_pay_it() -> None:
    state = account(lapsed(), methods=(replace(CARD, expires_on=day("2027-01-31")), DEBIT))
    assert refusal(RenewLate("s1"), AFTER, state).reasons[0].code == "payment_method_expired"
    assert quote(RenewLate("s1", "debit"), AFTER, state).method_id == "debit"


# --- anew ---------------------------------------------------------------------------------------------------------

ENDED = lapsed(SubscriptionStatus.CANCELED)


def anew(seats: int = 3, months: int = 12, **changes: Any) -> BuyAgain:
    return replace(BuyAgain("s1", seats, months, "new"), **changes)


@pytest.mark.parametrize("row", ANEW, ids=tables.ids(ANEW, "months", "seats", "promotion"))
def test_table_of_buying_again(row: dict[str, str]) -> None:
    seats, months = int(row["seats"]), int(row["months"])
    spring = Promotion("spring", "Spring", "studio", LONG_AFTER, day("2027-06-01"), percent=20, first_term_only=True)
    northline = offer(promotions=(spring,) if row["promotion"] != "-" else ())
    planned = quote(anew(seats, months), LONG_AFTER, account(ENDED), northline)
    (line,), (opened,) = planned.lines, planned.effects
    assert isinstance(opened, OpenSubscription)
    assert (line.unit_price, planned.total) == (
        tables.amount(row["a seat"], "USD"),
        tables.amount(row["together"], "USD"),
    )
    assert opened.paid.period == line.span == Period(LONG_AFTER, day(row["until"]))
    assert [(renewal.on, renewal.subscription_id) for renewal in planned.promised] == [(day(row["until"]), "new")]
    against = bought_anew(northline, ENDED, item(Term(months)), seats, planned.total)
    assert (against.cost, against.other) == (planned.total, tables.amount(row["in time"], "USD"))


def test_a_new_subscription_begins_and_the_old_one_stays_ended() -> None:
    state = account(ENDED)
    planned = quote(anew(seats=5), LONG_AFTER, state)
    after = carry_out(state, planned.effects, LONG_AFTER)
    assert after.subscription("s1") == ENDED
    bought = after.subscription("new")
    assert (bought.status, bought.seats, bought.anchor, bought.auto_renew) == ("active", 5, LONG_AFTER, True)
    assert (planned.method_id, bought.method_id) == ("card", None)
    undone = carry_out(after, inverse(planned.effects[0]), LONG_AFTER)
    assert (undone.subscription("new").status, undone.subscription("new").periods) == ("canceled", ())


def test_the_chosen_method_pays_and_stays() -> None:
    state = account(ENDED, methods=(replace(CARD, status=MethodStatus.INVALID), DEBIT))
    assert refusal(anew(), LONG_AFTER, state).reasons[0].code == "payment_method_invalid"
    planned = quote(anew(method_id="debit"), LONG_AFTER, state)
    assert (planned.method_id, carry_out(state, planned.effects, LONG_AFTER).subscription("new").method_id) == (
        "debit",
        "debit",
    )


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (anew(seats=0), "seats_outside_limits"),
        (anew(seats=501), "seats_outside_limits"),
        (anew(months=24), "term_not_offered"),
        (anew(new_id="s1"), "id_in_use"),
        (anew(method_id="theirs"), "unknown_method"),
        (anew(subscription_id="theirs"), "unknown_subscription"),
    ],
)
def test_what_cannot_be_bought(ask: BuyAgain, code: str) -> None:
    assert refusal(ask, LONG_AFTER, account(ENDED)).code == code


def test_the_contract_of_what_ended_limits_the_seats() -> None:
    limited = replace(ENDED, seat_limits=SeatLimits(minimum=2, maximum=4))
    assert refusal(anew(seats=5), LONG_AFTER, account(limited)).facts == {"minimum": 2, "maximum": 4, "asked": 5}
    assert quote(anew(seats=4), LONG_AFTER, account(limited)).lines[0].seats == 4


def test_what_is_discontinued_or_runs_is_not_bought_again() -> None:
    gone = Product("studio", "Northline Studio", discontinued_on=day("2027-05-01"))
    found = refusal(anew(), LONG_AFTER, account(ENDED), offer(products={"studio": gone})).reasons
    assert [reason.code for reason in found] == ["product_discontinued"]
    assert [reason.code for reason in refusal(anew(), SOON, account()).reasons] == ["not_ended"]
    assert (
        quote(anew(), AFTER, account(lapsed())).lines[0].span.start == AFTER
    )  # expired: renewed or bought, as one likes


# --- the three prices ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owned", "today", "bought", "prices"),
    [
        (subscription(), SOON, Bought.EARLY, ("1260.00", "1350.00", "1497.00")),
        (lapsed(), AFTER, Bought.LATE, ("1497.00", "1350.00", "1497.00")),
    ],
)
def test_now_on_time_and_anew_stand_side_by_side(
    owned: Subscription, today: date, bought: Bought, prices: tuple[str, str, str]
) -> None:
    found = renewal_prices(account(owned), offer(prices=(*NORTHLINE_PRICES, RISE)), owned, today, bought)
    assert (found.now, found.on_time, found.anew) == tuple(map(usd, prices))


def test_what_was_not_sold_in_time_has_no_price_for_it() -> None:
    young = entry("465.00", valid_from=day("2027-03-05"))
    found = renewal_prices(account(lapsed()), offer(prices=(young,)), lapsed(), AFTER, Bought.LATE)
    assert (found.now, found.on_time) == (usd("1395.00"), None)
