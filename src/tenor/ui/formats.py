"""Amounts, dates and numbers as a reader of one language and country writes them (data from CLDR, through Babel)."""

import copy
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import NumberPattern, format_decimal
from django.utils.translation import ngettext

from tenor.domain.money import Money, digits, round_half_away

DateStyle = Literal["medium", "long"]

NBSP = "\u00a0"
MINUS = "\u2212"  # a true minus: as wide as the digits, and read aloud

_HOME = {"sv": "sv_SE", "nl": "nl_NL"}
_ENGLISH = frozenset({"US", "CA", "GB", "IE", "AU", "NZ"})
_ELSEWHERE = "en_GB"


def locale_for(language: str, country: str | None = None) -> str:
    """The Babel locale for a language code of Django's ("en", "sv", "nl") and an account's country ("US", "DE").

    Swedish and Dutch follow their own country. English follows the account: American dates for the US and where no
    country is known, British ones for a country that is not English-speaking.
    """
    base = language.split("-")[0].lower()
    if base in _HOME:
        return _HOME[base]
    if country is None:
        return "en_US" if base == "en" else _ELSEWHERE
    return f"en_{country}" if country in _ENGLISH else _ELSEWHERE


@lru_cache(maxsize=4096)
def money(amount: Money, locale: str) -> str:
    """An amount with its currency: "$382.19", "3 822,00 kr", "€ 382,19". Never breaks over two lines.

    Digits follow `domain.money.digits`, so what is shown is what is charged.
    """
    places = digits(amount.currency)
    value = Decimal(amount.minor).scaleb(-places)
    text = _money_pattern(locale, places).apply(
        value, Locale.parse(locale), currency=amount.currency, currency_digits=False
    )
    return _tidy(_space_code(text))


def number(value: int, locale: str) -> str:
    """A whole number with the locale's grouping."""
    return _tidy(format_decimal(value, locale=locale))


def percent(ratio: Fraction, locale: str) -> str:
    """A share as percent with at most one decimal: Fraction(81, 1260) is "6.4%".

    Exact whole percents carry no decimal, inexact ones always do, and a share that is not nothing (or not all) is
    never shown as 0 % (or 100 %).
    """
    tenths = round_half_away(abs(ratio) * 1000)
    hint = ""
    if tenths == 0 and ratio != 0:
        tenths, hint = 1, "<"
    elif tenths == 1000 and abs(ratio) < 1:
        tenths, hint = 999, ">"
    whole = (abs(ratio) * 100).denominator == 1
    pattern = copy.copy(Locale.parse(locale).percent_formats[None])
    pattern.frac_prec = (0, 0) if whole else (1, 1)
    text = pattern.apply(Decimal(-tenths if ratio < 0 else tenths).scaleb(-3), Locale.parse(locale))
    return hint + _tidy(text)


def days(count: int, locale: str) -> str:
    """A number of days with its unit in the language in use: "100 days".

    The word is ours: CLDR's Swedish unit is "dygn", a span of 24 hours, and a billing day is a calendar day (rules 1).
    """
    words = ngettext("%(count)s day", "%(count)s days", count) % {"count": number(count, locale)}
    return words.replace(" ", NBSP)


@lru_cache(maxsize=4096)
def day(value: date, locale: str, style: DateStyle = "long") -> str:
    """A calendar date: long "March 1, 2026", medium "Mar 1, 2026"."""
    return format_date(value, style, locale=locale)


def month(value: date, locale: str) -> str:
    """The month of a date, short, as a mark under a picture: "Mar"."""
    return format_date(value, "LLL", locale=locale)


def month_and_year(value: date, locale: str) -> str:
    """The month of a date with its year, in full: "March 2027"."""
    return format_date(value, "LLLL y", locale=locale)


def moment(value: datetime, zone: str, locale: str) -> str:
    """An instant as date and time of day in `zone` (an IANA name). Raises ValueError where `value` names no zone."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    local = value.astimezone(ZoneInfo(zone))
    shape = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    parts = (format_time(local, "short", locale=locale), format_date(local, "medium", locale=locale))
    return _narrow(shape.replace("{0}", parts[0]).replace("{1}", parts[1]))


@lru_cache(maxsize=64)
def _money_pattern(locale: str, places: int) -> NumberPattern:
    pattern: NumberPattern = copy.copy(Locale.parse(locale).currency_formats["standard"])
    pattern.frac_prec = (places, places)
    return pattern


def _space_code(text: str) -> str:
    """CLDR sets a space between a currency written in letters and its number; Babel leaves it out ("SEK4,650.00")."""
    for i in range(len(text) - 1):
        if text[i].isalpha() and text[i + 1].isdigit():
            return text[: i + 1] + NBSP + text[i + 1 :]
    return text


def _tidy(text: str) -> str:
    return _narrow(text.replace("-", MINUS))


def _narrow(text: str) -> str:
    """CLDR's narrow no-break spaces as plain ones: some fonts have no narrow one."""
    return text.replace("\u202f", NBSP)
