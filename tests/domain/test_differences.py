"""What a next term changes, and what is named though nothing changes: each code, and where it is not said."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tenor.domain.account import PeriodKind, PriceKind, Subscription
from tenor.domain.catalog import PriceEntry, Promotion
from tenor.domain.differences import Difference, differences
from tenor.domain.terms import MONTHLY
from tests.domain.builders import (
    NORTHLINE_PRICES,
    RENEWS,
    TODAY,
    account,
    day,
    entry,
    item,
    offer,
    paid,
    subscription,
    usd,
)

FEBRUARY = day("2027-02-01")
KNOWN_ON = day("2027-02-20")


def found(
    one: Subscription,
    *prices: PriceEntry,
    book: tuple[PriceEntry, ...] = NORTHLINE_PRICES,
    promotions: tuple[Promotion, ...] = (),
    known_on: date = TODAY,
) -> list[Difference]:
    northline = offer(prices=(*book, *prices), promotions=promotions)
    return list(differences(account(one), northline, one, known_on))


def codes(one: Subscription, *prices: PriceEntry, **more: Any) -> list[str]:
    return [each.code for each in found(one, *prices, **more)]


def at(price: str, kind: PriceKind = PriceKind.LIST) -> Subscription:
    """A year that was paid at that price."""
    return subscription(periods=(paid(price=price, price_kind=kind),))


def monthly(price: str) -> Subscription:
    return subscription(term=MONTHLY, anchor=FEBRUARY, periods=(paid(FEBRUARY, RENEWS, price),))


def promotion(name: str, *, first: bool = False, until: date = date(2028, 1, 1), **off: Any) -> Promotion:
    return Promotion(name, name, "studio", day("2026-01-01"), until, first_term_only=first, **off)


def test_a_method_of_its_own_is_no_change_of_method() -> None:
    assert codes(subscription(method_id="card")) == ["special_price"]


def test_an_extension_is_no_term_that_had_a_price_before() -> None:
    """The year was paid at the list price; the days of an alignment after it at the special one."""
    days = paid(RENEWS, day("2027-06-01"), "420.00", kind=PeriodKind.EXTENSION, denominator=366)
    days = replace(days, price_kind=PriceKind.RENEWAL)
    one = subscription(periods=(paid(), days), renews_on=day("2027-06-01"), anchor=day("2027-06-01"))
    assert codes(one) == ["special_price"]


def test_a_special_price_that_is_the_list_price_is_not_spoken_of() -> None:
    assert codes(at("465.00"), book=(entry("465.00", "465.00"),)) == []


def test_what_the_book_cannot_explain_is_compared_with_its_own_kind_only() -> None:
    assert codes(at("444.00")) == ["special_price"]
    changed = found(at("444.00", PriceKind.RENEWAL))
    assert [each.code for each in changed] == ["price_changed", "special_price_kept"]
    assert changed[0].facts == {"before": usd("444.00"), "after": usd("420.00")}


def test_what_is_older_than_the_book_and_costs_the_same_has_not_changed() -> None:
    young = (entry("465.00", "420.00", valid_from=day("2026-06-01")),)
    assert codes(at("420.00", PriceKind.RENEWAL), book=young) == ["special_price_kept"]


def test_a_price_of_the_day_on_which_the_term_began_is_the_price_before() -> None:
    book = (entry("40.00", of=item(MONTHLY)), entry("45.00", of=item(MONTHLY), valid_from=FEBRUARY))
    rise = entry("50.00", of=item(MONTHLY), valid_from=RENEWS, announced_on=day("2027-01-10"))
    (told,) = found(monthly("45.00"), rise, book=book, known_on=KNOWN_ON)
    assert (told.code, told.facts["before"], told.facts["after"]) == ("price_rise", usd("45.00"), usd("50.00"))


@pytest.mark.parametrize(("to", "code"), [("50.00", "price_rise"), ("40.00", "price_cut")])
def test_a_rise_is_a_rise_and_a_cut_a_cut(to: str, code: str) -> None:
    new = entry(to, of=item(MONTHLY), valid_from=RENEWS, announced_on=day("2027-01-10"))
    (told,) = found(monthly("45.00"), new, known_on=KNOWN_ON)
    assert (told.code, told.facts["announced_on"]) == (code, day("2027-01-10"))


def test_a_promotion_that_goes_on_is_no_news() -> None:
    assert codes(monthly("40.50"), promotions=(promotion("ALWAYS", percent=10),), known_on=KNOWN_ON) == []


def test_a_promotion_that_begins_or_ends_is() -> None:
    always = promotion("ALWAYS", percent=10)
    assert codes(monthly("45.00"), promotions=(always,), known_on=KNOWN_ON) == ["promotion"]
    ended = promotion("ALWAYS", percent=10, until=RENEWS)
    (told,) = found(monthly("40.50"), promotions=(ended,), known_on=KNOWN_ON)
    assert (told.code, told.facts["name"], told.facts["after"]) == ("promotion_ends", "ALWAYS", usd("45.00"))


def test_a_later_term_is_explained_by_the_promotion_that_always_holds() -> None:
    """Half off for the first month is more; this was a later one, at 10 % off."""
    both = (promotion("HALF", first=True, percent=50), promotion("ALWAYS", percent=10, until=RENEWS))
    (told,) = found(monthly("40.50"), promotions=both, known_on=KNOWN_ON)
    assert (told.code, told.facts["name"]) == ("promotion_ends", "ALWAYS")


def test_a_special_price_is_never_explained_by_a_promotion_that_comes_to_the_same() -> None:
    """465.00 less 10 % is 418.50; so was a special price that is not in the book any more."""
    one = at("418.50", PriceKind.RENEWAL)
    assert codes(one, promotions=(promotion("ALWAYS", percent=10),)) == ["price_changed", "special_price_kept"]
