"""`tenor quote` on amounts by currency, and on prices that fell: what the portal decides, without a database."""

import copy
from typing import Any

import pytest

from tests.cli.test_quote import QUESTION, answered

SOON = "2027-02-28"


def in_currency(currency: str, list_price: str, **policy: Any) -> dict[str, Any]:
    """One seat more, on the last day of the year: a 365th of the list price."""
    question = copy.deepcopy(QUESTION)
    question["today"] = SOON
    question["account"]["currency"] = currency
    question["account"]["subscriptions"][0]["periods"][0]["unit_price"] = f"465 {currency}"
    question["offer"]["prices"] = [
        {"product": "studio", "plan": "standard", "months": 12, "valid_from": "2024-01-01", "list_price": list_price}
    ]
    question["offer"]["policy"] = policy
    question["request"]["seats"] = 1
    return question


@pytest.mark.parametrize(
    ("list_price", "total", "collection"),
    [
        ("91.25 DKK", "0.25 DKK", "carried"),
        ("912.50 DKK", "2.50 DKK", "gateway"),
        ("912.00 NOK", "2.50 NOK", "carried"),
        ("146.00 CHF", "0.40 CHF", "carried"),
        ("182.50 CHF", "0.50 CHF", "gateway"),
        ("547.50 PLN", "1.50 PLN", "carried"),
        ("5110.00 CZK", "14.00 CZK", "carried"),
        ("36500.00 HUF", "100.00 HUF", "carried"),
        ("14600 JPY", "40 JPY", "carried"),
        ("36500 JPY", "100 JPY", "gateway"),
        ("365 ISK", "1 ISK", "carried"),
        ("365.000 KWD", "1.000 KWD", "carried"),
        ("182.50 USD", "0.50 USD", "gateway"),
    ],
)
def test_what_the_gateway_would_refuse_waits_for_the_next_invoice(list_price: str, total: str, collection: str) -> None:
    quote = answered(in_currency(list_price.split()[1], list_price))["quote"]
    assert (quote["total"], quote["collection"]) == (total, collection)


def test_a_sellers_own_least_amount_leaves_the_other_currencies_as_they_are() -> None:
    quote = answered(in_currency("DKK", "91.25 DKK", gateway_minimum=["0.50 USD"]))["quote"]
    assert quote["collection"] == "carried"
    quote = answered(in_currency("DKK", "91.25 DKK", gateway_minimum=["0.25 DKK"]))["quote"]
    assert quote["collection"] == "gateway"


def fallen(**fields: Any) -> dict[str, Any]:
    """Ten days before the renewal; since yesterday the year costs 400.00, renewed at 360.00."""
    question = copy.deepcopy(QUESTION)
    question["today"] = "2027-02-20"
    new = {"product": "studio", "plan": "standard", "months": 12, "list_price": "400.00 USD"}
    new |= {"renewal_price": "360.00 USD", "valid_from": "2027-02-19", "announced_on": "2027-02-19", **fields}
    question["offer"]["prices"].append(new)
    question["request"] = {"kind": "reduce_seats", "subscription_id": "s1", "seats": 2}
    return question


@pytest.mark.parametrize(
    ("fields", "unit_price"),
    [
        ({}, "360.00 USD"),
        ({"valid_from": "2027-03-01"}, "360.00 USD"),
        ({"valid_from": "2027-03-02"}, "420.00 USD"),
        ({"announced_on": "2027-02-21"}, "420.00 USD"),
        ({"list_price": "499.00 USD", "renewal_price": "450.00 USD"}, "420.00 USD"),
        ({"list_price": "499.00 USD", "renewal_price": "450.00 USD", "announced_on": "2027-01-30"}, "450.00 USD"),
    ],
)
def test_a_lower_price_is_promised_at_once(fields: dict[str, Any], unit_price: str) -> None:
    (renewal,) = answered(fallen(**fields))["quote"]["promised"]
    assert renewal["unit_price"] == unit_price


def test_an_early_renewal_and_one_in_time_cost_the_same_after_a_fall() -> None:
    question = fallen()
    in_time = answered(question)["quote"]["promised"][0]["unit_price"]
    question["request"] = {"kind": "renew_early", "subscription_ids": ["s1"]}
    assert answered(question)["quote"]["lines"][0]["unit_price"] == in_time


def test_seats_to_renew_are_asked_for_where_dates_are_aligned() -> None:
    question = copy.deepcopy(QUESTION)
    first = question["account"]["subscriptions"][0]
    first["scheduled"] = [{"kind": "seats", "value": 2}]
    later = {"anchor": "2026-06-01", "renews_on": "2027-06-01"}
    period = {"start": "2026-06-01", "end": "2027-06-01", "unit_price": "465.00 USD"}
    question["account"]["subscriptions"].append(
        {**copy.deepcopy(first), "id": "s2", "scheduled": [], **later, "periods": [period]}
    )
    question["request"] = {"kind": "align_dates", "subscription_ids": ["s1", "s2"]}
    refused = answered(question)["refusal"]
    assert (refused["code"], refused["facts"]["subscription"]) == ("scheduled_seats_unclear", "s1")
    for seats, renewed in ((2, [2, 3]), (3, [3, 3])):
        question["request"]["at_renewal"] = {"s1": seats}
        assert [renewal["seats"] for renewal in answered(question)["quote"]["promised"]] == renewed
