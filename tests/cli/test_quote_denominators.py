"""A period's `denominator` is not taken at its word: it has to fit the days that the price is for."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.test_quote import asked, subscription_with

S0 = "account.subscriptions[0].periods"
TERM = {"start": "2026-03-01", "end": "2027-03-01", "unit_price": "465.00 USD"}
BEFORE = {"start": "2026-03-01", "end": "2026-09-01", "unit_price": "465.00 USD", "denominator": 365}
REST = {"start": "2026-09-01", "end": "2027-03-01", "unit_price": "930.00 USD"}
MOVED = {"renews_on": "2027-06-01", "anchor": "2027-06-01"}
EXTENSION = {"start": "2027-03-01", "end": "2027-06-01", "unit_price": "420.00 USD", "kind": "extension"}

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "one day": (
        {"periods": [{**TERM, "denominator": 1}]},
        "[0].denominator: should be its 365 days.",
    ),
    "a day less": (
        {"periods": [{**TERM, "denominator": 364}]},
        "[0].denominator: should be its 365 days.",
    ),
    "another term": (
        {"periods": [{**TERM, "denominator": 1096}]},
        "[0].denominator: should be its 365 days.",
    ),
    "a rest": (
        {"periods": [BEFORE, {**REST, "denominator": 300}]},
        "[1].denominator: should be the days of 12 months, 365 to 366.",
    ),
    "a rest of less": (
        {"periods": [BEFORE, {**REST, "denominator": 31}]},
        "[1].denominator: should be its 181 days, or those of the whole term.",
    ),
    "a leap year's, of a year": (
        {"periods": [{**TERM, "denominator": 366}]},
        "[0].denominator: should be its 365 days.",
    ),
    "a part of what is over": (
        {"periods": [{**TERM, "start": "2026-02-01", "end": "2026-03-01", "denominator": 45}, TERM]},
        "[0].denominator: should be the days of 12 months, 365 to 366.",
    ),
    "a month": (
        {
            "months": 1,
            "renews_on": "2026-12-01",
            "periods": [{**TERM, "start": "2026-11-01", "end": "2026-12-01", "denominator": 365}],
        },
        "[0].denominator: should be its 30 days.",
    ),
    "a part of a month": (
        {
            "months": 1,
            "renews_on": "2026-12-01",
            "periods": [{**TERM, "start": "2026-11-11", "end": "2026-12-01", "denominator": 365}],
        },
        "[0].denominator: should be the days of 1 month, 28 to 31.",
    ),
    "an extension": (
        {**MOVED, "periods": [TERM, {**EXTENSION, "denominator": 92}]},
        "[1].denominator: should be more than its 92 days.",
    ),
    "an extension of three years": (
        {**MOVED, "periods": [TERM, {**EXTENSION, "denominator": 1095}]},
        "[1].denominator: should be the days of 12 months, 365 to 366.",
    ),
    "an extension of nothing": (
        {**MOVED, "periods": [TERM, EXTENSION]},
        "[1].denominator: an extension needs the days of the period that it was priced by.",
    ),
}

RIGHT: dict[str, dict[str, Any]] = {
    "its own days": {"periods": [{**TERM, "denominator": 365}]},
    "left out": {"periods": [TERM]},
    "the parts of a term that an upgrade stopped": {"periods": [BEFORE, {**REST, "denominator": 365}]},
    "an extension of a leap year": {**MOVED, "periods": [TERM, {**EXTENSION, "denominator": 366}]},
    "a part of another term that is over": {
        "periods": [
            {**TERM, "start": "2026-01-15", "end": "2026-02-01", "denominator": 31},
            {**TERM, "start": "2026-02-01", "end": "2026-03-01"},
            TERM,
        ]
    },
    "a part of a year that is over, of what is paid by the month now": {
        "months": 1,
        "renews_on": "2026-12-01",
        "periods": [
            {**TERM, "start": "2026-06-01", "end": "2026-11-01", "denominator": 365},
            {**TERM, "start": "2026-11-01", "end": "2026-12-01"},
        ],
    },
    "a part of a year, with a month ahead": {
        "renews_on": "2027-04-01",
        "periods": [BEFORE, {**REST, "denominator": 365}, {**TERM, "start": "2027-03-01", "end": "2027-04-01"}],
        "coming": {"starts_on": "2027-03-01", "months": 1, "plan": "standard", "seats": 3},
    },
    "a term ahead of another length": {
        "renews_on": "2030-03-01",
        "periods": [TERM, {**TERM, "start": "2027-03-01", "end": "2030-03-01", "denominator": 1096}],
        "coming": {"starts_on": "2027-03-01", "months": 36, "plan": "standard", "seats": 3},
    },
}


@pytest.mark.parametrize(("fields", "said"), WRONG.values(), ids=WRONG)
def test_a_denominator_that_does_not_fit_is_a_fault(fields: dict[str, Any], said: str) -> None:
    result = asked(subscription_with(**fields))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{S0}{said}\n")


@pytest.mark.parametrize("fields", RIGHT.values(), ids=RIGHT)
def test_a_denominator_that_fits_is_read(fields: dict[str, Any]) -> None:
    result = asked(subscription_with(**fields))
    assert (result.exit_code, result.stderr) == (0, "")


@settings(max_examples=60)
@given(denominator=st.integers(-5, 4_100))
def test_seats_never_cost_more_than_the_whole_period(denominator: int) -> None:
    result = asked(subscription_with(periods=[{**TERM, "denominator": denominator}]))
    assert result.exit_code == (0 if denominator == 365 else 2)
