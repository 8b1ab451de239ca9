"""`tenor quote` for a day on which the subscription, or an order, is still to come."""

from typing import Any

import pytest

from tests.cli.test_quote import QUESTION, answered, asked, merged

EVE = "2026-02-28"
CHARGING: dict[str, dict[str, Any]] = {
    "more seats": {"kind": "add_seats", "subscription_id": "s1", "seats": 3},
    "another plan now": {"kind": "change_plan", "subscription_id": "s1", "plan": "standard", "when": "now"},
}
LATER: dict[str, dict[str, Any]] = {
    "fewer seats": {"kind": "reduce_seats", "subscription_id": "s1", "seats": 2},
    "another term": {"kind": "change_term", "subscription_id": "s1", "months": 36},
    "no renewal": {"kind": "set_auto_renew", "subscription_ids": ["s1"], "on": False},
}


def question(today: str, request: dict[str, Any]) -> Any:
    return {**merged(QUESTION, {"today": today}), "request": request}


@pytest.mark.parametrize("request_", CHARGING.values(), ids=CHARGING)
def test_nothing_is_bought_for_what_has_not_begun(request_: dict[str, Any]) -> None:
    refused = answered(question(EVE, request_))["refusal"]
    assert refused["code"] == "not_eligible"
    (reason,) = refused["reasons"]
    assert (reason["code"], reason["facts"]["starts_on"]) == ("not_begun", "2026-03-01")
    assert (reason["remedy"]["code"], reason["remedy"]["facts"]["opens_on"]) == ("wait", "2026-03-01")


@pytest.mark.parametrize("request_", LATER.values(), ids=LATER)
def test_what_waits_for_the_renewal_may_be_chosen_before_the_first_day(request_: dict[str, Any]) -> None:
    assert answered(question(EVE, request_))["quote"]["total"] == "0.00 USD"


def test_an_order_can_not_have_taken_effect_after_today() -> None:
    quote = answered(QUESTION)["quote"]
    order = {"id": "o1", "number": "O-1", "action": "add_seats", "granted_on": "2026-11-22", "quote": quote}
    result = asked(merged(QUESTION, {"account": {"orders": [order]}}))
    said = "account.orders[0].granted_on: should not be later than today, 2026-11-21.\n"
    assert (result.exit_code, result.stderr) == (2, said)
