"""The least that a payment gateway charges, by currency: below it a charge is refused (rules 4)."""

from collections.abc import Mapping
from types import MappingProxyType

PUBLISHED: Mapping[str, int] = MappingProxyType(
    {
        "AED": 2_00, "AUD": 50, "BGN": 1_00, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 15_00, "DKK": 2_50, "EUR": 50,
        "GBP": 30, "HKD": 4_00, "HUF": 175_00, "INR": 50, "JPY": 50, "MXN": 10_00, "MYR": 2_00, "NOK": 3_00,
        "NZD": 50, "PLN": 2_00, "RON": 2_00, "SEK": 3_00, "SGD": 50, "THB": 10_00, "USD": 50,
    }
)  # fmt: skip
"""Minor units. Source: Stripe, "Supported currencies", minimum charge amounts (docs.stripe.com/currencies), as of 2026.

The sandbox charges in these currencies, and `tenor quote`, which asks no gateway, takes these amounts.
"""
