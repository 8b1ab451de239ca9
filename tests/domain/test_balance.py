"""The balance of an account: what it pays and gets, the table of docs/domain/books.md, and that no cent is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain import balance
from tenor.domain.account import AccountState, CarriedLine
from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.effects import GiveBack
from tenor.domain.explanation import Explanation
from tenor.domain.forecast import UpcomingKind, forecast
from tenor.domain.money import Money
from tenor.domain.offer import Offer, Policy
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, LineKind, Quote, canonical
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import AddSeats, ChangePlan, Request
from tenor.domain.terms import Period
from tests.domain.builders import (
    ALICE,
    DEBIT,
    RENEWS,
    TODAY,
    account,
    entry,
    item,
    offer,
    paid,
    subscription,
    usd,
)
from tests.domain.returning import after, give_back, ordered
from tests.support import tables

ROWS = tables.rows("books", "The balance of an account")
NOTES = tables.rows("books", "Credit notes of what the balance paid")
ZERO = usd("0.00")


def quote_of(total: Money, has: Money | None, **policy: Any) -> Quote:
    """A quote with that total, of an account with that balance."""
    span = Period(TODAY, RENEWS)
    line = DraftLine(LineKind.PLAN, "s1", "studio", "standard", 1, span, total, 100, Explanation("test", {}, total))
    draft = Draft("change_plan", "card", lines=(line,) if total else (), may_credit=True)
    return assemble(account(balance=has), offer(policy=policy), draft, TODAY)


def cell(text: str) -> Money | None:
    return None if text == "-" else tables.amount(text, "USD")


@pytest.mark.parametrize("row", ROWS, ids=tables.ids(ROWS, "total", "balance"))
def test_table_of_what_the_balance_pays(row: dict[str, str]) -> None:
    quote = quote_of(tables.amount(row["total"], "USD"), tables.amount(row["balance"], "USD"))
    assert quote.from_balance == cell(row["from the balance"])
    assert quote.to_balance == cell(row["to the balance"])
    assert quote.at_gateway == cell(row["at the gateway"])
    assert quote.collection == row["collected"]


@pytest.mark.parametrize("row", NOTES, ids=tables.ids(NOTES, "first note", "second note"))
def test_table_of_notes(row: dict[str, str]) -> None:
    credited = ZERO
    for place, name in enumerate(("first note", "second note")):
        note = cell(row[name])
        if note is None:
            continue
        to_method, to_balance = list(row.values())[3 * place + 1 : 3 * place + 3]
        parts = balance.given_back(usd("100.00"), usd("30.00"), credited, note)
        assert (parts.to_method, parts.to_balance) == (cell(to_method), cell(to_balance))
        credited += note


# --- a credit above the charge ------------------------------------------------------------------------------------

NOW = Request(ALICE, ChangePlan("s1", "premium", "now"))
CHEAP = offer(prices=(entry("465.00"), entry("700.00", of=item(plan="premium"))))


def dear(**changes: Any) -> AccountState:
    """Three seats that were bought at twice of what the plan costs today."""
    return account(subscription(periods=(paid(price="930.00"),)), **changes)


def test_an_upgrade_that_costs_less_than_what_was_paid_brings_the_rest_to_the_balance() -> None:
    quote = plan(dear(), CHEAP, NOW, TODAY)
    assert (quote.total, quote.to_balance, quote.at_gateway) == (usd("-189.04"), usd("189.04"), ZERO)
    assert (quote.collection, quote.from_balance) == (Collection.BALANCE, None)
    assert [line.amount for line in quote.lines] == [usd("-764.38"), usd("575.34")]


def test_what_is_on_the_balance_already_is_no_matter_of_a_credit() -> None:
    quote = plan(dear(balance=usd("50.00")), CHEAP, NOW, TODAY)
    assert (quote.total, quote.to_balance, quote.from_balance) == (usd("-189.04"), usd("189.04"), None)


def test_a_seller_who_keeps_no_balances_refuses_it() -> None:
    with pytest.raises(Refusal, match="credit_exceeds_charge"):
        plan(dear(), replace(CHEAP, policy=Policy(credit_kept_on_balance=False)), NOW, TODAY)


def test_small_lines_that_wait_are_taken_off_a_credit_only_where_something_is_left_to_collect() -> None:
    span = Period(TODAY, RENEWS)
    waits = CarriedLine("c1", "O-1", "s1", "studio", "standard", 1, span, usd("0.20"), 100, usd("0.20"))
    quote = plan(dear(carried=(waits,)), CHEAP, NOW, TODAY)
    assert (quote.total, [line.kind for line in quote.lines]) == (usd("-189.04"), ["credit", "plan"])
    large = replace(waits, amount=usd("200.00"))
    quote = plan(dear(carried=(large,)), CHEAP, NOW, TODAY)
    assert (quote.total, quote.collection, quote.to_balance) == (usd("10.96"), Collection.GATEWAY, None)


def test_returned_it_takes_the_credit_from_the_balance_again() -> None:
    state = dear()
    bill = plan(state, CHEAP, NOW, TODAY)
    upgraded = balance.after(after(state, bill, TODAY), bill)
    note = give_back(upgraded, CHEAP, (ordered(bill),), "o1", TODAY)
    assert (note.total, note.from_balance, note.at_gateway) == (usd("189.04"), usd("189.04"), ZERO)
    assert (note.collection, note.to_balance) == (Collection.BALANCE, None)
    back = balance.after(after(upgraded, note, TODAY), note)
    assert (back.subscriptions, back.balance) == (state.subscriptions, ZERO)


@pytest.mark.parametrize("left", [None, "0.00", "189.03"])
def test_a_credit_that_has_paid_for_something_since_is_not_taken_back(left: str | None) -> None:
    state = dear()
    bill = plan(state, CHEAP, NOW, TODAY)
    upgraded = replace(after(state, bill, TODAY), balance=None if left is None else usd(left))
    with pytest.raises(Refusal) as refused:
        give_back(upgraded, CHEAP, (ordered(bill),), "o1", TODAY)
    assert [reason.code for reason in refused.value.reasons] == ["credit_spent"]


# --- what the balance pays ----------------------------------------------------------------------------------------


def test_seats_are_paid_from_the_balance_first_and_go_back_to_where_they_came_from() -> None:
    state = account(balance=usd("100.00"))
    bill = plan(state, offer(), Request(ALICE, AddSeats("s1", 3)), TODAY)
    assert (bill.total, bill.from_balance, bill.at_gateway) == (usd("382.19"), usd("100.00"), usd("282.19"))
    bought = balance.after(after(state, bill, TODAY), bill)
    assert bought.balance == ZERO
    note = give_back(bought, offer(), (ordered(bill),), "o1", TODAY)
    assert (note.total, note.to_balance, note.at_gateway) == (usd("-382.19"), usd("100.00"), usd("-282.19"))
    assert note.collection is Collection.REFUND
    assert balance.after(after(bought, note, TODAY), note) == state


def test_what_was_paid_by_the_balance_alone_goes_back_to_it_alone() -> None:
    state = account(balance=usd("500.00"))
    bill = plan(state, offer(), Request(ALICE, AddSeats("s1", 3)), TODAY)
    assert (bill.collection, bill.at_gateway, bill.is_invoiced) == (Collection.BALANCE, ZERO, True)
    bought = balance.after(after(state, bill, TODAY), bill)
    note = give_back(bought, offer(), (ordered(bill),), "o1", TODAY)
    assert (note.collection, note.to_balance, note.at_gateway) == (Collection.BALANCE, usd("382.19"), ZERO)
    assert balance.after(after(bought, note, TODAY), note) == state


def test_what_the_bank_took_back_ends_the_debt_and_what_the_balance_paid_goes_back() -> None:
    state = account(balance=usd("100.00"))
    bill = plan(state, offer(), Request(ALICE, AddSeats("s1", 3)), TODAY)
    bought = balance.after(after(state, bill, TODAY), bill)
    note = give_back(bought, offer(), (ordered(bill, is_owed=True),), "o1", TODAY)
    assert (note.collection, note.to_balance) == (Collection.BALANCE, usd("100.00"))


def test_two_renewals_of_one_night_do_not_spend_the_same_money() -> None:
    other = subscription(id="s2", number="SUB-2", method_id="debit")
    state = account(subscription(), other, methods=(*account().methods[:1], DEBIT), balance=usd("1500.00"))
    first, second = plan_renewals(state, offer(), RENEWS)
    assert (first.collection, first.from_balance) == (Collection.BALANCE, usd("1260.00"))
    assert (second.collection, second.from_balance, second.at_gateway) == (
        Collection.GATEWAY,
        usd("240.00"),
        usd("1020.00"),
    )


def test_a_forecast_spends_the_balance_once_and_names_what_the_method_pays() -> None:
    state = account(subscription(), balance=usd("1500.00"))
    found = [one for one in forecast(state, offer(), TODAY, 30) if one.kind is UpcomingKind.PAYMENT]
    assert [one.amount for one in found] == [ZERO, usd("1020.00"), usd("1260.00")]


def test_a_quote_without_a_balance_has_the_fingerprint_that_it_always_had() -> None:
    """What came later is no part of the canonical form while it says nothing: what was stored stays what it is."""
    said = canonical(plan(account(), offer(), Request(ALICE, AddSeats("s1", 3)), TODAY))
    assert isinstance(said, dict)
    assert {"from_balance", "to_balance"}.isdisjoint(said)
    with_balance = plan(account(balance=usd("1.00")), offer(), Request(ALICE, AddSeats("s1", 3)), TODAY)
    said = canonical(with_balance)
    assert isinstance(said, dict)
    assert said["from_balance"] == {"minor": 100, "currency": "USD"}
    assert with_balance.fingerprint != replace(with_balance, from_balance=None).fingerprint


# --- laws ---------------------------------------------------------------------------------------------------------

CENTS = st.integers(-2_000_00, 2_000_00)


@given(total=CENTS, has=st.integers(0, 3_000_00), least=st.integers(0, 500))
def test_law_the_parts_are_the_total_and_the_balance_stays_above_zero(total: int, has: int, least: int) -> None:
    quote = quote_of(Money(total, "USD"), Money(has, "USD"), gateway_minimum={"USD": least})
    assert quote.at_gateway - quote.balance_moves == quote.total
    assert has + quote.balance_moves.minor >= 0
    assert not (quote.from_balance and quote.to_balance)
    if quote.collection is Collection.GATEWAY:
        assert quote.at_gateway.minor >= max(least, 1)
    if quote.collection is Collection.BALANCE:
        assert not quote.at_gateway


@given(
    total=st.integers(0, 1_000_00),
    share=st.integers(0, 100),
    parts=st.lists(st.integers(1, 400_00), max_size=8),
)
def test_law_all_notes_together_give_each_part_back_once(total: int, share: int, parts: list[int]) -> None:
    whole, own = Money(total, "USD"), Money(total * share // 100, "USD")
    credited, to_method, to_balance = ZERO, ZERO, ZERO
    for part in [*parts, total]:
        note = min(Money(part, "USD"), whole - credited)
        given = balance.given_back(whole, own, credited, note)
        assert given.to_method.minor >= 0
        assert given.to_balance.minor >= 0
        left = balance.left_to_pay(whole, own, credited)
        assert balance.left_to_pay(whole, own, credited + note) == left - given.to_method
        credited, to_method, to_balance = credited + note, to_method + given.to_method, to_balance + given.to_balance
    assert (to_method, to_balance) == (whole - own, own)


def step(state: AccountState, seller: Offer, seats: int, days: int) -> Quote:
    return plan(state, seller, Request(ALICE, AddSeats("s1", seats)), TODAY + timedelta(days=days))


@given(
    steps=st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=1, max_size=6), has=st.integers(0, 1_500_00)
)
def test_law_money_is_conserved_through_orders_and_returns(steps: list[tuple[int, bool]], has: int) -> None:
    """What the method paid less what went back to it, and the balance, is at any time what stands was charged."""
    state, orders, method = account(balance=Money(has, "USD")), list[Any](), ZERO
    for number, (seats, returns) in enumerate(steps):
        bill = step(state, offer(), seats, 0)
        state, method = balance.after(after(state, bill, TODAY), bill), method + bill.at_gateway
        orders.append(ordered(bill, f"o{number}"))
        if returns:
            note = give_back(state, offer(), tuple(orders), f"o{number}", TODAY)
            assert any(isinstance(effect, GiveBack) for effect in note.effects)
            state, method = balance.after(after(state, note, TODAY), note), method + note.at_gateway
            orders.pop()
        assert state.balance is not None
        assert state.balance.minor >= 0
        charged = sum((order.quote.total for order in orders), ZERO)
        assert method + Money(has, "USD") - state.balance == charged
