"""`tenor quote` and the balance of an account: what it has, what it pays, what it gets."""

import copy

from tests.cli.test_quote import QUESTION, answered, fault


def test_what_the_account_has_pays_first() -> None:
    question = copy.deepcopy(QUESTION)
    plain = answered(question)["quote"]
    question["account"]["balance"] = "100.00 USD"
    quote = answered(question)["quote"]
    assert (quote["total"], quote["from_balance"], quote.get("to_balance")) == ("382.19 USD", "100.00 USD", None)
    assert (quote["collection"], quote["lines"], quote["tax_total"]) == ("gateway", plain["lines"], plain["tax_total"])
    question["account"]["balance"] = "382.19 USD"
    assert answered(question)["quote"]["collection"] == "balance"


def test_a_credit_above_the_charge_goes_to_the_balance_and_can_be_returned_from_there() -> None:
    question = copy.deepcopy(QUESTION)
    (one,) = question["account"]["subscriptions"]
    one["periods"][0]["unit_price"] = "930.00 USD"
    question["offer"]["plans"].append({"product": "studio", "code": "premium"})
    price = {
        "product": "studio",
        "plan": "premium",
        "months": 12,
        "list_price": "700.00 USD",
        "valid_from": "2024-01-01",
    }
    question["offer"]["prices"].append(price)
    question["request"] = {"kind": "change_plan", "subscription_id": "s1", "plan": "premium", "when": "now"}
    quote = answered(question)["quote"]
    assert (quote["total"], quote["to_balance"], quote["collection"]) == ("-189.04 USD", "189.04 USD", "balance")
    question["offer"]["policy"] = {"credit_kept_on_balance": False}
    assert answered(question)["refusal"]["code"] == "credit_exceeds_charge"
    del question["offer"]["policy"]
    paid, rest = {**one["periods"][0], "end": "2026-11-21"}, {**one["periods"][0], "start": "2026-11-21"}
    one |= {
        "plan": "premium",
        "periods": [{**paid, "denominator": 365}, {**rest, "unit_price": "700.00 USD", "denominator": 365}],
    }
    order = {"id": "o1", "number": "O-1", "action": "change_plan", "granted_on": "2026-11-21", "quote": quote}
    question["account"]["orders"] = [order]
    question["request"] = {"kind": "return_order", "order_id": "o1"}
    refusal = answered(question)["refusal"]
    assert [reason["code"] for reason in refusal["reasons"]] == ["credit_spent"]
    question["account"]["balance"] = "200.00 USD"
    back = answered(question)["quote"]
    assert (back["total"], back["from_balance"], back["collection"]) == ("189.04 USD", "189.04 USD", "balance")


def test_a_balance_is_in_the_account_s_currency_and_not_below_zero() -> None:
    question = copy.deepcopy(QUESTION)
    question["account"]["balance"] = "1.00 EUR"
    assert "account.balance: should be in the account's currency, USD" in fault(question)
    question["account"]["balance"] = "-1.00 USD"
    assert "account.balance: should not be negative" in fault(question)
