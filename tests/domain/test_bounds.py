"""Bounds by currency: no currency is without one, whoever wrote the table."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.bounds import CAREFUL_LARGEST, CAREFUL_LEAST, LARGEST_RENEWAL
from tenor.domain.explanation import Explanation
from tenor.domain.money import Money
from tenor.domain.proportion import OutOfProportion, demand_proportion
from tenor.domain.quote import Collection, LineKind, Quote
from tenor.domain.terms import Period
from tenor.gateways.payments.least_amounts import PUBLISHED
from tests.domain.builders import TODAY, account, offer
from tests.support import tables

LEAST = tables.rows("changes", "The least amount by currency")
LARGEST = tables.rows("renewals", "The largest renewal by currency")
CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)


def quote_of(amount: Money, policy: dict[str, Any] | None = None) -> Quote:
    """A quote for that much, without tax."""
    state = replace(account(), currency=amount.currency)
    line = DraftLine(
        kind=LineKind.SEATS,
        subscription_id="s1",
        product="studio",
        plan="standard",
        seats=1,
        span=Period(TODAY, date(2027, 3, 1)),
        unit_price=amount,
        denominator=365,
        explanation=Explanation("list_price", {}, amount),
    )
    return assemble(state, offer(policy=policy or {}), Draft("add_seats", lines=(line,)), TODAY)


def own(cell: str, currency: str) -> dict[str, int]:
    return {} if cell == "-" else {currency: tables.amount(cell, currency).minor}


@pytest.mark.parametrize("row", LEAST, ids=tables.ids(LEAST, "currency", "seller's own", "total"))
def test_table_of_the_least_amounts(row: dict[str, str]) -> None:
    currency = row["currency"]
    policy = {"gateway_minimum": own(row["seller's own"], currency)}
    assert quote_of(tables.amount(row["total"], currency), policy).collection == row["collected"]


@pytest.mark.parametrize("row", LARGEST, ids=tables.ids(LARGEST, "currency", "seller's own", "an invoice of"))
def test_table_of_the_largest_renewals(row: dict[str, str]) -> None:
    currency = row["currency"]
    quote, policy = quote_of(tables.amount(row["an invoice of"], currency)), offer().policy
    if mine := own(row["seller's own"], currency):
        policy = replace(policy, largest_renewal=mine)
    if row["is charged"] == "yes":
        demand_proportion(account(), policy, quote, {})
    else:
        with pytest.raises(OutOfProportion):
            demand_proportion(account(), policy, quote, {})


@given(currency=CODES, minor=st.integers(1, CAREFUL_LEAST * 10))
def test_what_is_sent_to_a_gateway_is_never_below_what_it_is_known_to_take(currency: str, minor: int) -> None:
    quote = quote_of(Money(minor, currency))
    known = PUBLISHED.get(currency, CAREFUL_LEAST)
    assert (quote.collection is Collection.GATEWAY) == (minor >= known)


@given(currency=CODES, more=st.integers(1, 10**9), rows=st.dictionaries(CODES, st.integers(1, 10**9), max_size=3))
def test_no_currency_is_charged_without_a_bound(currency: str, more: int, rows: dict[str, int]) -> None:
    policy = replace(offer().policy, largest_renewal=rows)
    most = rows.get(currency, CAREFUL_LARGEST)
    demand_proportion(account(), policy, quote_of(Money(most, currency)), {})
    with pytest.raises(OutOfProportion):
        demand_proportion(account(), policy, quote_of(Money(most + more, currency)), {})


def test_an_offer_that_knows_no_gateway_is_careful_in_every_currency() -> None:
    nobody = offer(least_amounts={})
    assert {nobody.least_charge(code).minor for code in ("USD", "EUR", "ISK", "KWD")} == {CAREFUL_LEAST}


def test_what_is_sold_in_a_currency_of_the_gateway_has_a_largest_renewal_of_its_own() -> None:
    assert LARGEST_RENEWAL.keys() == PUBLISHED.keys()
    assert all(least * 100_000 < LARGEST_RENEWAL[code] for code, least in PUBLISHED.items())
