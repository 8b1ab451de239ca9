"""`tenor quote` fed with its own answers: an order is given with its quote, and returned without a database."""

import copy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenor.cli.quoting.answer import quote_as_json
from tenor.cli.quoting.orders import NO_QUOTE, PastOrderGiven
from tenor.domain.offer import TaxRate, TaxRegistration
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import AddSeats, ChangeTerm, Request
from tests.cli.test_quote import QUESTION, RETURNED, answered, assert_within, fault
from tests.domain.builders import ALICE, RENEWS, TODAY, account, day, offer
from tests.domain.returning import ordered

PLACE = "account.orders[0].quote"


def bought(seats: int = 3) -> dict[str, Any]:
    """The answer of the page's question."""
    question = copy.deepcopy(QUESTION)
    question["request"]["seats"] = seats
    quote: dict[str, Any] = answered(question)["quote"]
    return quote


def order(quote: object, id_: str = "o1", **also: object) -> dict[str, Any]:
    number = id_.replace("o", "O-")
    return {"id": id_, "number": number, "action": "add_seats", "granted_on": "2026-11-21", "quote": quote, **also}


def returning(orders: list[dict[str, Any]], seats: int, order_id: str = "o1", today: str = "2026-11-28") -> Any:
    question = copy.deepcopy(QUESTION)
    question["today"] = today
    question["account"]["subscriptions"][0]["seats"] = seats
    question["account"]["orders"] = orders
    question["request"] = {"kind": "return_order", "order_id": order_id}
    return question


def test_the_example_of_the_page() -> None:
    assert_within(RETURNED, answered(returning([order(bought())], 6)))


def test_a_chain_of_answers_undoes_itself() -> None:
    first = bought(3)
    question = copy.deepcopy(QUESTION)
    question["account"]["subscriptions"][0]["seats"] = 6
    second = answered(question)["quote"]
    orders = [order(first), order(second, "o2")]
    refusal = answered(returning(orders, 9))["refusal"]
    assert [reason["facts"] for reason in refusal["reasons"]] == [{"order": "O-2"}]
    back = answered(returning(orders, 9, "o2"))["quote"]
    orders[1]["returned_by"] = back
    assert answered(returning(orders, 6))["quote"]["total"] == "-382.19 USD"
    assert answered(returning(orders, 6, "o2"))["refusal"]["code"] == "unknown_order"


def test_the_window_ends_without_a_database_too() -> None:
    refusal = answered(returning([order(bought())], 6, today="2026-12-21"))["refusal"]
    assert [reason["code"] for reason in refusal["reasons"]] == ["return_window_ended"]


FAULTS: dict[str, tuple[Any, str]] = {
    "no object": (lambda quote: "465.00 USD", NO_QUOTE),
    "half of it": (lambda quote: {"total": quote["total"]}, NO_QUOTE),
    "another amount": (
        lambda quote: {**quote, "net": "1.00 USD", "total": "1.00 USD"},
        "the quote was changed: its fingerprint is another one",
    ),
    "no fingerprint": (
        lambda quote: {name: part for name, part in quote.items() if name != "fingerprint"},
        "the quote was changed: its fingerprint is another one",
    ),
}


@pytest.mark.parametrize(("change", "said"), FAULTS.values(), ids=FAULTS)
def test_what_is_no_answer_is_a_fault_with_its_place(change: Any, said: str) -> None:
    assert fault(returning([order(change(bought()))], 6)) == f"{PLACE}: {said}."


def test_orders_fit_together() -> None:
    quote = bought()
    same = [order(quote), order(quote)]
    assert fault(returning(same, 6)).startswith("account.orders[1].id: the same as at place [0]")
    earlier = [order(quote), order(quote, "o2", granted_on="2026-11-20")]
    assert "granted_on: should not be earlier" in fault(returning(earlier, 6))
    assert "waiting: names a line" in fault(returning([order(quote, waiting=["c1"])], 6))
    assert "returned_by: returns another order" in fault(returning([order(quote, returned_by=quote)], 6))


VAT = (TaxRate("SE", Fraction(1, 4), day("1995-01-01"), "test"),)
REGISTERED = (TaxRegistration("SE", "SE556677889901"),)


def planned(seats: int, months: int, renewal: bool, taxed: bool) -> Quote:
    northline = offer(tax_rates=VAT, registrations=REGISTERED) if taxed else offer()
    state = account(country="SE" if taxed else "US")
    if renewal:
        return plan_renewals(state, northline, RENEWS)[0]
    ask = AddSeats("s1", seats) if months == 12 else ChangeTerm("s1", months)
    return plan(state, northline, Request(ALICE, ask), TODAY)


@settings(max_examples=30)
@given(seats=st.integers(1, 400), months=st.sampled_from([1, 12, 36]), renewal=st.booleans(), taxed=st.booleans())
def test_what_was_written_reads_back_the_same(seats: int, months: int, renewal: bool, taxed: bool) -> None:
    quote = planned(seats, months, renewal, taxed)
    read = PastOrderGiven.model_validate(order(quote_as_json(quote)["quote"]))
    assert read.quote == quote
    assert read.build(()).quote == ordered(quote).quote


def test_a_part_of_an_order_comes_back_and_then_the_rest() -> None:
    """The answers of earlier returns tell what is left."""
    question = copy.deepcopy(QUESTION)
    first = question["account"]["subscriptions"][0]
    question["account"]["subscriptions"].append({**first, "id": "s2"})
    question["today"], asked = "2027-01-10", {"kind": "renew_early", "subscription_ids": ["s1", "s2"]}
    question["request"] = asked
    early = order(answered(question)["quote"], action="renew_early", granted_on="2027-01-10")
    coming = {"starts_on": "2027-03-01", "months": 12, "plan": "standard", "seats": 3}
    ahead = {"start": "2027-03-01", "end": "2028-03-01", "unit_price": "420.00 USD", "price_kind": "renewal"}
    paid = {**first, "renews_on": "2028-03-01", "coming": coming, "periods": [*first["periods"], ahead]}
    question["account"] |= {"subscriptions": [paid, {**paid, "id": "s2"}], "orders": [early]}
    question["request"] = {"kind": "return_order", "order_id": "o1", "subscription_ids": ["s2"]}
    part = answered(question)["quote"]
    assert part["total"] == "-1260.00 USD"
    assert part["effects"][-1] == {"kind": "mark_part_returned", "order_id": "o1", "subscription_ids": ["s2"]}
    question["account"]["subscriptions"][1] = {**first, "id": "s2"}
    question["account"]["orders"] = [{**early, "parts_returned_by": [part]}]
    assert answered(question)["refusal"]["code"] == "not_in_order"
    question["request"] = {"kind": "return_order", "order_id": "o1"}
    rest = answered(question)["quote"]
    assert rest["total"] == "-1260.00 USD"
    question["account"]["subscriptions"][0] = first
    question["account"]["orders"] = [{**early, "parts_returned_by": [part], "returned_by": rest}]
    assert answered(question)["refusal"]["code"] == "unknown_order"
    question["account"]["orders"] = [{**early, "parts_returned_by": [early["quote"]]}]
    assert "parts_returned_by[0]: returns another order" in fault(question)
