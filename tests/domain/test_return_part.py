"""A part of an order given back: each window its own, each cent once, and the rest as it was."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import AccountState, CarriedLine, SubscriptionStatus
from tenor.domain.carrying_out import carry_out
from tenor.domain.changes import return_order
from tenor.domain.changes.return_order import open_parts
from tenor.domain.effects import GiveBack, MarkPartReturned, MarkReturned
from tenor.domain.money import Money
from tenor.domain.offer import TaxRate, TaxRegistration
from tenor.domain.orders import PastOrder
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import AddSeats, AlignDates, ChangePlan, RenewEarly, Request, ReturnOrder
from tenor.domain.return_windows import part_window_ends_on
from tenor.domain.terms import MONTHLY, YEARLY
from tests.domain.builders import ALICE, RENEWS, TODAY, account, day, entry, item, offer, paid, subscription
from tests.domain.returning import after, ordered
from tests.support import tables

VAT = (TaxRate("SE", Fraction(1, 4), day("1995-01-01"), "test"),)
REGISTERED = (TaxRegistration("SE", "SE556677889901"),)
PRICES = (entry("465.55", "420.35"), entry("45.45", of=item(MONTHLY)), entry("930.00", of=item(plan="premium")))
SELLER = offer(prices=PRICES, tax_rates=VAT, registrations=REGISTERED)


ROWS = tables.rows("changes", "Return a part of an order")


def two(**of_second: object) -> AccountState:
    second = replace(subscription(id="s2", number="SUB-2", seats=1), **of_second)  # type: ignore[arg-type]
    return account(subscription(), second, country="SE")


def give_back(state: AccountState, orders: tuple[PastOrder, ...], on: date, *ids: str, order: str = "o1") -> Quote:
    return return_order.plan(state, SELLER, ALICE, ReturnOrder(order, ids), on, orders)


def codes(state: AccountState, orders: tuple[PastOrder, ...], on: date, *ids: str) -> list[str]:
    with pytest.raises(Refusal) as refused:
        give_back(state, orders, on, *ids)
    return [reason.code for reason in refused.value.reasons]


def since(order: PastOrder, note: Quote) -> PastOrder:
    """The order after a part of it was given back."""
    credited = tuple(effect for effect in note.effects if isinstance(effect, GiveBack))
    gone = frozenset(
        one for effect in note.effects if isinstance(effect, MarkPartReturned) for one in effect.subscription_ids
    )
    return replace(order, credited=(*order.credited, *credited), returned=order.returned | gone)


def test_one_of_two_that_renewed_on_one_invoice_goes_back_and_then_the_other() -> None:
    state = two()
    (bill,) = plan_renewals(state, SELLER, RENEWS)
    order, renewed = ordered(bill, on=RENEWS), after(state, bill, RENEWS)
    first = give_back(renewed, (order,), RENEWS, "s2")
    assert [line.subscription_id for line in first.lines] == ["s2"]
    assert MarkPartReturned("o1", ("s2",)) in first.effects
    left = after(renewed, first, RENEWS)
    assert left.subscription("s1") == renewed.subscription("s1")
    assert left.subscription("s2").status is SubscriptionStatus.EXPIRED
    second = give_back(left, (since(order, first),), RENEWS)
    assert MarkReturned("o1") in second.effects
    assert [line.subscription_id for line in second.lines] == ["s1"]
    assert (first.net + second.net, first.tax_total + second.tax_total) == (-bill.net, -bill.tax_total)
    assert after(left, second, RENEWS).subscription("s1").status is SubscriptionStatus.EXPIRED


def test_all_parts_named_are_the_whole_order() -> None:
    state = two()
    (bill,) = plan_renewals(state, SELLER, RENEWS)
    order, renewed = ordered(bill, on=RENEWS), after(state, bill, RENEWS)
    whole = give_back(renewed, (order,), RENEWS)
    assert give_back(renewed, (order,), RENEWS, "s2", "s1").fingerprint == whole.fingerprint


def test_a_part_that_is_not_of_the_order_or_was_returned_is_refused() -> None:
    state = two()
    (bill,) = plan_renewals(state, SELLER, RENEWS)
    order, renewed = ordered(bill, on=RENEWS), after(state, bill, RENEWS)
    with pytest.raises(Refusal, match="not_in_order"):
        give_back(renewed, (order,), RENEWS, "s9")
    note = give_back(renewed, (order,), RENEWS, "s2")
    with pytest.raises(Refusal, match="not_in_order"):
        give_back(after(renewed, note, RENEWS), (since(order, note),), RENEWS, "s2")


def mixed() -> tuple[AccountState, PastOrder]:
    """A yearly and a monthly subscription, renewed on one invoice."""
    state = two(term=MONTHLY, anchor=day("2027-02-01"), periods=(paid(day("2027-02-01"), RENEWS, "45.45"),))
    (bill,) = plan_renewals(state, SELLER, RENEWS)
    assert len(bill.lines) == 2
    return after(state, bill, RENEWS), ordered(bill, on=RENEWS)


@pytest.mark.parametrize(
    ("days", "yearly", "monthly"), [(14, True, True), (15, True, False), (29, True, False), (30, False, False)]
)
def test_on_an_order_of_several_terms_each_line_has_its_own_window(days: int, yearly: bool, monthly: bool) -> None:
    state, order = mixed()
    on = RENEWS + timedelta(days=days)
    found = open_parts(state, SELLER, order, ALICE, on, (order,))
    assert {one: not reasons for one, reasons in found.items()} == {"s1": yearly, "s2": monthly}
    assert part_window_ends_on(SELLER, order, "s1") == RENEWS + timedelta(days=30)
    assert part_window_ends_on(SELLER, order, "s2") == RENEWS + timedelta(days=15)
    if not monthly:
        assert "return_window_ended" in codes(state, (order,), on)


@pytest.mark.parametrize("becomes", [MONTHLY, YEARLY])
def test_the_window_is_that_of_the_term_that_was_bought_whatever_the_term_is_now(becomes: object) -> None:
    """Seats added to a yearly term; the term is another one by the day of the return."""
    state = account(country="SE")
    bill = plan(state, SELLER, Request(ALICE, AddSeats("s1", 2)), TODAY)
    bought = after(state, bill, TODAY)
    changed = replace(bought, subscriptions=tuple(replace(one, term=becomes) for one in bought.subscriptions))  # type: ignore[arg-type]
    order = ordered(bill)
    assert give_back(changed, (order,), TODAY + timedelta(days=29)).total == -bill.total
    assert codes(changed, (order,), TODAY + timedelta(days=30)) == ["return_window_ended"]


def test_seats_of_a_monthly_term_have_the_short_window_after_a_change_to_a_year() -> None:
    monthly = subscription(
        term=MONTHLY,
        anchor=day("2026-11-01"),
        renews_on=day("2026-12-01"),
        periods=(paid(day("2026-11-01"), day("2026-12-01"), "45.45"),),
    )
    state = account(monthly, country="SE")
    bill = plan(state, SELLER, Request(ALICE, AddSeats("s1", 9)), TODAY)
    bought = after(state, bill, TODAY)
    yearly = replace(bought, subscriptions=(replace(bought.subscription("s1"), term=YEARLY),))
    assert give_back(yearly, (ordered(bill),), TODAY + timedelta(days=9)).total == -bill.total
    assert codes(yearly, (ordered(bill),), TODAY + timedelta(days=15)) == ["return_window_ended"]


def test_of_an_early_renewal_of_two_either_goes_back_and_access_stays() -> None:
    on = RENEWS - timedelta(days=20)
    state = two()
    bill = plan(state, SELLER, Request(ALICE, RenewEarly(("s1", "s2"))), on)
    ahead = after(state, bill, on)
    note = give_back(ahead, (ordered(bill, on=on),), on, "s1")
    back = after(ahead, note, on)
    assert back.subscription("s1") == state.subscription("s1")
    assert back.subscription("s2") == ahead.subscription("s2")
    assert [renewal.subscription_id for renewal in note.promised] == ["s1"]


def test_of_an_alignment_one_goes_back_to_its_own_date_though_another_was_charged_nothing() -> None:
    """The third waits for nobody: only its anchor moves with the others' day of the month."""
    june, third = day("2027-06-15"), day("2026-06-15")
    second = {
        "renews_on": day("2027-04-01"),
        "anchor": day("2026-04-01"),
        "periods": (paid(day("2026-04-01"), day("2027-04-01")),),
    }
    last = subscription(id="s3", number="SUB-3", renews_on=june, anchor=third, periods=(paid(third, june),))
    state = two(**second)
    state = replace(state, subscriptions=(*state.subscriptions, last))
    bill = plan(state, SELLER, Request(ALICE, AlignDates(("s1", "s2", "s3"))), TODAY)
    aligned, order = after(state, bill, TODAY), ordered(bill)
    note = give_back(aligned, (order,), TODAY, "s2")
    back = after(aligned, note, TODAY)
    assert back.subscription("s2") == state.subscription("s2")
    assert {one.renews_on for one in (back.subscription("s1"), back.subscription("s3"))} == {june}
    rest = give_back(back, (since(order, note),), TODAY)
    assert after(back, rest, TODAY) == state
    assert note.total + rest.total == -bill.total


def test_a_later_order_stands_in_the_way_of_its_own_subscription_only() -> None:
    state = two()
    (bill,) = plan_renewals(state, SELLER, RENEWS)
    renewed, on = after(state, bill, RENEWS), RENEWS + timedelta(days=1)
    seats = plan(renewed, SELLER, Request(ALICE, AddSeats("s1", 1)), on)
    orders = (ordered(bill, on=RENEWS), ordered(seats, "o2", on))
    grown = after(renewed, seats, on)
    assert codes(grown, orders, on, "s1") == codes(grown, orders, on) == ["later_order_depends"]
    assert give_back(grown, orders, on, "s2").lines[0].subscription_id == "s2"


def test_what_is_returned_in_part_is_in_nobody_s_way() -> None:
    """A later order that was given back for this subscription leaves the one before it open."""
    on = RENEWS - timedelta(days=20)
    state = two()
    seats = plan(state, SELLER, Request(ALICE, AddSeats("s1", 1)), on)
    grown = after(state, seats, on)
    early = plan(grown, SELLER, Request(ALICE, RenewEarly(("s1", "s2"))), on)
    ahead = after(grown, early, on)
    first, second = ordered(seats, on=on), ordered(early, "o2", on)
    note = give_back(ahead, (first, second), on, "s1", order="o2")
    back = after(ahead, note, on)
    note = give_back(back, (first, since(second, note)), on)
    assert after(back, note, on).subscription("s1") == state.subscription("s1")


def test_a_part_of_a_small_order_leaves_the_rest_waiting() -> None:
    """Two extensions, too small to be collected: one of them is not billed any more."""
    from_cents = replace(SELLER, policy=replace(SELLER.policy, gateway_minimum={"USD": 10_000_00}))
    second = {
        "renews_on": day("2027-03-02"),
        "anchor": day("2026-03-02"),
        "periods": (paid(day("2026-03-02"), day("2027-03-02")),),
    }
    last = subscription(
        id="s3",
        number="SUB-3",
        renews_on=day("2027-03-05"),
        anchor=day("2026-03-05"),
        periods=(paid(day("2026-03-05"), day("2027-03-05")),),
    )
    state = two(**second)
    state = replace(state, subscriptions=(*state.subscriptions, last))
    bill = plan(state, from_cents, Request(ALICE, AlignDates(("s1", "s2", "s3"))), TODAY)
    assert (bill.collection, len(bill.lines)) == (Collection.CARRIED, 2)
    waiting = tuple(
        CarriedLine(
            f"c{place}",
            "O1",
            line.subscription_id,
            line.product,
            line.plan,
            line.seats,
            line.span,
            line.unit_price,
            line.denominator,
            line.amount,
        )
        for place, line in enumerate(bill.lines)
    )
    aligned = replace(after(state, bill, TODAY), carried=waiting)
    order = ordered(bill, waiting=tuple(line.id for line in waiting))
    note = return_order.plan(aligned, from_cents, ALICE, ReturnOrder("o1", ("s2",)), TODAY, (order,))
    assert [line.subscription_id for line in carry_out(aligned, note.effects, TODAY).carried] == ["s1"]
    assert not note.total


@given(
    rest=st.permutations(["s1", "s2", "s3"]),
    seats=st.lists(st.integers(1, 40), min_size=3, max_size=3),
    cents=st.integers(100, 99_999),
)
def test_law_parts_in_any_order_are_the_invoice_and_every_date(rest: list[str], seats: list[int], cents: int) -> None:
    """Each note rounds its own tax, and the last takes the rest; nothing is given back twice."""
    seller = replace(SELLER, book=offer(prices=(entry(str(Money(cents, "USD")).split()[0]),)).book)
    state = account(
        *(subscription(id=one, seats=count) for one, count in zip(("s1", "s2", "s3"), seats, strict=True)), country="SE"
    )
    (bill,) = plan_renewals(state, seller, RENEWS)
    order, now = ordered(bill, on=RENEWS), after(state, bill, RENEWS)
    notes = list[Quote]()
    for one in rest:
        notes.append(return_order.plan(now, seller, ALICE, ReturnOrder("o1", (one,)), RENEWS, (order,)))
        now, order = after(now, notes[-1], RENEWS), since(order, notes[-1])
        assert -sum(note.total.minor for note in notes) <= bill.total.minor
    zero = Money.zero("USD")
    assert sum((note.net for note in notes), zero) == -bill.net
    assert sum((note.tax_total for note in notes), zero) == -bill.tax_total
    assert [one.renews_on for one in now.subscriptions] == [RENEWS] * 3
    assert {one.status for one in now.subscriptions} == {SubscriptionStatus.EXPIRED}


def test_upgrades_of_one_do_not_credit_what_was_given_back() -> None:
    """What was returned pays for nothing any more: an upgrade credits what stands."""
    state = two()
    (bill,) = plan_renewals(state, SELLER, RENEWS)
    renewed, order = after(state, bill, RENEWS), ordered(bill, on=RENEWS)
    note = give_back(renewed, (order,), RENEWS, "s2")
    left, later = after(renewed, note, RENEWS), RENEWS + timedelta(days=3)
    quote = plan(left, SELLER, Request(ALICE, ChangePlan("s1", "premium", "now")), later, (since(order, note),))
    assert {line.subscription_id for line in quote.lines} == {"s1"}


NAMED = {"-": (), "the yearly": ("s1",), "the monthly": ("s2",), "both": ("s1", "s2"), "all that is left": ()}


@pytest.mark.parametrize("row", ROWS, ids=tables.ids(ROWS, "returned before", "asked for", "returned"))
def test_table_of_parts(row: dict[str, str]) -> None:
    february = day("2027-02-01")
    monthly = subscription(id="s2", seats=1, term=MONTHLY, anchor=february, periods=(paid(february, RENEWS, "45.00"),))
    northline, state = offer(), account(subscription(), monthly)
    (bill,) = plan_renewals(state, northline, RENEWS)
    now, order = after(state, bill, RENEWS), ordered(bill, on=RENEWS)
    if before := NAMED[row["returned before"]]:
        note = return_order.plan(now, northline, ALICE, ReturnOrder("o1", before), RENEWS, (order,))
        now, order = after(now, note, RENEWS), since(order, note)
    on, ask = day(row["returned"]), ReturnOrder("o1", NAMED[row["asked for"]])
    if not row["order then"]:
        with pytest.raises(Refusal) as refused:
            return_order.plan(now, northline, ALICE, ask, on, (order,))
        assert row["goes back"] in {refused.value.code, *(reason.code for reason in refused.value.reasons)}
        return
    note = return_order.plan(now, northline, ALICE, ask, on, (order,))
    assert -note.total == tables.amount(row["goes back"], "USD")
    marked = MarkReturned("o1") in note.effects
    assert ("returned" if marked else "partly returned") == row["order then"]
