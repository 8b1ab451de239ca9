"""A quote: the planned outcome of a request, whole, with the fingerprint that a submit compares (rules 9)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tenor.domain.account import PriceKind
from tenor.domain.effects import Effect
from tenor.domain.explanation import Explanation
from tenor.domain.money import Money
from tenor.domain.tax import TaxDecision, TaxLine
from tenor.domain.terms import Period


class LineKind(StrEnum):
    """What a line charges or credits."""

    __hash__ = str.__hash__  # see `domain.account.ChangeKind`

    SEATS = "seats"
    TERM = "term"
    CARRIED = "carried"
    EXTENSION = "extension"
    PLAN = "plan"
    CREDIT = "credit"


class Collection(StrEnum):
    """How the total is collected: through the gateway, with the next invoice (too small), not at all, or given back;
    or by the balance of the account alone, which pays it all, or gets it where it is below zero.
    """

    GATEWAY = "gateway"
    CARRIED = "carried"
    NONE = "none"
    REFUND = "refund"
    BALANCE = "balance"


LATER: Mapping[str, bool] = {"later": True}
"""Marks a field that came after quotes were stored: while it says nothing it is no part of the canonical form."""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line: seats of a subscription for a span of days. `amount` is as priced, net unless tax is included."""

    kind: LineKind
    subscription_id: str
    product: str
    plan: str
    seats: int
    span: Period
    unit_price: Money
    denominator: int
    amount: Money
    net: Money
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class NextRenewal:
    """What the next renewal of a subscription will be, as promised by this quote; amounts before tax as priced."""

    subscription_id: str
    on: date
    months: int
    plan: str
    seats: int
    unit_price: Money
    price_kind: PriceKind
    amount: Money
    explanation: Explanation
    tax_included: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What will be charged and done, priced on the local day `priced_on`. Net + tax = total, always.

    `from_balance` is what the account's balance pays of the total, `to_balance` what goes to it; None for nothing.
    """

    action: str
    priced_on: date
    method_id: str | None
    lines: tuple[QuoteLine, ...]
    tax: TaxDecision
    tax_lines: tuple[TaxLine, ...]
    net: Money
    tax_total: Money
    total: Money
    collection: Collection
    effects: tuple[Effect, ...]
    promised: tuple[NextRenewal, ...]
    from_balance: Money | None = field(default=None, metadata=LATER)
    to_balance: Money | None = field(default=None, metadata=LATER)

    def __post_init__(self) -> None:
        if self.net.minor + self.tax_total.minor != self.total.minor:
            raise ValueError(f"net {self.net} and tax {self.tax_total} do not add up to {self.total}")

    @property
    def balance_moves(self) -> Money:
        """What comes to the account's balance; below zero for what it pays."""
        nothing = Money.zero(self.total.currency)
        return (self.to_balance or nothing) - (self.from_balance or nothing)

    @property
    def at_gateway(self) -> Money:
        """What the gateway collects; below zero for what it gives back. The one amount that is named to customers."""
        return self.total + self.balance_moves

    @property
    def is_invoiced(self) -> bool:
        """Whether an order of this quote has an invoice of its own."""
        return self.collection not in (Collection.CARRIED, Collection.NONE)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the canonical outcome. Equal fingerprints: the same lines, tax, total and effects."""
        text = json.dumps(canonical(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> object:
    """A value of the domain as plain JSON: dataclasses as objects, dates as ISO text, fractions as "1/3"."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): canonical(entry) for key, entry in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(str(canonical(entry)) for entry in value)
    if isinstance(value, (tuple, list)):
        return [canonical(entry) for entry in value]
    if is_dataclass(value):
        return {name: canonical(getattr(value, name)) for name in _said(value)}
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _said(value: Any) -> list[str]:
    """The fields of a dataclass, without those that came later and say nothing."""
    return [one.name for one in fields(value) if not (one.metadata and getattr(value, one.name) == one.default)]
