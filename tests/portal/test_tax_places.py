"""Pages where the tax is not certain: amounts before tax with what is missing, and what is asked about a VAT number."""

import csv
from io import StringIO

import pytest

from tenor.db import models
from tests.portal.conftest import House
from tests.portal.flows.conftest import text
from tests.portal.test_alerts import alerts
from tests.support import factories

PROVINCE = "The GST/HST depends on the province, which your account does not name yet."


@pytest.fixture
def in_canada(house: House) -> House:
    """Their account is in Canada, where the seller is registered, and names no province."""
    seller = house.account.seller
    models.TaxRegistration.objects.create(seller=seller, country="CA", number="1")
    models.Account.objects.filter(id=house.account.id).update(country="CA", region="", postal_code="")
    factories.touch_catalog(seller)
    return house


def test_upcoming_payments_are_shown_before_a_tax_that_is_not_known(in_canada: House) -> None:
    browser = in_canada.as_(in_canada.alice)
    shown = text(browser.get("/upcoming/"))
    assert "€1,260.00 excl. GST/HST" in shown
    assert PROVINCE in shown
    assert "Contact support" in shown
    (row,) = csv.DictReader(StringIO(browser.get("/upcoming.csv").content.decode()))
    assert (row["Kind"], row["Net"], row["Payment net"]) == ("unpriced", "1260.00", "1260.00")
    assert (row["Payment tax"], row["Payment total"]) == ("", "")


def test_home_asks_for_the_province(in_canada: House) -> None:
    (found,) = alerts(in_canada)
    assert (found[0], found[1], found[3]) == ("warning", "Your GST/HST is not known yet", "/help/")
    assert found[2].startswith(PROVINCE)


def test_the_page_that_turns_renewal_off_opens_and_does_it(in_canada: House) -> None:
    browser = in_canada.as_(in_canada.alice)
    address = f"/subscriptions/{in_canada.subscription.id}/auto-renew/"
    assert "Turn off automatic renewal" in text(browser.get(address))
    assert browser.post(address, {"on": "0"}).status_code == 302
    assert models.ScheduledChange.objects.get().value == "off"


def test_home_asks_about_a_vat_number_of_another_country(house: House) -> None:
    models.Account.objects.filter(id=house.account.id).update(vat_id="FR40303265045", vat_id_checked_on="2026-11-01")
    (found,) = alerts(house)
    assert (found[0], found[1]) == ("warning", "Your VAT number and your address are of different countries")
    assert "FR40303265045 is not of Sweden" in found[2]
    shown = text(house.as_(house.alice).get("/upcoming/"))
    assert "The VAT number FR40303265045 is not of Sweden, where your account is, so VAT is charged." in shown
    models.Account.objects.filter(id=house.account.id).update(vat_id="SE556000016701")
    assert alerts(house) == []
