"""Which registrations bring a seller into the Union's system, and which of several is named on an invoice."""

from dataclasses import replace

import pytest

from tenor.domain.account import CustomerType
from tenor.domain.offer import Seller, TaxRegistration
from tenor.domain.tax import TaxDecision, decide
from tests.domain.builders import TODAY, account
from tests.domain.test_tax import seller

FEDERAL, COAST = TaxRegistration("CA", "GST-1"), TaxRegistration("CA", "PST-1", region="BC")


def french(home: str, *registered: str, vat_id: str = "FR12345678901", own_id: str = "") -> str:
    """The rule for a customer in France: a business with that VAT id, or a consumer without one."""
    northline = seller(home, *(TaxRegistration(country, f"{country}-1") for country in registered))
    northline = replace(northline, seller=Seller("northline", "Northline", home, own_id))
    kind = CustomerType.BUSINESS if vat_id else CustomerType.CONSUMER
    state = account(country="FR", customer_type=kind, vat_id=vat_id, vat_id_checked_on=TODAY if vat_id else None)
    return decide(northline, state, TODAY).rule


@pytest.mark.parametrize(
    ("registered", "rule"),
    [
        ((), "not_registered"),
        (("GB",), "not_registered"),
        (("DE",), "reverse_charge"),
        (("DE", "GB"), "reverse_charge"),
        (("GB", "DE"), "reverse_charge"),
    ],
)
def test_one_registration_in_a_member_state_is_enough_for_a_seller_from_outside(
    registered: tuple[str, ...], rule: str
) -> None:
    assert french("US", *registered) == rule


def test_a_seller_at_home_in_the_union_needs_no_other_registration() -> None:
    """Its VAT id alone brings it in: consumers elsewhere pay its own tax, until there is a one-stop shop."""
    assert french("SE", vat_id="", own_id="SE556677889901") == "seller_country"
    assert french("SE", vat_id="") == "not_registered"


def canadian(region: str, *registrations: TaxRegistration) -> TaxDecision:
    return decide(seller("US", *registrations), account(country="CA", region=region), TODAY)


def test_a_provinces_registration_is_none_for_the_rest_of_the_country() -> None:
    assert canadian("ON", COAST).rule == "not_registered"
    assert canadian("ON", COAST, FEDERAL).evidence["registration"] == "GST-1"
    assert canadian("BC", FEDERAL, COAST).evidence["registration"] == "PST-1"
