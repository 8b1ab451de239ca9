"""Tax in words: places apart, what is missing, and what a business is asked about its VAT number."""

from fractions import Fraction

import pytest
from django.utils import translation

from tenor.domain.account import CustomerType
from tenor.domain.offer import TaxRegistration
from tenor.domain.tax import TaxDecision, decide, outlook
from tenor.domain.tax_territories import TERRITORIES
from tenor.ui import words
from tests.domain.builders import TODAY, account
from tests.domain.test_tax import NORDIC, seller

LOCALES = {"en": "en_US", "sv": "sv_SE", "nl": "nl_NL"}


def decided(country: str, postal_code: str = "", **changes: object) -> TaxDecision:
    return decide(seller("SE", *NORDIC), account(country=country, postal_code=postal_code, **changes), TODAY)


@pytest.mark.parametrize(
    ("country", "postal_code", "label", "reason"),
    [
        ("ES", "35001", "No tax", "Outside the tax area: Canary Islands. No tax is charged."),
        ("IC", "", "No tax", "Outside the tax area: Canary Islands. No tax is charged."),
        ("DE", "27498", "No tax", "Outside the tax area: Heligoland. No tax is charged."),
        ("MC", "", "VAT 20%", "Tax of France, the country of the customer. Taxed as part of France: Monaco."),
        ("PT", "9500-321", "VAT 16%", "Tax of Portugal, the country of the customer. Rate of its own: Azores."),
        ("GB", "IM1 1AA", "No tax", "Sold to a country outside the European Union: no tax is charged."),
    ],
)
def test_places_apart_are_named(country: str, postal_code: str, label: str, reason: str) -> None:
    found = decided(country, postal_code, customer_type=CustomerType.CONSUMER)
    with translation.override("en"):
        assert (words.tax_label(found, "en_US"), words.tax_reason(found, "en_US")) == (label, reason)
        assert words.tax_question(found, "en_US") is None


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("territory", TERRITORIES, ids=lambda one: str(one.code))
def test_every_territory_has_a_name(territory: object, language: str) -> None:
    code = getattr(territory, "code", "")
    told = TaxDecision(decided("NL").category, Fraction(0), "ES", "outside_territory", evidence={"territory": code})
    with translation.override(language):
        assert code not in words.tax_reason(told, LOCALES[language])


@pytest.mark.parametrize(
    ("vat_id", "title", "sentence"),
    [
        (
            "FR40303265045",
            "Your VAT number and your address are of different countries",
            "The VAT number FR40303265045 is not of Germany, where your account is, so tax is charged.",
        ),
        (
            "812345674",
            "Your VAT number has no country code",
            "The VAT number 812345674 does not begin with the two letters of a country, so tax is charged.",
        ),
        (
            "DE812345674",
            "Your VAT number has not been checked",
            "The VAT number DE812345674 has not been checked, so tax is charged.",
        ),
    ],
)
def test_a_business_is_asked_about_its_vat_number(vat_id: str, title: str, sentence: str) -> None:
    found = decided("DE", vat_id=vat_id)
    with translation.override("en"):
        assert words.tax_question(found, "en_US") == (title, sentence)
        assert words.tax_reason(found, "en_US") == f"Tax of Germany, the country of the customer. {sentence}"


@pytest.mark.parametrize(
    ("country", "registered", "sentence"),
    [
        ("CA", "CA", "The tax depends on the province, which your account does not name yet."),
        ("JP", "JP", "The rate of tax for Japan is not known yet."),
    ],
)
def test_what_is_missing_for_the_tax_is_said(country: str, registered: str, sentence: str) -> None:
    found = outlook(seller("SE", TaxRegistration(registered, "1")), account(country=country), TODAY)
    with translation.override("en"):
        assert (words.tax_label(found, "en_US"), words.tax_reason(found, "en_US")) == ("Tax not known yet", sentence)
        assert words.tax_question(found, "en_US") == ("Your tax is not known yet", sentence)
