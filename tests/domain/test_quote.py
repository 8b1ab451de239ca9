"""A quote adds up, and its fingerprint changes exactly when its outcome does (rules 9)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import AccountState, ChangeKind, Person, PriceKind, Role
from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.explanation import Explanation
from tenor.domain.forecast import forecast
from tenor.domain.money import Money, total
from tenor.domain.offer import Offer, TaxRate, TaxRegistration
from tenor.domain.planner import plan
from tenor.domain.quote import LineKind, Quote, canonical
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, Request
from tenor.domain.tax import NOT_KNOWN
from tenor.domain.terms import Period
from tests.domain.builders import (
    ALICE,
    NORTHLINE_PRICES,
    RENEWS,
    STARTED,
    TODAY,
    account,
    entry,
    item,
    offer,
    scheduled,
    subscription,
    usd,
)

VAT = (TaxRate("SE", Fraction(1, 4), STARTED, "test"),)
REGISTERED = (TaxRegistration("SE", "SE556677889901"),)


def quote(state: AccountState | None = None, northline: Offer | None = None, **changes: Any) -> Quote:
    given: dict[str, Any] = {"seats": 2, "today": TODAY, "actor": ALICE} | changes
    request = Request(given["actor"], AddSeats("s1", given["seats"]))
    return plan(state or account(), northline or offer(), request, given["today"])


def test_the_fingerprint_is_sixty_four_hex_digits_and_repeats_itself() -> None:
    fingerprint = quote().fingerprint
    assert len(fingerprint) == 64
    assert int(fingerprint, 16)
    assert fingerprint == quote().fingerprint


SAME: dict[str, Callable[[], Quote]] = {
    "another person asks": lambda: quote(actor=replace(ALICE, id="bob", name="Bob", role=Role.BILLING_ADMIN)),
    "somebody joins": lambda: quote(account(people=(Person("bob", "Bob", Role.VIEWER),))),
    "another subscription changes": lambda: quote(account(subscription(), subscription(id="s2", seats=9))),
    "a price of something else": lambda: quote(
        northline=offer(prices=(*NORTHLINE_PRICES, entry("1.00", of=item(plan="basic"))))
    ),
    "the account is renamed": lambda: quote(account(name="Lakeside")),
}
OTHER: dict[str, Callable[[], Quote]] = {
    "a day later": lambda: quote(today=TODAY + timedelta(days=1)),
    "more seats": lambda: quote(seats=3),
    "seats changed meanwhile": lambda: quote(account(subscription(seats=4))),
    "the price rose": lambda: quote(
        northline=offer(prices=(*NORTHLINE_PRICES, entry("466.00", "420.00", valid_from=TODAY)))
    ),
    "the next renewal costs more": lambda: quote(
        northline=offer(prices=(*NORTHLINE_PRICES, entry("465.00", "421.00", valid_from=STARTED)))
    ),
    "another term is scheduled": lambda: quote(account(subscription(scheduled=(scheduled(ChangeKind.TERM, 36),)))),
    "renewal is turned off": lambda: quote(account(subscription(auto_renew=False))),
    "another method pays": lambda: quote(account(subscription(method_id="debit"))),
    "tax is due": lambda: quote(account(country="SE"), offer(tax_rates=VAT, registrations=REGISTERED)),
}


@pytest.mark.parametrize("again", SAME.values(), ids=SAME)
def test_what_does_not_touch_the_outcome_leaves_the_fingerprint(again: Callable[[], Quote]) -> None:
    assert again().fingerprint == quote().fingerprint


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_what_touches_the_outcome_changes_the_fingerprint(other: Callable[[], Quote]) -> None:
    assert other().fingerprint != quote().fingerprint


@given(seats=st.integers(1, 400), days=st.integers(0, 364), tax_included=st.booleans())
def test_net_and_tax_make_the_total_and_the_lines_make_the_net(seats: int, days: int, tax_included: bool) -> None:
    prices = (entry("465.55", tax_included=tax_included),)
    northline = offer(prices=prices, tax_rates=VAT, registrations=REGISTERED)
    planned = quote(account(country="SE"), northline, seats=seats, today=STARTED + timedelta(days=days))
    assert planned.net + planned.tax_total == planned.total
    assert total((line.net for line in planned.lines), "USD") == planned.net
    assert total((line.tax for line in planned.tax_lines), "USD") == planned.tax_total
    charged = planned.total if tax_included else planned.net
    assert total((line.amount for line in planned.lines), "USD") == charged


def test_a_quote_that_does_not_add_up_is_impossible() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        replace(quote(), total=usd("1.00"))


def test_a_credit_greater_than_its_charge_is_refused() -> None:
    period = Period(STARTED, RENEWS)
    credit = DraftLine(
        kind=LineKind.SEATS,
        subscription_id="s1",
        product="studio",
        plan="standard",
        seats=1,
        span=period,
        unit_price=usd("465.00"),
        denominator=period.days,
        explanation=Explanation("credit", {}, usd("-0.01")),
    )
    with pytest.raises(Refusal, match="credit_exceeds_charge"):
        assemble(account(), offer(), Draft("credit", lines=(credit,)), TODAY)


@dataclass(frozen=True)
class Sample:
    on: date
    share: Fraction
    price: Money


def test_the_canonical_form_is_plain_json() -> None:
    sample = Sample(TODAY, Fraction(1, 3), usd("4.65"))
    assert canonical({"b": [sample], "a": frozenset("yx"), "k": PriceKind.LIST, "n": None}) == {
        "b": [{"on": "2026-11-21", "share": "1/3", "price": {"minor": 465, "currency": "USD"}}],
        "a": ["x", "y"],
        "k": "list",
        "n": None,
    }


@pytest.mark.parametrize("value", [object(), b"bytes", 0.5])
def test_what_has_no_canonical_form_raises(value: object) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(value)


@pytest.mark.parametrize("tax_included", [False, True])
def test_a_promised_renewal_is_told_as_the_forecast_charges_it(tax_included: bool) -> None:
    northline = offer(prices=(entry("465.55", tax_included=tax_included),), tax_rates=VAT, registrations=REGISTERED)
    planned = quote(account(country="SE"), northline)
    (coming,) = planned.promised
    renewed = replace(account(country="SE").subscriptions[0], seats=coming.seats)
    (charged,) = forecast(account(renewed, country="SE"), northline, TODAY)
    assert planned.charge_of(coming) == charged.amount


def test_what_a_promised_renewal_is_charged_is_not_known_before_its_tax_is() -> None:
    planned = quote()
    unknown = replace(planned, tax=replace(planned.tax, rule=NOT_KNOWN))
    assert unknown.charge_of(planned.promised[0]) is None
