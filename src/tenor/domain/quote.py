"""A quote: the planned outcome of a request, whole, with the fingerprint that a submit compares (rules 9)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from tenor.domain.account import PriceKind
from tenor.domain.effects import Effect
from tenor.domain.explanation import Explanation
from tenor.domain.later_fields import ADDED, told_fields
from tenor.domain.line_tax import LineTax, TaxKind
from tenor.domain.money import Money
from tenor.domain.tax import NOT_KNOWN, TaxDecision, TaxLine, totals
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


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line: seats of a subscription for a span of days. `amount` is as priced, net unless tax is included.

    `tax` is what it is sold with, or, for a credit, what was sold with it; None on lines that were stored without: see
    `line_taxes`.
    """

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
    tax: LineTax | None = field(default=None, metadata=ADDED)


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
class StillOwed:
    """A term that is owed since its first day, and stays so: "You owe `total` for `seats` seats from `since`".

    `total` is that of the whole invoice, tax included; `retry_on` the day of its next automatic try. Each is None where
    it is not known, or there is none.
    """

    subscription_id: str
    order: str
    since: date
    seats: int
    total: Money | None
    retry_on: date | None


@dataclass(frozen=True, slots=True)
class ShortNotice:
    """A renewal that comes before a debit could be announced as early as usual: `days` after the choice.

    It stands in the quote that chooses the debit. Who accepts that agrees to it, which the scheme asks for.
    """

    subscription_id: str
    on: date
    days: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What will be charged and done, priced on the local day `priced_on`. Net + tax = total, always.

    `tax` decides about what is sold today; each line has its own, and what it credits may have had another. `promised`
    are renewals in days to come; `owed` what the quote leaves owed as it is. `from_balance` is what the account's
    balance pays of the total, `to_balance` what goes to it; None for nothing. `short_notices`: renewals by debit whose
    shorter notice is agreed to by accepting it.
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
    owed: tuple[StillOwed, ...] = field(default=(), metadata=ADDED)
    from_balance: Money | None = field(default=None, metadata=ADDED)
    to_balance: Money | None = field(default=None, metadata=ADDED)
    short_notices: tuple[ShortNotice, ...] = field(default=(), metadata=ADDED)

    def __post_init__(self) -> None:
        if self.net.minor + self.tax_total.minor != self.total.minor:
            raise ValueError(f"net {self.net} and tax {self.tax_total} do not add up to {self.total}")

    def demand_sums(self) -> None:
        """Raise ValueError where the lines do not add up to the net, or the tax lines to the tax.

        Asked where a quote is planned and where it becomes a document; one that somebody hands over tells by its
        fingerprint that it was changed.
        """
        if sum(line.net.minor for line in self.lines) != self.net.minor:
            raise ValueError(f"the lines do not add up to the net {self.net}")
        if sum(line.tax.minor for line in self.tax_lines) != self.tax_total.minor:
            raise ValueError(f"the tax lines do not add up to the tax {self.tax_total}")

    @property
    def taxes(self) -> tuple[LineTax, ...]:
        """The tax of each line, by place."""
        return line_taxes(self.lines, self.tax)

    @property
    def tax_lines_alike(self) -> tuple[tuple[TaxDecision, tuple[TaxLine, ...]], ...]:
        """The tax lines that a reader sees as one: of one rate and rule, whether priced with the tax or before it."""
        decisions = {tax.kind: tax.decision for tax in reversed(self.taxes)}
        found: dict[TaxKind, tuple[TaxDecision, tuple[TaxLine, ...]]] = {}
        for line in self.tax_lines:
            alike = replace(line.kind, included=False)
            decision, lines = found.get(alike, (decisions.get(line.kind, self.tax), ()))
            found[alike] = decision, (*lines, line)
        return tuple(found.values())

    @property
    def balance_moves(self) -> Money:
        """What comes to the account's balance; below zero for what it pays."""
        nothing = Money.zero(self.total.currency)
        return (self.to_balance or nothing) - (self.from_balance or nothing)

    @property
    def at_gateway(self) -> Money:
        """What the gateway collects; below zero for what it gives back. The one amount that is named to customers."""
        return self.total + self.balance_moves

    def charge_of(self, coming: NextRenewal) -> Money | None:
        """What a promised renewal is charged by itself, tax included, as the tax is decided on this quote's day.

        None where the tax is not known. It is not stored: it follows from the promise and the decision.
        """
        if self.tax.rule == NOT_KNOWN:
            return None
        return totals([coming.amount], self.tax, coming.tax_included).total

    @property
    def is_invoiced(self) -> bool:
        """Whether an order of this quote has an invoice of its own."""
        return self.collection not in (Collection.CARRIED, Collection.NONE)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the canonical outcome. Equal fingerprints: the same lines, tax, total and effects."""
        text = json.dumps(canonical(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def line_taxes(lines: Sequence[QuoteLine], decision: TaxDecision) -> tuple[LineTax, ...]:
    """The tax of each line of a document, by place.

    Lines that were stored without one share the document's decision; they are priced with tax where it shows in them.
    """
    included = any(line.amount != line.net for line in lines if line.tax is None)
    return tuple(line.tax or LineTax(decision, included) for line in lines)


def canonical(value: object) -> object:
    """A value of the domain as plain JSON: dataclasses as objects, dates as ISO text, fractions as "1/3".

    What came later and is not set is left out (`later_fields`).
    """
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
        return {name: canonical(found) for name, found in told_fields(value)}
    raise TypeError(f"no canonical form for {type(value).__name__}")
