"""Money: the tables of docs/domain/money.md, and the law of allocation."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.money import CurrencyMismatch, Money, allocate, digits, round_half_away, total
from tests.support import tables

DIGITS = tables.rows("money", "Digits")
ROUNDING = tables.rows("money", "Rounding")
SPLITTING = tables.rows("money", "Splitting between lines or parties")

AMOUNTS = st.builds(Money, st.integers(-(10**9), 10**9), st.sampled_from(["EUR", "JPY", "KWD"]))
WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=8).filter(any)


@pytest.mark.parametrize("row", DIGITS, ids=tables.ids(DIGITS))
def test_digits_follow_iso_4217(row: dict[str, str]) -> None:
    amount = Money.of(row["written"], row["currency"])
    assert (digits(row["currency"]), amount.minor) == (int(row["digits"]), int(row["minor units"]))
    assert amount.plain() == row["written"]


@pytest.mark.parametrize("row", ROUNDING, ids=tables.ids(ROUNDING, "amount", "times"))
def test_one_rounding_at_the_end_of_an_exact_fraction(row: dict[str, str]) -> None:
    amount, times = tables.amount(row["amount"], "EUR"), Fraction(row["times"])
    assert Fraction(row["amount"]) * times == Fraction(row["is exactly"])
    assert amount.share(times) == tables.amount(row["rounded"], "EUR")


@pytest.mark.parametrize("row", SPLITTING, ids=tables.ids(SPLITTING, "amount", "by weights"))
def test_largest_remainder(row: dict[str, str]) -> None:
    weights = [int(weight) for weight in row["by weights"].split()]
    parts = allocate(tables.amount(row["amount"], "EUR"), weights)
    assert [part.plain() for part in parts] == row["parts"].split()


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_keep_the_sign_and_stay_within_one_minor_unit(amount: Money, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert total(parts, amount.currency) == amount
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(amount.minor * weight, sum(weights))
        assert abs(part.minor - exact) < 1
        assert part.minor * amount.minor >= 0
    assert allocate(-amount, weights) == tuple(-part for part in parts)


@given(st.fractions())
def test_rounding_is_nearest_and_odd(value: Fraction) -> None:
    rounded = round_half_away(value)
    assert abs(rounded - value) <= Fraction(1, 2)
    assert round_half_away(-value) == -rounded


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 2]])
def test_an_allocation_needs_sensible_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(Money(100, "EUR"), weights)


def test_currencies_never_mix() -> None:
    euros, kronor = Money(100, "EUR"), Money(100, "SEK")
    for mix in (lambda: euros + kronor, lambda: euros - kronor, lambda: euros < kronor, lambda: max(euros, kronor)):
        with pytest.raises(CurrencyMismatch):
            mix()
    assert euros != kronor


def test_only_whole_minor_units_and_real_currency_codes() -> None:
    for minor in (1.0, True, Fraction(1)):
        with pytest.raises(TypeError):
            Money(minor, "EUR")  # type: ignore[arg-type]
    for currency in ("eur", "EURO", "€€€", ""):
        with pytest.raises(ValueError, match="capital letters"):
            Money(1, currency)
    with pytest.raises(TypeError):
        Money(1, "EUR") * Fraction(1, 2)  # type: ignore[operator]


def test_reading_refuses_more_digits_than_the_currency_has() -> None:
    with pytest.raises(ValueError, match="more digits"):
        Money.of("1.5", "JPY")


def test_an_amount_reads_well() -> None:
    assert str(Money(-5, "USD")) == "-0.05 USD"
    assert not Money.zero("USD")
    assert total([], "USD") == Money.zero("USD")
