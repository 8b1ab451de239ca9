"""What is true of a subscription, in words: every kind in every language, with its day and what is known of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from tenor.domain.account import Reseller
from tenor.domain.situation import Next, Situation, situation
from tenor.ui import formats, words
from tests.domain.builders import CARD, RENEWS, TODAY, account, offer, subscription, usd

LANGUAGES = ["en", "sv", "nl"]
LOCALES = {"en": "en_US", "sv": "sv_SE", "nl": "nl_NL"}
LATER = RENEWS + timedelta(days=15)
SOLD_BY = Reseller("CADline Partners", "help@cadline.example")


def known(kind: Next, **changes: Any) -> Situation:
    """A situation with its day, and whatever else is known."""
    return replace(Situation("s1", kind, RENEWS), **changes)


CASES: dict[str, tuple[Situation, str, str, str]] = {
    "renews": (
        known(Next.RENEWS, amount=usd("1260.00"), method=CARD),
        "Renews on March 1, 2027 for $1,260.00 incl. VAT by Visa 4242",
        "Förnyas den 1 mars 2027 för 1 260,00 US$ incl. VAT med Visa 4242",
        "Wordt op 1 maart 2027 verlengd voor US$ 1.260,00 incl. VAT met Visa 4242",
    ),
    "renews too small to be charged alone": (
        known(Next.RENEWS, method=CARD),
        "Renews on March 1, 2027 by Visa 4242",
        "Förnyas den 1 mars 2027 med Visa 4242",
        "Wordt op 1 maart 2027 verlengd met Visa 4242",
    ),
    "renews without a method": (
        known(Next.RENEWS, amount=usd("9.00")),
        "Renews on March 1, 2027 for $9.00 incl. VAT, but no payment method can be charged",
        "Förnyas den 1 mars 2027 för 9,00 US$ incl. VAT, men ingen betalningsmetod kan debiteras",
        "Verlenging op 1 maart 2027 voor US$ 9,00 incl. VAT, maar er kan geen betaalmethode worden belast",
    ),
    "begins later": (
        known(Next.RENEWS, amount=usd("9.00"), method=CARD, begins_on=TODAY),
        "Begins on November 21, 2026. Renews on March 1, 2027 for $9.00 incl. VAT by Visa 4242",
        "Börjar den 21 november 2026. Förnyas den 1 mars 2027 för 9,00 US$ incl. VAT med Visa 4242",
        "Begint op 21 november 2026. Wordt op 1 maart 2027 verlengd voor US$ 9,00 incl. VAT met Visa 4242",
    ),
    "paid ahead": (
        known(Next.ENDS, paid_ahead_from=TODAY),
        "The term from November 21, 2026 is paid ahead. Ends on March 1, 2027: automatic renewal is off",
        "Perioden från 21 november 2026 är betald i förväg. Upphör den 1 mars 2027: automatisk förnyelse är avstängd",
        "De periode vanaf 21 november 2026 is vooruitbetaald."
        " Eindigt op 1 maart 2027: automatische verlenging is uitgeschakeld",
    ),
    "unpriced": (
        known(Next.UNPRICED),
        "Due for renewal on March 1, 2027: its price is not known yet",
        "Ska förnyas den 1 mars 2027: priset är inte känt ännu",
        "Verlenging op 1 maart 2027: de prijs is nog niet bekend",
    ),
    "ends": (
        known(Next.ENDS),
        "Ends on March 1, 2027: automatic renewal is off",
        "Upphör den 1 mars 2027: automatisk förnyelse är avstängd",
        "Eindigt op 1 maart 2027: automatische verlenging is uitgeschakeld",
    ),
    "elsewhere": (
        known(Next.ELSEWHERE),
        "Kept in an older system: it is renewed there, on March 1, 2027",
        "Hanteras i ett äldre system och förnyas där den 1 mars 2027",
        "Staat in een ouder systeem en wordt daar verlengd op 1 maart 2027",
    ),
    "paying": (
        known(Next.PAYING, amount=usd("9.00")),
        "Payment of $9.00 incl. VAT under way for the term from March 1, 2027",
        "Betalning av 9,00 US$ incl. VAT pågår för perioden från 1 mars 2027",
        "Betaling van US$ 9,00 incl. VAT onderweg voor de periode vanaf 1 maart 2027",
    ),
    "owed": (
        known(Next.OWED, access_until=LATER),
        "Unpaid since March 1, 2027, access ends on March 16, 2027",
        "Obetald sedan den 1 mars 2027, åtkomsten upphör den 16 mars 2027",
        "Niet betaald sinds 1 maart 2027, de toegang eindigt op 16 maart 2027",
    ),
    "suspended": (
        known(Next.SUSPENDED),
        "Suspended: unpaid since March 1, 2027, no access",
        "Avstängd: obetald sedan den 1 mars 2027, ingen åtkomst",
        "Opgeschort: niet betaald sinds 1 maart 2027, geen toegang",
    ),
    "expired": (
        known(Next.EXPIRED, renewable_until=LATER),
        "Expired on March 1, 2027, can be renewed until March 16, 2027",
        "Löpte ut den 1 mars 2027, kan förnyas till och med den 16 mars 2027",
        "Verlopen op 1 maart 2027, kan tot en met 16 maart 2027 worden verlengd",
    ),
    "ended": (
        known(Next.ENDED),
        "Ended on March 1, 2027",
        "Upphörde den 1 mars 2027",
        "Geëindigd op 1 maart 2027",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_kind_is_one_line(name: str, language: str) -> None:
    found, *said = CASES[name]
    with translation.override(language):
        line = words.situation_line(found, subscription(), LOCALES[language], "incl. VAT")
    assert line.replace(formats.NBSP, " ") == said[LANGUAGES.index(language)]


def test_no_kind_is_left_out() -> None:
    assert {found.next for found, *_ in CASES.values()} == set(Next)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Renewal through CADline Partners, on March 1, 2027"),
        ("sv", "Förnyas via CADline Partners den 1 mars 2027"),
        ("nl", "Verlenging via CADline Partners op 1 maart 2027"),
    ],
)
def test_who_sold_it_renews_it(language: str, said: str) -> None:
    one = subscription(reseller=SOLD_BY)
    with translation.override(language):
        assert words.situation_line(known(Next.ELSEWHERE), one, LOCALES[language], "") == said


def test_a_balance_that_pays_is_named_in_the_place_of_a_method() -> None:
    one = subscription()
    found = situation(account(subscriptions=(one,), balance=usd("5000.00")), offer(), one, TODAY)
    line = words.situation_line(found, one, "en_US", "incl. VAT")
    assert line == "Renews on March 1, 2027 for $1,260.00 incl. VAT from your balance"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Renews on March 1, 2027 for $1,260.00 incl. VAT from your balance and by Visa 4242"),
        ("sv", "Förnyas den 1 mars 2027 för 1 260,00 US$ incl. VAT från ditt saldo och med Visa 4242"),
        ("nl", "Wordt op 1 maart 2027 verlengd voor US$ 1.260,00 incl. VAT van uw tegoed en met Visa 4242"),
    ],
)
def test_a_method_that_pays_only_the_rest_is_not_said_to_pay_all(language: str, said: str) -> None:
    one = subscription()
    found = situation(account(subscriptions=(one,), balance=usd("1000.00")), offer(), one, TODAY)
    with translation.override(language):
        line = words.situation_line(found, one, LOCALES[language], "incl. VAT")
    assert line.replace(formats.NBSP, " ") == said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Next)
def test_a_cell_has_a_label_and_the_day_it_speaks_of(kind: Next, language: str) -> None:
    with translation.override(language):
        brief = words.situation_brief(known(kind), subscription())
    assert brief.label
    assert brief.day == RENEWS


def test_a_cell_says_when_it_begins_and_who_renews_it() -> None:
    begins = date(2027, 1, 1)
    one = subscription(reseller=SOLD_BY)
    assert words.situation_brief(known(Next.RENEWS, begins_on=begins), one) == words.Brief("Begins on", begins)
    assert words.situation_brief(known(Next.ELSEWHERE), one).label == "Renewal through CADline Partners"
