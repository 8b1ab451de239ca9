"""Amounts, dates and shares as each language writes them."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from babel import Locale
from babel.numbers import parse_decimal
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.money import Money
from tenor.ui import formats

LOCALES = ["en_US", "en_GB", "sv_SE", "nl_NL"]


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [
        ("en", "US", "en_US"),
        ("en", "GB", "en_GB"),
        ("en", "AU", "en_AU"),
        ("en", "DE", "en_GB"),
        ("en", None, "en_US"),
        ("sv", "US", "sv_SE"),
        ("nl", None, "nl_NL"),
        ("en-us", "SE", "en_GB"),
        ("eo", None, "en_GB"),
    ],
)
def test_the_locale_follows_the_language_and_english_follows_the_account(
    language: str, country: str | None, locale: str
) -> None:
    assert formats.locale_for(language, country) == locale


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (38219, "USD", "en_US", "$382.19"),
        (38219, "USD", "en_GB", "US$382.19"),
        (123450, "USD", "sv_SE", "1\xa0234,50\xa0US$"),
        (123450, "SEK", "sv_SE", "1\xa0234,50\xa0kr"),
        (123450, "SEK", "en_US", "SEK\xa01,234.50"),
        (123450, "EUR", "nl_NL", "€\xa01.234,50"),
        (-123450, "EUR", "nl_NL", "€\xa0−1.234,50"),
        (-123450, "EUR", "en_US", "−€1,234.50"),
        (-123450, "SEK", "en_US", "−SEK\xa01,234.50"),
        (1310, "JPY", "en_US", "¥1,310"),
        (1310, "JPY", "sv_SE", "1\xa0310\xa0JPY"),
        (1234, "KWD", "en_US", "KWD\xa01.234"),
        (-5, "KWD", "nl_NL", "KWD\xa0−0,005"),
        (0, "GBP", "en_GB", "£0.00"),
    ],
)
def test_money_by_locale(minor: int, currency: str, locale: str, text: str) -> None:
    assert formats.money(Money(minor, currency), locale) == text


@given(
    minor=st.integers(min_value=-(10**15), max_value=10**15),
    currency=st.sampled_from(["USD", "SEK", "JPY", "KWD", "ISK", "IQD"]),
    locale=st.sampled_from(LOCALES),
)
def test_no_digit_of_an_amount_is_lost_and_it_never_breaks_over_lines(minor: int, currency: str, locale: str) -> None:
    shown = formats.money(Money(minor, currency), locale)
    assert " " not in shown
    kept = "".join(char for char in shown if char.isdigit() or char in ".,")
    assert parse_decimal(kept.strip(".,"), locale=Locale.parse(locale)) == abs(
        parse_decimal(Money(minor, currency).plain(), locale="en_US")
    )


@pytest.mark.parametrize(
    ("ratio", "locale", "text"),
    [
        (Fraction(81, 1260), "en_US", "6.4%"),
        (Fraction(81, 1260), "sv_SE", "6,4\xa0%"),
        (Fraction(131, 1179), "nl_NL", "11,1%"),
        (Fraction(1, 10), "en_US", "10%"),
        (Fraction(6996, 100000), "en_US", "7.0%"),
        (Fraction(-1, 10), "en_US", "−10%"),
        (Fraction(1, 100_000), "en_US", "<0.1%"),
        (Fraction(99_999, 100_000), "en_US", ">99.9%"),
        (Fraction(0), "en_US", "0%"),
        (Fraction(5, 2), "en_US", "250%"),
    ],
)
def test_a_share_never_lies(ratio: Fraction, locale: str, text: str) -> None:
    assert formats.percent(ratio, locale) == text


def test_dates_by_locale() -> None:
    first = date(2026, 3, 1)
    assert [formats.day(first, locale) for locale in LOCALES] == [
        "March 1, 2026",
        "1 March 2026",
        "1 mars 2026",
        "1 maart 2026",
    ]
    assert formats.day(first, "nl_NL", "medium") == "1 mrt 2026"
    assert formats.month(first, "en_US") == "Mar"
    assert [formats.month_and_year(first, locale) for locale in ("en_US", "sv_SE", "nl_NL")] == [
        "March 2026",
        "mars 2026",
        "maart 2026",
    ]


def test_days_and_numbers_carry_their_unit_and_grouping() -> None:
    with translation.override("en"):
        assert formats.days(1, "en_US") == "1\xa0day"
        assert formats.days(1095, "en_US") == "1,095\xa0days"
    assert formats.number(12345, "nl_NL") == "12.345"


def test_an_instant_is_shown_in_the_accounts_zone() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert formats.moment(late, "Europe/Stockholm", "sv_SE") == "22 nov. 2026 00:30"
    assert formats.moment(late, "America/New_York", "en_US") == "Nov 21, 2026, 6:30\xa0PM"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.moment(datetime(2026, 11, 21, 23, 30), "UTC", "en_US")  # noqa: DTZ001
