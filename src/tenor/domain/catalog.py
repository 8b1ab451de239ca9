"""What a seller offers, as frozen values: products, plans, price entries, promotions (rules 3).

`name` is what the seller calls a thing in its own language; `names` what it is called in others, by language code.
Names are words: they are left out of comparisons, and nothing is worked out from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from tenor.domain.money import Money
from tenor.domain.terms import Term


def _by_language() -> Any:
    return field(default_factory=dict, compare=False)


class PlanKind(StrEnum):
    """A subscription, or an old maintenance plan that self-service leaves alone (rules 8)."""

    SUBSCRIPTION = "subscription"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class Product:
    """Something sold by the seat."""

    code: str
    name: str
    renewal_discount_percent: int = 10
    min_seats: int = 1
    max_seats: int = 10_000
    discontinued_on: date | None = None
    successor: str | None = None
    names: Mapping[str, str] = _by_language()

    def is_discontinued(self, day: date) -> bool:
        """Whether new business is closed on that day."""
        return self.discontinued_on is not None and self.discontinued_on <= day


@dataclass(frozen=True, slots=True)
class Plan:
    """A level of a product, such as Standard or Premium. `code` is unique within the product.

    `contains` lists in a few words what one gets, by language.
    """

    product: str
    code: str
    name: str
    kind: PlanKind = PlanKind.SUBSCRIPTION
    names: Mapping[str, str] = _by_language()
    contains: Mapping[str, tuple[str, ...]] = _by_language()


@dataclass(frozen=True, slots=True)
class Item:
    """What a price is asked for: product, plan and term, in a currency, for a price group of customers."""

    product: str
    plan: str
    term: Term
    currency: str
    group: str


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """A published price per seat and term. Never edited: a new price is a new entry (rules 3)."""

    id: str
    item: Item
    list_price: Money
    valid_from: date
    announced_on: date
    renewal_price: Money | None = None
    tax_included: bool = False

    def __post_init__(self) -> None:
        prices = [price for price in (self.list_price, self.renewal_price) if price is not None]
        if any(price.currency != self.item.currency or price.minor < 0 for price in prices):
            raise ValueError(f"price entry {self.id} takes prices of nothing or more in {self.item.currency}")

    def __hash__(self) -> int:
        """An entry is known by its id: what is worked out from it is remembered (see `pricing`)."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Promotion:
    """A discount per seat while it runs: percent off, or an amount off. `plan` and `term` None mean any."""

    code: str
    name: str
    product: str
    starts_on: date
    ends_on: date
    percent: int | None = None
    amount: Money | None = None
    plan: str | None = None
    term: Term | None = None
    min_seats: int = 1
    first_term_only: bool = True
    names: Mapping[str, str] = _by_language()

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.amount is None):
            raise ValueError(f"promotion {self.code} takes either a percentage or an amount off")
        if not 0 <= (self.percent or 0) <= 100 or (self.amount is not None and self.amount.minor < 0):
            raise ValueError(f"promotion {self.code} takes 0 to 100 percent, or an amount of nothing or more")


def name_in(thing: Product | Plan | Promotion, language: str) -> str:
    """What the seller calls it in that language; its own name where it has none there."""
    return thing.names.get(language, thing.name)


@dataclass(frozen=True)
class PriceBook:
    """All price entries and promotions of a seller."""

    entries: tuple[PriceEntry, ...]
    promotions: tuple[Promotion, ...] = ()

    @cached_property
    def _by_item(self) -> dict[Item, tuple[PriceEntry, ...]]:
        grouped: dict[Item, list[PriceEntry]] = {}
        for entry in self.entries:
            grouped.setdefault(entry.item, []).append(entry)
        newest_first = {item: sorted(found, key=_newest_first, reverse=True) for item, found in grouped.items()}
        return {item: tuple(found) for item, found in newest_first.items()}

    @cached_property
    def _terms(self) -> dict[tuple[str, str, str, str], tuple[Term, ...]]:
        grouped: dict[tuple[str, str, str, str], list[Term]] = {}
        for item in self._by_item:
            grouped.setdefault(_family(item), []).append(item.term)
        return {family: tuple(sorted(found)) for family, found in grouped.items()}

    def history(self, item: Item) -> tuple[PriceEntry, ...]:
        """Every entry of an item, the newest first; empty where it is not sold."""
        return self._by_item.get(item, ())

    def terms(self, item: Item) -> tuple[Term, ...]:
        """The terms in which the item's plan is sold to its group, shortest first."""
        return self._terms.get(_family(item), ())


def _family(item: Item) -> tuple[str, str, str, str]:
    """What the same plan in other terms has in common."""
    return item.product, item.plan, item.currency, item.group


def _newest_first(entry: PriceEntry) -> tuple[date, date, str]:
    return entry.valid_from, entry.announced_on, entry.id
