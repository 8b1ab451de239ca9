"""What a price book may hold, in which order it is read, and from which day a product is closed."""

from datetime import date
from typing import Any

import pytest

from tenor.domain.catalog import PriceBook, PriceEntry, Product, Promotion
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Term
from tests.domain.builders import day, entry, item, usd


def promotion(**changes: Any) -> Promotion:
    return Promotion("WELCOME", "Welcome", "studio", day("2026-01-01"), day("2027-01-01"), **changes)


@pytest.mark.parametrize("percent", [0, 1, 50, 100])
def test_a_promotion_may_take_nothing_off_or_everything(percent: int) -> None:
    assert promotion(percent=percent).percent == percent


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_promotion_never_raises_a_price_nor_pays_for_the_seat(percent: int) -> None:
    with pytest.raises(ValueError, match="0 to 100 percent"):
        promotion(percent=percent)


def test_an_amount_off_is_nothing_or_more() -> None:
    assert promotion(amount=usd("0.00")).amount == usd("0.00")
    assert promotion(amount=usd("0.01")).amount == usd("0.01")
    with pytest.raises(ValueError, match="an amount of nothing or more"):
        promotion(amount=usd("-0.01"))


@pytest.mark.parametrize("changes", [{}, {"percent": 10, "amount": usd("5.00")}])
def test_a_promotion_is_a_percentage_or_an_amount(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either a percentage or an amount"):
        promotion(**changes)


def test_a_promotion_is_for_one_seat_and_the_first_term_unless_it_says_otherwise() -> None:
    found = promotion(percent=10)
    assert (found.min_seats, found.first_term_only, found.plan, found.term) == (1, True, None, None)


@pytest.mark.parametrize(
    ("discontinued_on", "today", "is_closed"),
    [
        (None, date(2026, 6, 1), False),
        (date(2026, 6, 1), date(2026, 5, 31), False),
        (date(2026, 6, 1), date(2026, 6, 1), True),
        (date(2026, 6, 1), date(2026, 6, 2), True),
    ],
)
def test_a_product_is_closed_from_the_day_on_that_was_set(
    discontinued_on: date | None, today: date, is_closed: bool
) -> None:
    assert Product("studio", "Studio", discontinued_on=discontinued_on).is_discontinued(today) is is_closed


def test_a_price_is_before_tax_unless_it_says_otherwise_and_of_two_the_newer_comes_first() -> None:
    old, new = entry("465.00"), entry("499.00", valid_from=day("2027-01-01"))
    corrected = entry("489.00", valid_from=day("2027-01-01"), announced_on=day("2027-01-02"))
    assert PriceBook((old, corrected, new)).history(item()) == (corrected, new, old)
    assert PriceEntry("p1", item(), usd("465.00"), day("2026-01-01"), day("2026-01-01")).tax_included is False


def test_a_price_may_be_nothing_but_never_less() -> None:
    assert not entry("0.00", "0.00").list_price
    with pytest.raises(ValueError, match="prices of nothing or more"):
        entry("-0.01")
    with pytest.raises(ValueError, match="prices of nothing or more"):
        entry("465.00", "-0.01")


def test_terms_are_listed_the_shortest_first() -> None:
    book = PriceBook(tuple(entry("1.00", of=item(term)) for term in (THREE_YEARS, MONTHLY, YEARLY, Term(24))))
    assert [term.months for term in book.terms(item())] == [1, 12, 24, 36]
