"""Tax in words: places apart, what is missing, and what a business is asked about its VAT number."""

from fractions import Fraction

import pytest
from django.utils import translation

from tenor.domain.account import CustomerType
from tenor.domain.offer import TaxRegistration
from tenor.domain.tax import TaxCategory, TaxDecision, decide, outlook
from tenor.domain.tax_territories import TERRITORIES
from tenor.ui import words
from tenor.ui.words import TaxWords
from tenor.ui.words.tax import VAT, WHOSE
from tests.domain.builders import TODAY, account
from tests.domain.test_tax import NORDIC, seller

LOCALES = {"en": "en_US", "sv": "sv_SE", "nl": "nl_NL"}


def decided(country: str, postal_code: str = "", **changes: object) -> TaxDecision:
    return decide(seller("SE", *NORDIC), account(country=country, postal_code=postal_code, **changes), TODAY)


@pytest.mark.parametrize(
    ("country", "postal_code", "label", "reason"),
    [
        ("ES", "35001", "No VAT", "Outside the VAT area: Canary Islands. No VAT is charged."),
        ("IC", "", "No VAT", "Outside the VAT area: Canary Islands. No VAT is charged."),
        ("DE", "27498", "No VAT", "Outside the VAT area: Heligoland. No VAT is charged."),
        ("MC", "", "VAT 20%", "French VAT: the buyer is in France. Taxed as part of France: Monaco."),
        ("PT", "9500-321", "VAT 16%", "Portuguese VAT: the buyer is in Portugal. Rate of its own: Azores."),
        ("GB", "IM1 1AA", "No VAT", "Sold to a country outside the European Union: no VAT is charged."),
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
        assert f"{code}." not in words.tax_reason(told, LOCALES[language])


@pytest.mark.parametrize(
    ("vat_id", "title", "sentence"),
    [
        (
            "FR40303265045",
            "Your VAT number and your address are of different countries",
            "The VAT number FR40303265045 is not of Germany, where your account is, so VAT is charged.",
        ),
        (
            "812345674",
            "Your VAT number has no country code",
            "The VAT number 812345674 does not begin with the two letters of a country, so VAT is charged.",
        ),
        (
            "DE812345674",
            "Your VAT number has not been checked",
            "The VAT number DE812345674 has not been checked, so VAT is charged.",
        ),
    ],
)
def test_a_business_is_asked_about_its_vat_number(vat_id: str, title: str, sentence: str) -> None:
    found = decided("DE", vat_id=vat_id)
    with translation.override("en"):
        assert words.tax_question(found, "en_US") == (title, sentence)
        assert words.tax_reason(found, "en_US") == f"German VAT: the buyer is in Germany. {sentence}"


@pytest.mark.parametrize(
    ("country", "name", "sentence"),
    [
        ("CA", "GST/HST", "The GST/HST depends on the province, which your account does not name yet."),
        ("JP", "tax", "The rate of tax in Japan is not known yet."),
    ],
)
def test_what_is_missing_for_the_tax_is_said(country: str, name: str, sentence: str) -> None:
    found = outlook(seller("SE", TaxRegistration(country, "1")), account(country=country), TODAY)
    with translation.override("en"):
        label = f"{words.capital(name)} not known yet"
        assert (words.tax_label(found, "en_US"), words.tax_reason(found, "en_US")) == (label, sentence)
        assert words.tax_question(found, "en_US") == (f"Your {name} is not known yet", sentence)
        assert TaxWords.of(found).excluded == f"excl. {name}"


def decision(country: str, rate: str = "0.2", rule: str = "own_country") -> TaxDecision:
    return TaxDecision(TaxCategory.STANDARD, Fraction(rate), country, rule)


@pytest.mark.parametrize(
    ("language", "country", "excluded", "included"),
    [
        ("en", "SE", "excl. VAT", "incl. VAT"),
        ("sv", "SE", "exkl. moms", "inkl. moms"),
        ("nl", "NL", "excl. btw", "incl. btw"),
        ("nl", "GB", "excl. btw", "incl. btw"),
        ("en", "AU", "excl. GST", "incl. GST"),
        ("sv", "CA", "exkl. GST/HST", "inkl. GST/HST"),
        ("en", "US", "excl. sales tax", "incl. sales tax"),
        ("sv", "US", "exkl. försäljningsskatt", "inkl. försäljningsskatt"),
        ("nl", "US", "excl. sales tax", "incl. sales tax"),
    ],
)
def test_amounts_name_their_tax(language: str, country: str, excluded: str, included: str) -> None:
    with translation.override(language):
        found = TaxWords.of(decision(country))
    assert (found.excluded, found.included, found.remark) == (excluded, included, "")
    assert (found.priced(included=True), found.priced(included=False)) == (included, excluded)
    assert found.beside("12", included=True) == f"12 {included}"


@pytest.mark.parametrize(
    ("language", "country", "rule", "beside", "remark"),
    [
        ("en", "ES", "reverse_charge", "excl. VAT", "excl. VAT; you account for the VAT yourself"),
        ("sv", "ES", "reverse_charge", "exkl. moms", "exkl. moms; du redovisar själv momsen"),
        ("nl", "NL", "reverse_charge", "excl. btw", "excl. btw; u geeft de btw zelf aan"),
        ("en", "US", "us_not_collected", "", "no sales tax is added"),
        ("sv", "US", "us_not_collected", "", "ingen försäljningsskatt tillkommer"),
        ("nl", "JP", "export", "", "er komt geen btw bij"),
        ("sv", "JP", "export", "", "ingen moms tillkommer"),
    ],
)
def test_amounts_without_tax_never_say_that_it_is_in_them(
    language: str, country: str, rule: str, beside: str, remark: str
) -> None:
    with translation.override(language):
        found = TaxWords.of(decision(country, "0", rule))
    assert (found.excluded, found.included, found.remark) == (beside, beside, remark)


@pytest.mark.parametrize(
    ("language", "country", "rule", "reason"),
    [
        ("en", "SE", "own_country", "Swedish VAT: buyer and seller are in Sweden."),
        ("sv", "SE", "own_country", "Svensk moms: köpare och säljare finns i Sverige."),
        ("nl", "SE", "own_country", "Zweedse btw: koper en verkoper zijn gevestigd in Zweden."),
        ("sv", "DE", "destination_oss", "Tysk moms: köparen finns i Tyskland."),
        ("sv", "ES", "reverse_charge", "Du redovisar själv momsen i Spanien."),
        ("nl", "NL", "reverse_charge", "U geeft de btw zelf aan in Nederland."),
        ("en", "JP", "registered_abroad", "Tax of Japan: the seller is registered in Japan."),
    ],
)
def test_a_tax_says_whose_it_is(language: str, country: str, rule: str, reason: str) -> None:
    with translation.override(language):
        assert words.tax_reason(decision(country, rule=rule), LOCALES[language]) == reason


def test_every_country_whose_tax_has_a_name_says_whose_it_is() -> None:
    assert set(WHOSE) == VAT | {"AU", "CA", "NZ"}
