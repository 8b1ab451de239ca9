"""Amounts held against each other, turned round and counted; what is no money is refused where it comes in."""

from fractions import Fraction

import pytest

from tenor.domain.money import CurrencyMismatch, Money, allocate, round_half_away, total


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize("minor", [-5, 0, 5])
def test_equal_amounts_are_neither_more_nor_less(minor: int) -> None:
    one, same = eur(minor), eur(minor)
    assert not one < same
    assert not one > same
    assert one <= same
    assert one >= same


@pytest.mark.parametrize(("less", "more"), [(-2, -1), (-1, 0), (0, 1), (1, 2)])
def test_a_cent_more_is_more(less: int, more: int) -> None:
    assert eur(less) < eur(more)
    assert eur(less) <= eur(more)
    assert eur(more) > eur(less)
    assert eur(more) >= eur(less)
    assert not eur(less) > eur(more)
    assert not eur(less) >= eur(more)
    assert not eur(more) < eur(less)
    assert not eur(more) <= eur(less)


def test_the_size_of_a_credit_is_that_of_its_charge() -> None:
    assert abs(eur(-38219)) == eur(38219) == abs(eur(38219))
    assert abs(Money.zero("EUR")) == Money.zero("EUR")


@pytest.mark.parametrize("count", [Fraction(2), 2.0, True, "2"])
def test_money_is_multiplied_by_a_whole_number_only(count: object) -> None:
    """`True` would charge one seat, and text would be refused far from here."""
    with pytest.raises(TypeError, match="whole number"):
        eur(465) * count  # type: ignore[operator]


def test_a_sum_takes_one_currency_even_where_an_amount_is_nothing() -> None:
    with pytest.raises(CurrencyMismatch, match=r"0\.00 SEK is no amount in EUR"):
        total([eur(100), Money.zero("SEK")], "EUR")


@pytest.mark.parametrize("currency", ["ÅÄÖ", "ΑΒΓ", "USd", "US1$"])
def test_a_currency_is_three_letters_of_the_latin_alphabet(currency: str) -> None:
    with pytest.raises(ValueError, match="capital letters"):
        Money(1, currency)


@pytest.mark.parametrize(("value", "whole"), [("0", 0), ("0.49", 0), ("0.5", 1), ("-0.5", -1), ("-0.49", 0)])
def test_a_half_goes_away_from_zero(value: str, whole: int) -> None:
    assert round_half_away(Fraction(value)) == whole


def test_a_single_cent_goes_to_the_first_and_nothing_is_split_into_nothing() -> None:
    assert allocate(eur(1), [1, 1]) == (eur(1), eur(0))
    assert allocate(eur(-1), [1, 1]) == (eur(-1), eur(0))
    assert allocate(eur(0), [1, 2]) == (eur(0), eur(0))
