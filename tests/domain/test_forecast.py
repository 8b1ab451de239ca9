"""The forecast: the tables of docs/domain/renewals.md, and the laws that tie it to the renewal planner."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    AccountState,
    CarriedLine,
    ChangeKind,
    Channel,
    ComingTerm,
    MethodStatus,
    OpenOrder,
    PriceKind,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.carrying_out import carry_out
from tenor.domain.catalog import Promotion
from tenor.domain.differences import Difference
from tenor.domain.effects import BillCarried, SetPlan, SetSeats
from tenor.domain.forecast import Upcoming, UpcomingKind, charged, forecast
from tenor.domain.money import Money, total
from tenor.domain.offer import TaxRegistration
from tenor.domain.quote import Collection
from tenor.domain.renewals import plan_renewals
from tenor.domain.terms import MONTHLY, Period, Term, boundary, months_elapsed
from tests.domain.builders import (
    CARD,
    DEBIT,
    NORTHLINE_PRICES,
    RENEWS,
    STARTED,
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
from tests.support import tables

OWNED = tables.rows("renewals", "An account with a year ahead")
EXPECTED = tables.rows("renewals", "Its forecast")
PRICES = {1: "45.00", 12: "465.00", 36: "1310.00"}
RISE = entry("49.00", of=item(MONTHLY), valid_from=day("2027-01-01"), announced_on=day("2026-11-01"))
PREMIUM = offer(prices=(*NORTHLINE_PRICES, entry("930.00", of=item(plan="premium"))))
ALSO: dict[str, dict[str, Any]] = {
    "-": {},
    "automatic renewal off": {"auto_renew": False},
    "past due": {"status": SubscriptionStatus.PAST_DUE},
    "term 1 scheduled": {"scheduled": (scheduled(ChangeKind.TERM, 1),)},
    "sold by a reseller": {"channel": Channel.RESELLER},
}


def owned(
    id_: str = "s1", months: int = 12, renews_on: date = RENEWS, anchor: date | None = None, **also: Any
) -> Subscription:
    """A subscription that renews then, whose current term was bought at the list price."""
    anchor = anchor or boundary(renews_on, -months)
    start = boundary(anchor, months_elapsed(anchor, renews_on) - months)
    last = paid(start, renews_on, PRICES[months])
    return subscription(id=id_, term=Term(months), anchor=anchor, renews_on=renews_on, periods=(last,), **also)


def _of_table(row: dict[str, str]) -> Subscription:
    renews_on = day(row["renews on"])
    anchor = day("2026-10-31") if row["subscription"] == "s2" else None
    also: dict[str, Any] = {"seats": int(row["seats"]), **ALSO[row["and"]]}
    return owned(row["subscription"], int(row["term"]), renews_on, anchor, **also)


def _shown(found: Upcoming) -> dict[str, str]:
    amount = "-" if found.amount is None else f"{found.amount.minor // 100:,}.{found.amount.minor % 100:02}"
    return {
        "day": str(found.on),
        "what": str(found.kind),
        "subscriptions": ", ".join(found.subscription_ids),
        "amount": amount,
        "changes": ", ".join(one.code for one in found.differences) or "-",
    }


def test_table_of_a_year_ahead() -> None:
    found = forecast(account(*map(_of_table, OWNED)), offer(prices=(*NORTHLINE_PRICES, RISE)), TODAY)
    assert [_shown(one) for one in found] == EXPECTED
    expected = (tables.amount(row["amount"], "USD") for row in EXPECTED if row["amount"] != "-")
    assert charged(found, "USD") == total(expected, "USD")


# --- laws ---------------------------------------------------------------------------------------------------------

DAYS = st.integers(0, 700).map(lambda n: TODAY + timedelta(days=n))
SUBSCRIPTION: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "months": st.sampled_from([1, 12, 36]),
        "renews_on": DAYS,
        "seats": st.integers(1, 50),
        "auto_renew": st.booleans(),
        "method_id": st.sampled_from([None, "card", "debit"]),
        "scheduled": st.sampled_from(
            [(), (scheduled(ChangeKind.TERM, 1),), (scheduled(ChangeKind.TERM, 36), scheduled(ChangeKind.SEATS, 1))]
        ),
    }
)
ACCOUNTS = st.lists(SUBSCRIPTION, min_size=1, max_size=5).map(
    lambda all_: account(*(owned(f"s{i}", **each) for i, each in enumerate(all_)))
)


def _payments(found: tuple[Upcoming, ...]) -> list[Upcoming]:
    return [one for one in found if one.kind is UpcomingKind.PAYMENT]


@given(state=ACCOUNTS)
def test_the_first_payments_are_what_the_night_will_plan(state: AccountState) -> None:
    payments = _payments(forecast(state, offer(), TODAY))
    if payments:
        first = payments[0].on
        assert tuple(one.quote for one in payments if one.on == first) == plan_renewals(state, offer(), first)


@given(state=ACCOUNTS)
def test_what_is_carried_out_is_taken_off_and_the_rest_stays(state: AccountState) -> None:
    before = forecast(state, offer(), TODAY)
    assert forecast(state, offer(), TODAY) == before
    if payments := _payments(before):
        first = payments[0].on
        done = [effect for quote in plan_renewals(state, offer(), first) for effect in quote.effects]
        rest = tuple(one for one in before if one.kind is UpcomingKind.ENDS or one.on > first)
        assert forecast(carry_out(state, done, first), offer(), TODAY) == rest


@given(state=ACCOUNTS)
def test_lines_make_totals_and_dates_are_boundaries_of_the_anchor(state: AccountState) -> None:
    for one in _payments(forecast(state, offer(), TODAY)):
        assert one.quote is not None
        assert total((line.net for line in one.quote.lines), "USD") + one.quote.tax_total == one.amount
        assert {line.subscription_id for line in one.quote.lines} == set(one.subscription_ids)
        assert TODAY <= one.on < boundary(TODAY, 12)
        for line in one.quote.lines:
            anchor = state.subscription(line.subscription_id).anchor
            assert line.span.start == one.on == boundary(anchor, months_elapsed(anchor, one.on))


@given(state=ACCOUNTS)
def test_every_day_is_paid_for_once(state: AccountState) -> None:
    spans: dict[str, list[Period]] = {one.id: [] for one in state.subscriptions}
    for payment in _payments(forecast(state, offer(), TODAY)):
        assert payment.quote is not None
        for line in payment.quote.lines:
            spans[line.subscription_id].append(line.span)
    for one in state.subscriptions:
        renewed = spans[one.id]
        expected = [one.renews_on, *(span.end for span in renewed)]
        assert [span.start for span in renewed] == expected[: len(renewed)]
        assert not renewed or renewed[-1].end >= boundary(TODAY, 12), "a renewal within the year is missing"


@given(state=ACCOUNTS, which=st.integers(0, 4))
def test_turning_renewal_off_takes_exactly_its_payments_away(state: AccountState, which: int) -> None:
    one = state.subscriptions[which % len(state.subscriptions)]
    stopped = replace(one, auto_renew=False)
    without = replace(state, subscriptions=tuple(stopped if s.id == one.id else s for s in state.subscriptions))

    def nets(found: tuple[Upcoming, ...]) -> Counter[tuple[date, str, Money]]:
        quotes = [payment.quote for payment in _payments(found) if payment.quote]
        return Counter((q.priced_on, line.subscription_id, line.net) for q in quotes for line in q.lines)

    before, after = forecast(state, offer(), TODAY), forecast(without, offer(), TODAY)
    gone = nets(before) - nets(after)
    assert {subscription_id for _on, subscription_id, _net in gone} <= {one.id}
    assert nets(after) == nets(before) - gone
    assert not any(one.id == subscription_id for _on, subscription_id, _net in nets(after))
    is_within = one.renews_on < boundary(TODAY, 12)
    assert [found.on for found in after if (found.kind, found.subscription_ids) == (UpcomingKind.ENDS, (one.id,))] == (
        [one.renews_on] if is_within else []
    )


@pytest.mark.parametrize(("months", "times"), [(1, 12), (12, 1), (36, 1)])
def test_how_often_a_term_recurs(months: int, times: int) -> None:
    found = forecast(account(owned(months=months, renews_on=TODAY)), offer(), TODAY)
    assert len(found) == times
    assert len(forecast(account(owned(months=36, renews_on=boundary(TODAY, 12))), offer(), TODAY)) == 0


# --- what is known today ------------------------------------------------------------------------------------------


def test_a_price_counts_when_it_is_announced() -> None:
    rise = entry("500.00", "450.00", valid_from=day("2027-02-01"), announced_on=day("2026-12-01"))
    shop = offer(prices=(*NORTHLINE_PRICES, rise))
    (before,) = forecast(account(), shop, TODAY)
    assert (before.amount, [one.code for one in before.differences]) == (usd("1260.00"), ["special_price"])
    (after,) = forecast(account(), shop, day("2026-12-01"))
    assert after.amount == usd("1350.00")
    (told,) = [one for one in after.differences if one.code == "price_rise"]
    assert told.facts == {
        "before": usd("420.00"),
        "after": usd("450.00"),
        "announced_on": day("2026-12-01"),
        "valid_from": day("2027-02-01"),
    }
    assert plan_renewals(account(), shop, RENEWS)[0].total == usd("1350.00"), "the night knows what was announced since"


# --- what changes, and why ----------------------------------------------------------------------------------------


def _codes(one: Subscription, **shop: Any) -> list[str]:
    return [found.code for found in _differences(one, **shop)]


def _differences(one: Subscription, **shop: Any) -> tuple[Difference, ...]:
    (found, *_) = forecast(account(one), offer(**shop), TODAY)
    return found.differences


def test_what_was_scheduled_is_named_with_who_and_when() -> None:
    one = owned(
        scheduled=(
            scheduled(ChangeKind.SEATS, 2),
            scheduled(ChangeKind.PLAN, "premium"),
            scheduled(ChangeKind.METHOD, "debit"),
        )
    )
    found = {each.code: each.facts for each in _differences(one)}
    noted = {"by": "Alice", "scheduled_on": TODAY}
    assert found["seats"] == {"seats": 2, "scheduled": 3, **noted}
    assert found["plan"] == {"product": "studio", "plan": "premium", "other_plan": "standard", **noted}
    assert found["method"] == {"method": DEBIT.label, **noted}
    assert "price_rise" not in found, "another plan costs something else: that is no rise"


def test_the_special_price_is_won_kept_and_lost() -> None:
    renewed = paid(price="420.00", price_kind=PriceKind.RENEWAL)
    assert _codes(owned()) == ["special_price"]
    assert _codes(replace(owned(), periods=(renewed,))) == ["special_price_kept"]
    monthly = replace(owned(scheduled=(scheduled(ChangeKind.TERM, 1),)), periods=(renewed,))
    assert _codes(monthly) == ["term", "special_price_lost"]


def test_a_promotion_ends_and_begins() -> None:
    autumn = Promotion("autumn", "Autumn", "studio", day("2026-10-01"), day("2026-11-25"), percent=20, term=MONTHLY)
    spring = replace(autumn, code="spring", name="Spring", starts_on=day("2026-11-25"), ends_on=day("2027-06-01"))
    always = replace(spring, first_term_only=False)
    one = owned(months=1, renews_on=day("2026-12-01"))
    bought = replace(one, periods=(paid(day("2026-11-01"), day("2026-12-01"), "36.00"),))
    (ended,) = _differences(bought, promotions=(autumn,))
    assert (ended.code, dict(ended.facts)) == (
        "promotion_ends",
        {"name": "Autumn", "before": usd("36.00"), "after": usd("45.00")},
    )
    assert _codes(one, promotions=(always,)) == ["promotion"]
    assert _codes(bought, promotions=(autumn, always)) == ["promotion_ends", "promotion"]


def test_a_price_that_the_book_does_not_know_is_said_to_change() -> None:
    one = replace(owned(months=1, renews_on=day("2026-12-01")), periods=(paid(price="40.00"),))
    (found,) = _differences(one)
    assert (found.code, dict(found.facts)) == ("price_changed", {"before": usd("40.00"), "after": usd("45.00")})


# --- what is owed, and how it is paid -----------------------------------------------------------------------------


def test_an_order_that_waits_is_due_with_its_own_total() -> None:
    order = OpenOrder("o1", "O-1", "requires_action", "add_seats", usd("382.19"))
    due, renewal = forecast(account(owned(open_order=order)), offer(), TODAY)
    assert (due.kind, due.on, due.order, due.amount, due.quote) == (
        UpcomingKind.DUE,
        TODAY,
        order,
        usd("382.19"),
        None,
    )
    assert (renewal.on, renewal.amount) == (RENEWS, usd("1260.00"))


def test_a_renewal_under_way_is_due_once_and_the_next_ones_follow() -> None:
    order = OpenOrder("o1", "O-1", "processing", "renew", usd("225.00"))
    month: dict[str, Any] = {"months": 1, "renews_on": TODAY, "open_order": order}
    found = forecast(account(owned("s1", **month), owned("s2", seats=2, **month)), offer(), TODAY)
    assert (found[0].kind, found[0].subscription_ids, found[0].amount) == (
        UpcomingKind.DUE,
        ("s1", "s2"),
        usd("225.00"),
    )
    assert found[0].quote is not None
    assert found[0].quote.total == usd("225.00")
    assert [one.on for one in found[1:3]] == [boundary(TODAY, 1), boundary(TODAY, 2)]
    assert len(found) == 12


def test_what_is_under_way_is_in_the_renewals_as_once_it_is_done() -> None:
    more = (SetSeats("s1", 3, 5), SetPlan("s1", "standard", "premium"), BillCarried(("c1",)))
    for status, in_flight, seats, plan in (
        ("processing", False, 5, "premium"),
        ("requires_action", True, 5, "premium"),
        ("requires_action", False, 3, "standard"),
    ):
        order = OpenOrder("o1", "O-1", status, "change_plan", usd("99.00"), is_in_flight=in_flight, effects=more)
        due, renewal = forecast(account(owned("s1", open_order=order)), PREMIUM, TODAY)
        assert (due.kind, due.amount) == (UpcomingKind.DUE, usd("99.00"))
        assert renewal.quote is not None
        assert [(line.seats, line.plan) for line in renewal.quote.lines] == [(seats, plan)]


def test_what_is_under_way_and_does_not_fit_any_more_leaves_the_renewal_as_it_is() -> None:
    order = OpenOrder("o1", "O-1", "processing", "add_seats", usd("99.00"), effects=(SetSeats("s1", 7, 9),))
    _due, renewal = forecast(account(owned("s1", open_order=order)), offer(), TODAY)
    assert renewal.amount == usd("1260.00")


def test_an_early_renewal_that_waits_takes_the_place_of_the_renewal() -> None:
    order = OpenOrder("o1", "O-1", "requires_action", "renew_early", usd("1300.00"))
    (due,) = forecast(account(owned(open_order=order)), offer(), TODAY)
    assert (due.kind, due.amount, due.on) == (UpcomingKind.DUE, usd("1300.00"), TODAY)


def test_what_is_renewed_ahead_goes_on_from_the_term_that_is_paid() -> None:
    begins, ends = day("2026-12-01"), day("2027-01-01")
    ahead = ComingTerm(begins, 1, "standard", 2)
    one = replace(owned(renews_on=begins), renews_on=ends, coming=ahead)
    found = forecast(account(replace(one, periods=(*one.periods, paid(begins, ends, "45.00")))), offer(), TODAY)
    assert [(each.on, each.amount, each.differences) for each in found[:2]] == [
        (ends, usd("90.00"), ()),
        (day("2027-02-01"), usd("90.00"), ()),
    ]
    assert len(found) == 11


def test_seats_bought_on_the_last_day_do_not_pay_for_the_renewal() -> None:
    order = OpenOrder("o1", "O-1", "requires_action", "add_seats", usd("1.00"))
    due, renewal = forecast(account(owned(renews_on=TODAY, open_order=order)), offer(), TODAY)
    assert (due.amount, renewal.amount) == (usd("1.00"), usd("1260.00"))


def test_overdue_and_not_to_be_renewed_again_is_due_and_nothing_after() -> None:
    order = OpenOrder("o1", "O-1", "submitted", "renew", usd("135.00"))
    late = owned(months=1, renews_on=day("2026-11-10"), status=SubscriptionStatus.PAST_DUE, auto_renew=False)
    assert [one.amount for one in forecast(account(replace(late, open_order=order)), offer(), TODAY)] == [usd("135.00")]
    assert forecast(account(late), offer(), TODAY) == ()


@pytest.mark.parametrize("status", [SubscriptionStatus.EXPIRED, SubscriptionStatus.CANCELED])
def test_what_is_over_costs_nothing(status: SubscriptionStatus) -> None:
    assert forecast(account(owned(status=status)), offer(), TODAY) == ()


def test_a_night_that_is_late_charges_today() -> None:
    (found, *_) = forecast(account(owned(renews_on=TODAY - timedelta(days=2))), offer(), TODAY)
    assert found.quote is not None
    assert (found.on, found.quote.priced_on) == (TODAY, TODAY - timedelta(days=2))


@pytest.mark.parametrize(
    ("method", "concern"),
    [
        (CARD, None),
        (replace(CARD, expires_on=RENEWS - timedelta(days=1)), "payment_method_expired"),
        (replace(CARD, expires_on=RENEWS), None),
        (replace(CARD, status=MethodStatus.INVALID), "payment_method_invalid"),
        (replace(DEBIT, status=MethodStatus.MANDATE_PENDING, is_default=True), "mandate_pending"),
        (None, "no_payment_method"),
    ],
    ids=str,
)
def test_the_method_is_judged_on_the_day(method: Any, concern: str | None) -> None:
    (found,) = forecast(account(methods=(method,) if method else ()), offer(), TODAY)
    assert found.method == method
    assert [reason.code for reason in found.concerns] == ([concern] if concern else [])


def test_what_has_no_price_is_named_and_the_rest_is_planned() -> None:
    state = account(owned("s1"), owned("s2", plan="gone"))
    found = forecast(state, offer(), TODAY)
    assert [(one.kind, one.subscription_ids) for one in found] == [
        (UpcomingKind.PAYMENT, ("s1",)),
        (UpcomingKind.UNPRICED, ("s2",)),
    ]


def test_an_unknown_tax_leaves_amounts_open() -> None:
    abroad = account(country="CA", region="ON")
    found = forecast(abroad, offer(registrations=(TaxRegistration("CA", "1"),)), TODAY)
    assert [(one.kind, one.amount) for one in found] == [(UpcomingKind.UNPRICED, None)]


def test_an_amount_too_small_to_be_charged_comes_with_the_next() -> None:
    cents = entry("0.15", of=item(MONTHLY))
    state = account(owned(months=1, renews_on=TODAY, seats=2))
    first, second, third, *_ = forecast(state, offer(prices=(cents,)), TODAY)
    assert [one.quote.collection for one in (first, second, third) if one.quote] == [
        Collection.CARRIED,
        Collection.GATEWAY,
        Collection.CARRIED,
    ]
    assert (first.amount, second.amount) == (None, usd("0.60"))


def test_what_waits_is_billed_with_the_first_payment_only() -> None:
    waiting = CarriedLine(
        "c1", "O-7", "s1", "studio", "standard", 1, Period(STARTED, RENEWS), usd("1"), 365, usd("0.40")
    )
    found = forecast(account(owned(months=1, renews_on=TODAY, seats=1), carried=(waiting,)), offer(), TODAY)
    assert [one.amount for one in found[:2]] == [usd("45.40"), usd("45.00")]
