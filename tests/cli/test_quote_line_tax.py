"""`tenor quote` and the tax that a line was sold with: told of every line, read back from past orders, old ones too."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from tenor.cli.quoting.answer import quote_as_json
from tenor.domain.planner import plan
from tenor.domain.requests import ChangePlan, Request
from tests.cli.test_quote import answered, fault
from tests.domain.builders import ALICE, day
from tests.domain.taxed_story import BOUGHT, changed, sold

SUBSCRIPTION = {
    "id": BOUGHT,
    "product": "studio",
    "plan": "standard",
    "months": 12,
    "seats": 3,
    "anchor": "2024-06-01",
    "renews_on": "2025-06-01",
    "periods": [{"start": "2024-06-01", "end": "2025-06-01", "unit_price": "465.00 USD"}],
}


def price(plan_code: str, amount: str, **also: object) -> dict[str, object]:
    return {
        "product": "studio",
        "plan": plan_code,
        "months": 12,
        "list_price": f"{amount} USD",
        "valid_from": "2024-01-01",
        **also,
    }


def question(*orders: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A Finnish business of a Swedish seller asks for the plan above, a month after the rate rose."""
    return {
        "today": "2024-10-01",
        "account": {
            "country": "FI",
            "currency": "USD",
            "methods": [{"id": "card", "kind": "card", "label": "Visa 4242", "is_default": True}],
            "subscriptions": [SUBSCRIPTION],
            "orders": list(orders),
        },
        "offer": {
            "seller": {"country": "SE", "vat_id": "SE556677889901"},
            "registrations": [{"country": "SE", "number": "SE-OSS-1", "scheme": "oss"}],
            "products": [{"code": "studio"}],
            "plans": [{"product": "studio", "code": "standard"}, {"product": "studio", "code": "premium"}],
            "prices": [price("standard", "465.00"), price("premium", "930.00")],
        },
        "request": {"kind": "change_plan", "subscription_id": BOUGHT, "plan": "premium", "when": "now"},
        **changes,
    }


def order(quote: dict[str, Any], **also: Any) -> dict[str, Any]:
    return {"id": "o1", "number": "O-1", "action": "buy", "granted_on": "2024-06-01", "quote": quote, **also}


def first_sale(*, stored_before: bool, included: bool = False) -> dict[str, Any]:
    """The answer of the sale; as it was written before lines had a tax of their own, or as it is now."""
    quote = sold("FI business", day("2024-06-01"), included=included).orders[0].quote
    if stored_before:
        lines = tuple(replace(line, tax=None) for line in quote.lines)
        sums = tuple(replace(line, country="", rule="", included=None) for line in quote.tax_lines)
        quote = replace(quote, lines=lines, tax_lines=sums)
    told: dict[str, Any] = quote_as_json(quote)["quote"]
    return told


@pytest.mark.parametrize("stored_before", [False, True])
def test_a_credit_has_the_rate_of_the_past_order(stored_before: bool) -> None:
    quote = answered(question(order(first_sale(stored_before=stored_before))))["quote"]
    assert [line["tax"]["decision"]["rate"] for line in quote["lines"]] == ["6/25", "51/200"]
    assert [(line["net"], line["tax"]) for line in quote["tax_lines"]] == [
        ("-928.73 USD", "-222.90 USD"),
        ("1857.45 USD", "473.65 USD"),
    ]
    assert (quote["tax_total"], quote["total"], quote["tax"]["rate"]) == ("250.75 USD", "1179.47 USD", "51/200")


@pytest.mark.parametrize("stored_before", [False, True])
def test_a_credit_has_the_inclusion_of_the_past_order(stored_before: bool) -> None:
    quote = answered(question(order(first_sale(stored_before=stored_before, included=True))))["quote"]
    assert [line["tax"]["included"] for line in quote["lines"]] == [True, False]


def test_an_answer_of_several_taxes_is_given_back_as_it_was() -> None:
    changing = answered(question(order(first_sale(stored_before=False))))["quote"]
    asked = question(
        order(first_sale(stored_before=False)),
        order(changing, id="o2", number="O-2", action="change_plan", granted_on="2024-10-01"),
        request={"kind": "return_order", "order_id": "o2"},
    )
    asked["account"]["subscriptions"] = [
        {
            **SUBSCRIPTION,
            "plan": "premium",
            "periods": [
                {"start": "2024-06-01", "end": "2024-10-01", "unit_price": "465.00 USD", "denominator": 365},
                {"start": "2024-10-01", "end": "2025-06-01", "unit_price": "930.00 USD", "denominator": 365},
            ],
        }
    ]
    back = answered(asked)["quote"]
    assert (back["net"], back["tax_total"], back["total"]) == ("-928.72 USD", "-250.75 USD", "-1179.47 USD")
    [note] = [effect for effect in back["effects"] if effect["kind"] == "give_back"]
    assert note["taxes"] == ["222.90 USD", "-473.65 USD"]


def test_what_waits_has_the_tax_of_its_order_or_the_one_that_is_given() -> None:
    story = sold("FI business", day("2024-06-01"))
    waits = {
        "id": "w1",
        "order_number": "O-1",
        "subscription_id": BOUGHT,
        "product": "studio",
        "plan": "standard",
        "seats": 3,
        "start": "2024-06-01",
        "end": "2025-06-01",
        "unit_price": "465.00 USD",
        "denominator": 365,
        "amount": "0.25 USD",
    }
    asked = question(order(first_sale(stored_before=True)))
    asked["account"]["carried"] = [waits]
    assert answered(asked)["quote"]["lines"][2]["tax"]["decision"]["rate"] == "6/25"
    planned = plan(
        changed(story, "FI consumer", day("2024-10-01"), included=True).state,
        story.offer,
        Request(ALICE, ChangePlan(BOUGHT, "premium", "now")),
        story.today,
        story.orders,
    )
    given = copy.deepcopy(quote_as_json(planned)["quote"]["lines"][1]["tax"])
    asked["account"]["carried"] = [{**waits, "tax": given}]
    assert answered(asked)["quote"]["lines"][2]["tax"] == given
    asked["account"]["carried"] = [{**waits, "tax": {"rate": "6/25"}}]
    assert fault(asked).startswith('account.carried[0].tax: should be the object under "tax" of a line')
