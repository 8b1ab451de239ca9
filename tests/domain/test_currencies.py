"""Digits of currencies against two other sources: the list of ISO 4217, and what CLDR says is in use."""

import pytest
from babel.numbers import get_currency_precision

from tenor.domain.money import Money, digits

WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
WITH_THREE = "BHD IQD JOD KWD LYD OMR TND".split()
WITH_TWO = "AED AUD BRL CAD CHF CZK DKK EUR GBP HUF INR MXN NOK NZD PLN SEK SGD TRY TWD USD ZAR".split()
FEWER_IN_USE = {"IQD"}
"""ISO 4217 gives the Iraqi dinar three digits; CLDR says that people write none. Invoices and gateways follow ISO."""


@pytest.mark.parametrize(
    ("currency", "expected"),
    [*((one, 0) for one in WITHOUT), *((one, 3) for one in WITH_THREE), *((one, 2) for one in WITH_TWO)],
)
def test_a_currency_has_the_digits_of_iso_4217(currency: str, expected: int) -> None:
    assert digits(currency) == expected
    if currency not in FEWER_IN_USE:
        assert get_currency_precision(currency) == expected
    one_unit = {0: "1", 2: "1.00", 3: "1.000"}[expected]
    assert Money.of("1", currency) == Money(10**expected, currency)
    assert Money(10**expected, currency).plain() == one_unit
