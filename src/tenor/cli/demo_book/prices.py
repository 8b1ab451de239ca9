"""Northline's price list: one line a plan and term, expanded to every group of customers and its currencies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tenor.domain.account import CustomerType
from tenor.domain.catalog import Item, PriceEntry
from tenor.domain.money import Money
from tenor.domain.offer import PriceGroup
from tenor.domain.tax import EU
from tenor.domain.terms import Term

CURRENCIES = ("USD", "EUR", "SEK", "GBP")
NORDIC = frozenset({"SE", "NO", "DK", "FI"})

GROUPS = (
    PriceGroup("us", frozenset({"US", "CA"})),
    PriceGroup("eu-consumer", EU, CustomerType.CONSUMER),
    PriceGroup("uk-consumer", frozenset({"GB"}), CustomerType.CONSUMER),
    PriceGroup("au-consumer", frozenset({"AU"}), CustomerType.CONSUMER),
    PriceGroup("nordic", NORDIC),
    PriceGroup("eu", EU),
    PriceGroup("uk", frozenset({"GB"})),
    PriceGroup("au", frozenset({"AU", "NZ"})),
)
"""The first group that fits a customer is theirs; who fits none sees the prices of the world."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A group's currency, and the tax that consumers there find in the price, in percent (0: prices without tax)."""

    group: str
    currency: str
    tax_percent: int = 0


SHELVES = (
    Shelf("us", "USD"),
    Shelf("eu-consumer", "EUR", 21),
    Shelf("eu-consumer", "SEK", 25),
    Shelf("uk-consumer", "GBP", 20),
    Shelf("au-consumer", "USD", 10),
    Shelf("nordic", "SEK"),
    Shelf("nordic", "EUR"),
    Shelf("eu", "EUR"),
    Shelf("uk", "GBP"),
    Shelf("au", "USD"),
    Shelf("", "USD"),
    Shelf("", "EUR"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A plan and term with its list price in USD, EUR, SEK and GBP, in whole units, and the special renewal price.

    Without the latter, terms of a year or more renew at list less 10 %.
    """

    product: str
    plan: str
    months: int
    listed: tuple[int, int, int, int]
    renewal: tuple[int, int, int, int] | None = None


LIST = (
    Row("draft", "standard", 1, (58, 55, 590, 47)),
    Row("draft", "standard", 12, (465, 435, 4_790, 379), (420, 395, 4_340, 345)),
    Row("draft", "standard", 36, (1_310, 1_225, 13_490, 1_069)),
    Row("draft", "premium", 1, (85, 79, 860, 68)),
    Row("draft", "premium", 12, (690, 645, 7_090, 559), (625, 585, 6_440, 509)),
    Row("draft", "premium", 36, (1_945, 1_820, 19_990, 1_579)),
    Row("model", "standard", 1, (74, 69, 750, 59)),
    Row("model", "standard", 12, (590, 550, 6_090, 479), (535, 499, 5_490, 435)),
    Row("model", "standard", 36, (1_660, 1_549, 17_090, 1_349)),
    Row("model", "premium", 1, (112, 104, 1_150, 90)),
    Row("model", "premium", 12, (890, 830, 9_190, 719)),
    Row("model", "premium", 36, (2_510, 2_340, 25_890, 2_029)),
    Row("render", "standard", 1, (39, 36, 400, 32)),
    Row("render", "standard", 12, (315, 295, 3_240, 255), (285, 265, 2_940, 229)),
    Row("render", "standard", 36, (890, 830, 9_150, 719)),
    Row("render", "premium", 1, (60, 56, 615, 49)),
    Row("render", "premium", 12, (480, 449, 4_940, 389)),
    Row("render", "premium", 36, (1_355, 1_269, 13_950, 1_099)),
    Row("survey", "standard", 1, (46, 43, 475, 37)),
    Row("survey", "standard", 12, (375, 349, 3_860, 305), (339, 315, 3_490, 275)),
    Row("survey", "standard", 36, (1_055, 985, 10_890, 859)),
    Row("sheets", "standard", 1, (12, 11, 125, 10)),
    Row("sheets", "standard", 12, (96, 89, 990, 78)),
    Row("sheets", "maintenance", 12, (140, 130, 1_440, 114), (140, 130, 1_440, 114)),
    Row("flow", "standard", 12, (240, 225, 2_470, 195)),
    Row("vault", "standard", 1, (18, 17, 185, 15)),
    Row("vault", "standard", 12, (149, 139, 1_540, 121)),
    Row("site", "standard", 1, (31, 29, 320, 25)),
    Row("site", "standard", 12, (250, 235, 2_590, 205), (225, 210, 2_330, 185)),
    Row("light", "standard", 1, (9, 9, 95, 8)),
    Row("light", "standard", 12, (75, 70, 770, 61)),
)
"""What is sold from the first day on."""

DEARER_SHEETS = (
    Row("sheets", "standard", 1, (13, 12, 135, 11)),
    Row("sheets", "standard", 12, (108, 99, 1_090, 87)),
)
"""A rise that has come: announced in August 2025, valid from October 2025."""

DEARER_RENDER = (
    Row("render", "standard", 1, (42, 39, 430, 34)),
    Row("render", "standard", 12, (339, 319, 3_490, 275), (309, 289, 3_190, 249)),
    Row("render", "standard", 36, (959, 895, 9_890, 775)),
    Row("render", "premium", 1, (65, 61, 665, 53)),
    Row("render", "premium", 12, (519, 485, 5_340, 419)),
    Row("render", "premium", 36, (1_465, 1_369, 15_090, 1_185)),
)
"""A rise that is announced: renewals from February 2027 on will cost more."""


def entries(rows: tuple[Row, ...], *, valid_from: date, announced_on: date) -> Iterator[PriceEntry]:
    """Price entries for every shelf."""
    for row in rows:
        for shelf in SHELVES:
            column = CURRENCIES.index(shelf.currency)
            renewal = None if row.renewal is None else _shown(row.renewal[column], shelf)
            yield PriceEntry(
                id=f"{row.product} {row.plan} {row.months} {shelf.group} {shelf.currency} {valid_from}",
                item=Item(row.product, row.plan, Term(row.months), shelf.currency, shelf.group),
                list_price=_shown(row.listed[column], shelf),
                renewal_price=renewal,
                tax_included=bool(shelf.tax_percent),
                valid_from=valid_from,
                announced_on=announced_on,
            )


def _shown(units: int, shelf: Shelf) -> Money:
    """The price in the shop. Consumers see it with tax, in whole units (kronor: in fives), to the nearest."""
    step = 500 if shelf.currency == "SEK" else 100
    minor = units * (100 + shelf.tax_percent)
    return Money((minor + step // 2) // step * step if shelf.tax_percent else minor, shelf.currency)
