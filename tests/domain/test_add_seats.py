"""Adding seats: the tables of docs/domain/changes.md, what each paid period costs, and every refusal."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    CarriedLine,
    ChangeKind,
    PaidPeriod,
    PeriodKind,
    PriceKind,
    Role,
    SeatLimits,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.catalog import Promotion
from tenor.domain.changes import add_seats
from tenor.domain.effects import BillCarried, Schedule, SetSeats
from tenor.domain.money import total
from tenor.domain.offer import Offer
from tenor.domain.quote import Collection, LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Period
from tests.domain.builders import (
    ALICE,
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
from tests.support import tables

LINES = tables.rows("changes", "Add seats")
STAYS = tables.rows("changes", "What is scheduled stays")
SMALL = tables.rows("changes", "Too small, or nothing")

EXTENSION = paid(
    RENEWS, date(2027, 6, 1), "420.00", kind=PeriodKind.EXTENSION, denominator=366, price_kind=PriceKind.RENEWAL
)
NEXT_TERM = paid(RENEWS, date(2028, 3, 1), "420.00", price_kind=PriceKind.RENEWAL)
FURTHER: dict[str, tuple[PaidPeriod, ...]] = {"-": (), "extension": (EXTENSION,), "next term": (NEXT_TERM,)}


def quote(
    owned: Subscription | None = None,
    seats: int = 2,
    *,
    at_renewal: int | None = None,
    northline: Offer | None = None,
    today: date = TODAY,
) -> Quote:
    ask = AddSeats("s1", seats, at_renewal)
    return add_seats.plan(account(owned or subscription()), northline or offer(), ALICE, ask, today)


def refusal(*args: Any, **changes: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        quote(*args, **changes)
    return refused.value


def with_periods(*further: PaidPeriod) -> Subscription:
    periods = (paid(), *further)
    ends = periods[-1].period.end
    return subscription(periods=periods, renews_on=ends, anchor=ends if EXTENSION in further else STARTED)


@pytest.mark.parametrize("row", LINES, ids=tables.ids(LINES, "further paid periods", "seats added"))
def test_table_of_lines(row: dict[str, str]) -> None:
    planned = quote(with_periods(*FURTHER[row["further paid periods"]]), int(row["seats added"]))
    assert ", ".join(line.amount.plain() for line in planned.lines) == row["charged now, by line"]
    assert planned.net == tables.amount(row["total before tax"], "USD")
    assert planned.promised[0].seats == int(row["seats at renewal"])


@pytest.mark.parametrize("row", STAYS, ids=tables.ids(STAYS, "scheduled", "to be renewed"))
def test_table_of_what_stays(row: dict[str, str]) -> None:
    list_before = () if row["scheduled"] == "-" else (scheduled(ChangeKind.SEATS, row["scheduled"]),)
    owned = subscription(seats=10, scheduled=(*list_before, scheduled(ChangeKind.TERM, 36)))
    at_renewal = None if row["to be renewed"] == "-" else int(row["to be renewed"])
    if not row["seats at renewal"]:
        assert refusal(owned, int(row["seats added"]), at_renewal=at_renewal).code == row["seats now"]
        return
    planned = quote(owned, int(row["seats added"]), at_renewal=at_renewal)
    after = carry_out(account(owned), planned).subscription("s1")
    reduction = after.scheduled_change(ChangeKind.SEATS)
    assert str(after.seats) == row["seats now"]
    assert (reduction.value if reduction else "-") == row["scheduled then"]
    assert str(planned.promised[0].seats) == row["seats at renewal"]
    assert (planned.promised[0].months, after.scheduled_change(ChangeKind.TERM)) == (36, owned.scheduled[-1])


@pytest.mark.parametrize("row", SMALL, ids=tables.ids(SMALL, "total"))
def test_table_of_small_totals(row: dict[str, str]) -> None:
    northline = offer(prices=(entry(row["seat price of a year"]),))
    planned = quote(None, int(row["seats"]), northline=northline, today=day(row["today"]))
    assert (planned.total, str(planned.collection)) == (tables.amount(row["total"], "USD"), row["collected"])


def test_the_worked_example_whole() -> None:
    planned = quote(None, 3)
    (line,) = planned.lines
    assert (line.kind, line.seats, line.span) == (LineKind.SEATS, 3, Period(TODAY, RENEWS))
    assert (line.unit_price, line.denominator, line.amount) == (usd("465.00"), 365, usd("382.19"))
    assert [step.rule for step in (line.explanation, *line.explanation.steps)] == ["prorated_seats", "list_price"]
    assert (planned.total, planned.collection, planned.method_id) == (usd("382.19"), Collection.GATEWAY, "card")
    assert planned.effects == (SetSeats("s1", before=3, after=6),)
    (renewal,) = planned.promised
    assert (renewal.on, renewal.unit_price, renewal.price_kind) == (RENEWS, usd("420.00"), PriceKind.RENEWAL)
    assert renewal.amount == usd("2520.00")


def test_the_current_term_costs_todays_list_price_not_the_price_it_was_paid_at() -> None:
    renewed = subscription(periods=(paid(price="420.00", price_kind=PriceKind.RENEWAL),))
    assert quote(renewed, 3).net == usd("382.19")


def test_a_promotion_comes_first() -> None:
    autumn = Promotion("autumn", "Autumn", "studio", TODAY, RENEWS, percent=20, min_seats=2)
    northline = offer(promotions=(autumn,))
    assert quote(None, 2, northline=northline).lines[0].unit_price == usd("372.00")
    assert quote(None, 1, northline=northline).lines[0].unit_price == usd("465.00")


def test_a_promotion_leaves_an_extension_and_a_term_paid_ahead_alone() -> None:
    autumn = Promotion("autumn", "Autumn", "studio", TODAY, RENEWS, percent=20)
    planned = quote(with_periods(EXTENSION), northline=offer(promotions=(autumn,)))
    assert [line.unit_price for line in planned.lines] == [usd("372.00"), usd("420.00")]
    assert planned.lines[1].explanation.steps[0].rule == "price_of_period"


def test_inside_an_extension_its_own_price_holds() -> None:
    planned = quote(with_periods(EXTENSION), 1, today=date(2027, 5, 1))
    (line,) = planned.lines
    assert (line.unit_price, line.span.days, line.denominator) == (usd("420.00"), 31, 366)
    assert planned.net == usd("35.57")
    assert planned.promised[0].on == date(2027, 6, 1)


def test_prices_with_tax_included_are_charged_as_they_stand() -> None:
    northline = offer(prices=(entry("465.00", "420.00", tax_included=True),))
    assert quote(None, 3, northline=northline).total == usd("382.19")


def test_nothing_is_promised_where_nothing_will_renew() -> None:
    assert quote(subscription(auto_renew=False)).promised == ()
    stopping = subscription(scheduled=(scheduled(ChangeKind.AUTO_RENEW, "off"),))
    assert quote(stopping).promised == ()


def test_what_will_not_renew_needs_no_price_to_renew_at() -> None:
    dropped = offer(prices=(entry("465.00"), entry("1.00", of=item(plan="premium"))))
    stopping = subscription(auto_renew=False, scheduled=(scheduled(ChangeKind.TERM, 36),))
    assert quote(stopping, 3, northline=dropped).net == usd("382.19")


def test_what_waited_joins_the_next_invoice() -> None:
    waiting = CarriedLine(
        "c1", "O-7", "s1", "studio", "standard", 1, Period(STARTED, RENEWS), usd("1"), 365, usd("0.40")
    )
    state = account(carried=(waiting,))
    planned = add_seats.plan(state, offer(), ALICE, AddSeats("s1", 3), TODAY)
    assert [(line.kind, line.amount) for line in planned.lines] == [
        (LineKind.SEATS, usd("382.19")),
        (LineKind.CARRIED, usd("0.40")),
    ]
    assert planned.total == usd("382.59")
    assert planned.effects[-1] == BillCarried(("c1",))


def test_two_that_are_too_small_are_collected_once_they_are_enough() -> None:
    waiting = CarriedLine(
        "c1", "O-7", "s1", "studio", "standard", 1, Period(STARTED, RENEWS), usd("1"), 365, usd("0.40")
    )
    last_day, cheap = RENEWS - timedelta(days=1), offer(prices=(entry("36.50"),))
    ask = AddSeats("s1", 1)
    enough = add_seats.plan(account(carried=(waiting,)), cheap, ALICE, ask, last_day)
    assert (enough.total, enough.collection) == (usd("0.50"), Collection.GATEWAY)
    small = replace(waiting, amount=usd("0.39"))
    still = add_seats.plan(account(carried=(small,)), cheap, ALICE, ask, last_day)
    assert (still.total, still.collection, len(still.lines)) == (usd("0.10"), Collection.CARRIED, 1)


@pytest.mark.parametrize("seats", [0, -1])
def test_seats_are_a_positive_number(seats: int) -> None:
    assert refusal(None, seats).code == "seats_not_positive"


@pytest.mark.parametrize(
    ("limits", "maximum"), [(SeatLimits(), 500), (SeatLimits(maximum=4), 4), (SeatLimits(maximum=900), 900)]
)
def test_no_more_seats_than_the_contract_allows(limits: SeatLimits, maximum: int) -> None:
    owned = subscription(seat_limits=limits)
    assert quote(owned, maximum - 3).effects == (SetSeats("s1", 3, maximum),)
    refused = refusal(owned, maximum - 2)
    assert (refused.code, refused.facts["maximum"]) == ("seats_above_maximum", maximum)


def test_a_subscription_of_somebody_else_is_unknown() -> None:
    with pytest.raises(Refusal, match="unknown_subscription"):
        add_seats.plan(account(), offer(), ALICE, AddSeats("theirs", 1), TODAY)


def test_what_has_no_price_is_not_sold() -> None:
    assert refusal(None, northline=offer(prices=())).code == "not_sold"


def test_every_reason_is_given_at_once() -> None:
    viewer = replace(ALICE, role=Role.VIEWER)
    unpaid = subscription(status=SubscriptionStatus.PAST_DUE)
    with pytest.raises(Refusal) as refused:
        add_seats.plan(account(unpaid, country="BR"), offer(), viewer, AddSeats("s1", 1), TODAY)
    assert refused.value.code == "not_eligible"
    codes = {reason.code for reason in refused.value.reasons}
    assert {"role_may_not_buy", "past_due", "country_outside_region"} <= codes


def test_seats_wait_for_a_renewal_that_is_due() -> None:
    refused = refusal(today=RENEWS)
    assert [reason.code for reason in refused.reasons] == ["renewal_due_today"]


def test_seats_are_never_given_away_where_no_paid_period_runs() -> None:
    assert refusal(subscription(periods=())).code == "nothing_left"


further = st.sampled_from([(), (EXTENSION,), (NEXT_TERM,)])
days = st.integers(0, 364).map(lambda n: STARTED + timedelta(days=n))


@given(paid_further=further, seats=st.integers(1, 200), on=days)
def test_law_8_one_line_of_q_seats_is_close_to_q_lines(
    paid_further: tuple[PaidPeriod, ...], seats: int, on: date
) -> None:
    owned = with_periods(*paid_further)
    together, one = quote(owned, seats, today=on), quote(owned, 1, today=on)
    for many, single in zip(together.lines, one.lines, strict=True):
        assert abs(many.amount.minor - single.amount.minor * seats) * 2 <= seats
    assert together.net == total((line.amount for line in together.lines), "USD")


TERMS = (MONTHLY, YEARLY, THREE_YEARS)
LISTS = {
    ChangeKind.TERM: st.sampled_from([1, 36]),
    ChangeKind.PLAN: st.just("premium"),
    ChangeKind.SEATS: st.integers(1, 9),
    ChangeKind.METHOD: st.just("debit"),
    ChangeKind.AUTO_RENEW: st.sampled_from(["on", "off"]),
}


@given(data=st.data(), kinds=st.permutations(list(ChangeKind)), count=st.integers(0, 5), seats=st.integers(1, 9))
def test_an_immediate_change_never_drops_a_scheduled_one(
    data: st.DataObject, kinds: list[ChangeKind], count: int, seats: int
) -> None:
    before = tuple(scheduled(kind, data.draw(LISTS[kind])) for kind in kinds[:count])
    owned = subscription(seats=10, scheduled=before)
    sold = offer(prices=tuple(entry("9.00", of=item(t, plan=p)) for t in TERMS for p in ("standard", "premium")))
    kept = owned.scheduled_change(ChangeKind.SEATS)
    planned = quote(owned, seats, at_renewal=int(kept.value) if kept else None, northline=sold)
    assert not any(isinstance(effect, Schedule) for effect in planned.effects)
    assert carry_out(account(owned), planned).subscription("s1").scheduled == before
