"""Bounds by currency: the least that is charged by itself, and the most that is charged without a look (rules 4, 7).

A currency without a row is one that nobody has thought about. It gets a careful bound, never none: then a small amount
waits for the next invoice, and a large one for a person, where without a bound the gateway would refuse the one, and
the customer would pay the other.
"""

from collections.abc import Mapping
from types import MappingProxyType

CAREFUL_LEAST = 10_000
"""Minor units of a currency whose least charge is not known: 100.00, 10,000 or 10.000 by its digits.

That is one to a few euros of most such currencies (100.00 ZAR, 10,000 KRW, 10.000 TND), and several times what gateways
ask for. A seller in a currency of very small units sets the amount itself (`gateway_minimum`).
"""

CAREFUL_LARGEST = 10_000_000
"""Minor units of a currency without a largest renewal: 100,000.00. No currency's unit is worth four euros."""

LARGEST_RENEWAL: Mapping[str, int] = MappingProxyType(
    {
        "AED": 400_000_000, "AUD": 100_000_000, "BGN": 200_000_000, "BRL": 500_000_000, "CAD": 100_000_000,
        "CHF": 100_000_000, "CZK": 2_500_000_000, "DKK": 1_000_000_000, "EUR": 100_000_000, "GBP": 100_000_000,
        "HKD": 1_000_000_000, "HUF": 40_000_000_000, "INR": 10_000_000_000, "JPY": 150_000_000, "MXN": 2_000_000_000,
        "MYR": 500_000_000, "NOK": 1_000_000_000, "NZD": 100_000_000, "PLN": 400_000_000, "RON": 500_000_000,
        "SEK": 1_000_000_000, "SGD": 100_000_000, "THB": 4_000_000_000, "USD": 100_000_000,
    }
)  # fmt: skip
"""About a million euros in minor units, as round numbers: a price with digits too many is above it."""


def least_charge(own: Mapping[str, int], gateway: Mapping[str, int], currency: str) -> int:
    """The least amount, in minor units, that is charged by itself.

    What the seller set (policy `gateway_minimum`), else what the gateway takes, else a careful amount.
    """
    return own[currency] if currency in own else gateway.get(currency, CAREFUL_LEAST)


def largest_renewal(own: Mapping[str, int], currency: str) -> int:
    """The largest renewal, in minor units, that is charged without a look (policy `largest_renewal`)."""
    return own.get(currency, CAREFUL_LARGEST)
