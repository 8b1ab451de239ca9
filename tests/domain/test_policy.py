"""What holds where a seller sets nothing: the table of docs/domain/policy.md."""

from fractions import Fraction

import pytest

from tenor.domain.account import MethodKind
from tenor.domain.bounds import LARGEST_RENEWAL
from tenor.domain.catalog import Product
from tenor.domain.offer import SELF_SERVICE_REGION, Policy
from tests.support import tables

DEFAULTS = tables.rows("policy", "Defaults")


def written(value: object) -> str:
    """A setting as the table shows it."""
    if isinstance(value, bool):
        return "yes" if value else "-"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("row", DEFAULTS, ids=tables.ids(DEFAULTS))
def test_a_setting_has_the_default_of_the_table(row: dict[str, str]) -> None:
    assert written(getattr(Policy(), row["setting"])) == row["default"]


def test_what_may_pay_and_where_self_service_is_open() -> None:
    policy = Policy()
    assert policy.paying_methods == frozenset(MethodKind)
    assert policy.alignment_methods == {MethodKind.CARD, MethodKind.DIRECT_DEBIT}
    assert policy.self_service_countries == SELF_SERVICE_REGION
    assert {"US", "CA", "AU", "DE", "SE", "NL", "GB", "NO", "CH"} <= SELF_SERVICE_REGION
    assert not {"BR", "RU", "CN"} & SELF_SERVICE_REGION


def test_a_product_renews_at_ten_percent_off_from_one_seat_to_ten_thousand() -> None:
    product = Product("studio", "Studio")
    assert (product.renewal_discount_percent, product.min_seats, product.max_seats) == (10, 1, 10_000)


@pytest.mark.parametrize(
    ("currency", "units_a_euro", "digits"),
    [("EUR", Fraction(1), 2), ("SEK", Fraction(11), 2), ("JPY", Fraction(160), 0), ("HUF", Fraction(400), 2)],
)
def test_the_largest_renewal_is_about_a_million_euros(currency: str, units_a_euro: Fraction, digits: int) -> None:
    euros = Fraction(Policy().largest_renewal[currency], 10**digits) / units_a_euro
    assert Fraction(1, 2) < euros / 1_000_000 < Fraction(3, 2)
    assert Policy().largest_renewal == LARGEST_RENEWAL
