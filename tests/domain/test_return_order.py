"""Returns: law 3 (everything as it was, to the cent), law 5, and what stands in the way of a return."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenor.domain.account import (
    AccountState,
    CarriedLine,
    ChangeKind,
    ComingTerm,
    OpenOrder,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.carrying_out import begin_coming, carry_out
from tenor.domain.effects import DropCarried, Schedule, SetMethod
from tenor.domain.money import Money, total
from tenor.domain.offer import Offer, TaxRate, TaxRegistration
from tenor.domain.orders import PastOrder, billing
from tenor.domain.orders import give_back as credit
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import AddSeats, Request
from tenor.domain.sales import Sale, plan_sale
from tenor.domain.tax import TaxCategory
from tenor.domain.terms import MONTHLY, YEARLY, next_period
from tests.domain import documents
from tests.domain.builders import (
    ALICE,
    CARD,
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
from tests.domain.returning import after, give_back, ordered
from tests.support import tables

ROWS = tables.rows("changes", "Return an order")
VAT = (TaxRate("SE", Fraction(1, 4), day("1995-01-01"), "test"),)
REGISTERED = (TaxRegistration("SE", "SE556677889901"),)
"""Sweden's 25 %, which makes uneven cents."""


def seller(*, taxed: bool = False, included: bool = False) -> Offer:
    prices = (
        entry("465.55", "420.35", tax_included=included),
        entry("45.45", of=item(MONTHLY), tax_included=included),
    )
    return offer(prices=prices, **({"tax_rates": VAT, "registrations": REGISTERED} if taxed else {}))


def customer(*subscriptions: Subscription, taxed: bool = False, **also: Any) -> AccountState:
    return account(*subscriptions, country="SE" if taxed else "US", **also)


def add_seats(state: AccountState, offered: Offer, seats: int, on: date, at_renewal: int | None = None) -> Quote:
    return plan(state, offered, Request(ALICE, AddSeats("s1", seats, at_renewal)), on)


def reasons(state: AccountState, offered: Offer, orders: tuple[PastOrder, ...], id_: str, on: date) -> list[str]:
    with pytest.raises(Refusal) as refused:
        give_back(state, offered, orders, id_, on)
    return [reason.code for reason in refused.value.reasons]


def ordered_as(order: str, state: AccountState, on: date) -> tuple[Quote, str]:
    """The quote of an order of the table, and the subscription that it is about."""
    match order:
        case "3 seats":
            return add_seats(state, offer(), 3, on), "s1"
        case "renewal":
            return plan_renewals(state, offer(), on)[0], "s1"
        case _:
            return plan_sale(state, offer(), Sale("s9", item(), 3, "card"), on), "s9"


@pytest.mark.parametrize("row", ROWS, ids=tables.ids(ROWS, "order", "returned"))
def test_table_of_returns(row: dict[str, str]) -> None:
    on, returned = day(row["took effect"]), day(row["returned"])
    bill, about = ordered_as(row["order"], customer(), on)
    state, orders = after(customer(), bill, on), (ordered(bill, on=on),)
    if not row["seats then"]:
        assert reasons(state, offer(), orders, "o1", returned) == [row["goes back"]]
        return
    note = give_back(state, offer(), orders, "o1", returned)
    assert -note.total == tables.amount(row["goes back"], "USD")
    owned = after(state, note, returned).subscription(about)
    assert (owned.seats, owned.status) == (int(row["seats then"]), row["subscription then"])
    promised = [tables.amount(cell, "USD") for cell in [row["pays at renewal"]] if cell != "-"]
    assert [renewal.amount for renewal in note.promised] == promised


TAXES = st.sampled_from([(False, False), (True, False), (True, True)])


@given(
    taxes=TAXES, monthly=st.booleans(), seats=st.integers(1, 60), bought=st.integers(0, 364), kept=st.integers(0, 29)
)
def test_law_3_seats_added_and_returned_on_any_day_of_the_window(
    taxes: tuple[bool, bool], monthly: bool, seats: int, bought: int, kept: int
) -> None:
    term = MONTHLY if monthly else YEARLY
    first = next_period(STARTED, STARTED, term)
    own = subscription(
        term=term,
        renews_on=first.end,
        periods=(paid(first.start, first.end),),
        scheduled=(scheduled(ChangeKind.TERM, 1),),
    )
    bought, kept = bought % first.days, kept % (15 if monthly else 30)
    state, offered = customer(own, taxed=taxes[0]), seller(taxed=taxes[0], included=taxes[1])
    on = STARTED + timedelta(days=bought)
    bill = add_seats(state, offered, seats, on)
    assume(bill.collection is Collection.GATEWAY)
    day_of_return = on + timedelta(days=kept)
    note = give_back(after(state, bill, on), offered, (ordered(bill, on=on),), "o1", day_of_return)
    assert after(after(state, bill, on), note, day_of_return) == state
    assert (note.net, note.tax_total, note.total) == (-bill.net, -bill.tax_total, -bill.total)
    assert [line.net for line in note.lines] == [-line.net for line in bill.lines if line.net]
    assert (note.collection, note.method_id) == (Collection.REFUND, "card")


@given(taxes=TAXES, monthly=st.booleans(), kept=st.integers(0, 29), count=st.integers(1, 3))
def test_law_3_a_renewal_returned_leaves_no_access_and_everything_else_as_it_was(
    taxes: tuple[bool, bool], monthly: bool, kept: int, count: int
) -> None:
    term = MONTHLY if monthly else YEARLY
    first = next_period(STARTED, STARTED, term)
    kept %= 15 if monthly else 30
    owned = [
        subscription(
            id=f"s{n}",
            term=term,
            seats=n + 4,
            renews_on=first.end,
            periods=(paid(first.start, first.end),),
            scheduled=(scheduled(ChangeKind.SEATS, n + 1), scheduled(ChangeKind.TERM, 12 if monthly else 1)),
        )
        for n in range(1, count + 1)
    ]
    state, offered = customer(*owned, taxed=taxes[0]), seller(taxed=taxes[0], included=taxes[1])
    (bill,) = plan_renewals(state, offered, first.end)
    on = first.end + timedelta(days=kept)
    renewed = after(state, bill, first.end)
    if not monthly:
        assume(kept < 15)  # the new term is a monthly one
    note = give_back(renewed, offered, (ordered(bill, on=first.end),), "o1", on)
    ended = (replace(one, status=SubscriptionStatus.EXPIRED, lapsed_on=on) for one in owned)
    assert after(renewed, note, on) == replace(state, subscriptions=tuple(ended))
    assert (note.net, note.tax_total, note.total) == (-bill.net, -bill.tax_total, -bill.total)
    assert note.promised == ()  # what has ended renews no more


def test_a_renewal_that_was_paid_late_is_returned_like_any_other() -> None:
    state = customer()
    (bill,) = plan_renewals(state, offer(), RENEWS)
    late = RENEWS + timedelta(days=12)
    renewed = after(state, bill, late)
    note = give_back(renewed, offer(), (ordered(bill, on=late),), "o1", late + timedelta(days=29))
    (ended,) = after(renewed, note, late + timedelta(days=29)).subscriptions
    assert (ended.status, ended.renews_on, ended.lapsed_on) == ("expired", RENEWS, late + timedelta(days=29))


def test_a_new_subscription_returned_ends_and_promises_nothing() -> None:
    state = customer()
    bill = plan_sale(state, offer(), Sale("s9", item(), 2, "card"), TODAY)
    bought = after(state, bill, TODAY)
    note = give_back(bought, offer(), (ordered(bill),), "o1", TODAY)
    assert after(bought, note, TODAY).subscription("s9").status == SubscriptionStatus.CANCELED
    assert after(bought, note, TODAY).subscription("s1") == state.subscription("s1")
    assert (note.total, note.promised) == (usd("-930.00"), ())


AHEAD = paid(RENEWS, day("2028-03-01"), "420.00")


def paid_ahead(coming_seats: int) -> AccountState:
    coming = ComingTerm(RENEWS, 12, "standard", coming_seats)
    return customer(subscription(periods=(paid(), AHEAD), renews_on=AHEAD.period.end, coming=coming))


@pytest.mark.parametrize("begins", [False, True])
@pytest.mark.parametrize("coming_seats", [3, 2])
def test_seats_added_to_a_term_paid_ahead_go_before_and_after_it_begins(begins: bool, coming_seats: int) -> None:
    state, on = paid_ahead(coming_seats), RENEWS - timedelta(days=5)
    bill = add_seats(state, offer(), 2, on)
    bought = after(state, bill, on)
    if begins:
        on += timedelta(days=10)
        bought, state = (
            replace(one, subscriptions=tuple(map(begin_coming, one.subscriptions))) for one in (bought, state)
        )
    note = give_back(bought, offer(), (ordered(bill, on=RENEWS - timedelta(days=5)),), "o1", on)
    assert after(bought, note, on) == state
    assert note.total == -bill.total


def test_seats_of_a_number_scheduled_with_them_go_back_with_it() -> None:
    """Five of ten are scheduled; two more come, and eleven are to be renewed: more than there were before."""
    state = customer(subscription(seats=10, scheduled=(scheduled(ChangeKind.SEATS, 5),)))
    bill = add_seats(state, offer(), 2, TODAY, at_renewal=11)
    bought = after(state, bill, TODAY)
    assert after(bought, give_back(bought, offer(), (ordered(bill),), "o1", TODAY), TODAY) == state


@pytest.mark.parametrize(("since", "then"), [(None, None), ("9", "9"), ("11", None)])
def test_what_is_scheduled_since_stays_or_stands_in_the_way(since: str | None, then: str | None) -> None:
    state = customer(subscription(seats=10, scheduled=(scheduled(ChangeKind.SEATS, 5),)))
    bill = add_seats(state, offer(), 2, TODAY, at_renewal=7)
    chosen = Schedule("s1", ChangeKind.SEATS, "7", since, RENEWS)
    bought = carry_out(after(state, bill, TODAY), [chosen], TODAY)
    if since == "11":
        assert reasons(bought, offer(), (ordered(bill),), "o1", TODAY) == ["scheduled_change_depends"]
        return
    (back,) = after(bought, give_back(bought, offer(), (ordered(bill),), "o1", TODAY), TODAY).subscriptions
    entry_then = back.scheduled_change(ChangeKind.SEATS)
    assert (back.seats, entry_then and entry_then.value) == (10, then)


def test_a_method_and_a_renewal_turned_off_since_stay() -> None:
    """The card that paid may be gone by now, and nobody turns renewal on by returning something."""
    state = customer(subscription(method_id=None), methods=(CARD, replace(CARD, id="new", is_default=False)))
    (bill,) = plan_renewals(state, offer(), RENEWS)
    renewed = carry_out(after(state, bill, RENEWS), [SetMethod("s1", None, "new")], RENEWS)
    renewed = replace(renewed, subscriptions=(replace(renewed.subscription("s1"), auto_renew=False),))
    note = give_back(renewed, offer(), (ordered(bill, on=RENEWS),), "o1", RENEWS)
    (back,) = after(renewed, note, RENEWS).subscriptions
    assert (back.method_id, back.auto_renew, back.status) == ("new", False, SubscriptionStatus.EXPIRED)


def test_every_reason_of_the_matrix_is_told_with_the_others() -> None:
    waiting = OpenOrder("o9", "O-9", "processing")
    state = customer()
    bill, later = add_seats(state, offer(), 1, TODAY), add_seats(state, offer(), 1, TODAY)
    closed = customer(subscription(seats=5, open_order=waiting))
    orders = (ordered(bill), ordered(later, "o2"))
    told = reasons(closed, offer(), orders, "o1", TODAY + timedelta(days=30))
    assert told == ["open_order", "return_window_ended", "later_order_depends"]


def test_an_account_that_is_not_as_the_order_left_it_is_refused_and_not_broken() -> None:
    state = customer()
    bill = add_seats(state, offer(), 1, TODAY)
    with pytest.raises(Refusal, match="not_returnable"):
        give_back(state, offer(), (ordered(bill),), "o1", TODAY)


SMALL = offer(policy={"gateway_minimum": {"USD": 1000}})
ON = RENEWS - timedelta(days=5)


def small_and_its_bill() -> tuple[AccountState, Quote, Quote]:
    """One seat for five days is too small to be charged; the next order bills it."""
    state = customer()
    small = add_seats(state, SMALL, 1, ON)
    assert small.collection is Collection.CARRIED
    (line,) = small.lines
    waits = CarriedLine("c1", "O1", "s1", "studio", "standard", 1, line.span, line.unit_price, 365, line.amount)
    bought = replace(after(state, small, ON), carried=(waits,))
    bill = add_seats(bought, SMALL, 20, ON)
    assert bill.collection is Collection.GATEWAY
    return bought, small, bill


def test_a_small_order_that_still_waits_is_dropped() -> None:
    bought, small, _bill = small_and_its_bill()
    note = give_back(bought, SMALL, (ordered(small, on=ON, waiting=("c1",)),), "o1", ON)
    assert DropCarried(("c1",)) in note.effects
    assert (note.total, note.collection) == (usd("0.00"), Collection.NONE)
    assert after(bought, note, ON) == customer()


def test_a_small_order_goes_back_from_the_invoice_that_billed_it_though_that_order_was_returned() -> None:
    bought, small, bill = small_and_its_bill()
    grown = after(bought, bill, ON)
    first, second = ordered(small, on=ON), ordered(bill, "o2", ON)
    first = replace(first, billed_by=billing((first, second), first))
    note = give_back(grown, SMALL, (first, second), "o2", ON)
    grown = after(grown, note, ON)
    assert note.total == small.total - bill.total
    credited = (next(effect for effect in note.effects if effect.kind == "give_back"),)
    first = replace(first, billed_by=replace(second, credited=credited))
    last = give_back(grown, SMALL, (first,), "o1", ON)
    assert (last.total, last.collection) == (-small.total, Collection.REFUND)
    assert note.total + last.total == -bill.total
    assert after(grown, last, ON) == customer()


def test_what_an_unpaid_invoice_billed_waits_for_its_payment() -> None:
    bought, small, bill = small_and_its_bill()
    first = replace(ordered(small, on=ON), billed_by=ordered(bill, "o2", ON, is_being_paid=True))
    assert reasons(bought, SMALL, (first,), "o1", ON) == ["bill_being_paid"]


def test_what_an_open_order_bills_waits_for_its_payment() -> None:
    """Its line is kept from every other invoice until then."""
    bought, small, _bill = small_and_its_bill()
    other = subscription(id="s2", open_order=OpenOrder("o2", "O2", "requires_action"))
    held = replace(bought, carried=(), subscriptions=(*bought.subscriptions, other))
    assert reasons(held, SMALL, (ordered(small, on=ON, waiting=("c1",)),), "o1", ON) == ["bill_being_paid"]


def test_what_the_bank_took_back_is_credited_and_not_given_back_again() -> None:
    state = customer()
    bill = add_seats(state, offer(), 1, TODAY)
    note = give_back(after(state, bill, TODAY), offer(), (ordered(bill, is_owed=True),), "o1", TODAY)
    assert (note.total, note.collection) == (-bill.total, Collection.NONE)


def test_money_goes_back_to_what_paid_though_another_method_was_asked_for() -> None:
    state = customer()
    bill = add_seats(state, offer(), 1, TODAY)
    note = give_back(after(state, bill, TODAY), offer(), (ordered(bill, paid_by="debit"),), "o1", TODAY)
    assert (bill.method_id, note.method_id) == ("card", "debit")


def test_reverse_charge_comes_back_as_reverse_charge() -> None:
    northline = replace(seller(taxed=True), seller=replace(offer().seller, country="NL", vat_id="NL1"))
    state = customer(taxed=True, vat_id="SE556677889901", vat_id_checked_on=TODAY)
    bill = add_seats(state, northline, 3, TODAY)
    note = give_back(after(state, bill, TODAY), northline, (ordered(bill),), "o1", TODAY)
    assert {bill.tax.category, note.tax.category, note.tax_lines[0].category} == {TaxCategory.REVERSE_CHARGE}
    assert (note.tax_total, note.total) == (usd("0.00"), -bill.net)


@given(
    cents=st.lists(st.integers(1, 500), min_size=1, max_size=5),
    rate=st.sampled_from([Fraction(0), Fraction(21, 100), Fraction(1, 4), Fraction(77, 1000)]),
    included=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_law_5_any_sequence_of_returned_lines_is_the_invoice_at_most(
    cents: list[int], rate: Fraction, included: bool, order: Random
) -> None:
    quote = documents.quote([Money(cent, "EUR") for cent in cents], rate, tax_included=included)
    places = list(range(len(cents)))
    order.shuffle(places)
    past, given = ordered(quote), []
    for place in places:
        effect, note = credit(past, (place,), TODAY)
        given.append(note)
        past = replace(past, credited=(*past.credited, effect))
        assert -total((one.total for one in given), "EUR") <= quote.total
        assert -total((one.tax for one in given), "EUR") <= quote.tax_total
    assert total((one.total for one in given), "EUR") == -quote.total
    assert total((one.tax for one in given), "EUR") == -quote.tax_total
    with pytest.raises(Refusal, match="nothing_to_credit"):
        credit(past, places, TODAY)
