"""What an invoice or a credit note says: parties, lines, tax, totals. Numbers are given later (rules 10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tenor.domain.explanation import Explanation, Facts
from tenor.domain.money import Money, allocate, total
from tenor.domain.quote import Quote, QuoteLine
from tenor.domain.refusals import Refusal
from tenor.domain.tax import TaxCategory, TaxDecision, TaxLine, totals

InvoiceLine = QuoteLine
"""An invoice bills the lines of its quote as they are, operands and all; a line is named by its place, from 0."""


class DocumentKind(StrEnum):
    """An invoice, or the credit note that takes back all or part of one."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or customer as they were on the day: copied into the document, so that later changes leave it alone."""

    name: str
    country: str
    address: tuple[str, ...] = ()
    vat_id: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """The content of an invoice or credit note before it gets its number. A credit note's amounts are negative.

    `texts` are the codes of mandatory sentences: reverse_charge, export, out_of_scope. Net + tax = total, always.
    """

    kind: DocumentKind
    seller: Party
    customer: Party
    issued_on: date
    lines: tuple[InvoiceLine, ...]
    tax_decision: TaxDecision
    tax_lines: tuple[TaxLine, ...]
    net: Money
    tax: Money
    total: Money
    texts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        currency = self.total.currency
        if self.net + self.tax != self.total:
            raise ValueError(f"net {self.net} and tax {self.tax} do not add up to {self.total}")
        if total((line.net for line in self.lines), currency) != self.net:
            raise ValueError(f"the lines do not add up to the net {self.net}")
        if total((line.tax for line in self.tax_lines), currency) != self.tax:
            raise ValueError(f"the tax lines do not add up to the tax {self.tax}")

    @property
    def tax_included(self) -> bool:
        """Whether the lines are priced with tax in them."""
        return total((line.amount for line in self.lines), self.total.currency) == self.total


_TEXTS: Mapping[TaxCategory, tuple[str, ...]] = {
    TaxCategory.STANDARD: (),
    TaxCategory.REVERSE_CHARGE: ("reverse_charge",),
    TaxCategory.EXPORT: ("export",),
    TaxCategory.OUT_OF_SCOPE: ("out_of_scope",),
}


def invoice_of(quote: Quote, seller: Party, customer: Party, issued_on: date) -> InvoiceDraft:
    """The invoice that bills a quote: the same lines, tax and totals."""
    return InvoiceDraft(
        kind=DocumentKind.INVOICE,
        seller=seller,
        customer=customer,
        issued_on=issued_on,
        lines=quote.lines,
        tax_decision=quote.tax,
        tax_lines=quote.tax_lines,
        net=quote.net,
        tax=quote.tax_total,
        total=quote.total,
        texts=_TEXTS[quote.tax.category],
    )


def left_to_credit(invoice: InvoiceDraft, already_credited: Sequence[InvoiceDraft]) -> tuple[Money, ...]:
    """For each line of the invoice, what of its amount (as priced) no credit note has given back yet."""
    left = [line.amount for line in invoice.lines]
    for note in already_credited:
        left = [rest + line.amount for rest, line in zip(left, note.lines, strict=True)]
    return tuple(left)


def credit_note(
    invoice: InvoiceDraft,
    already_credited: Sequence[InvoiceDraft],
    issued_on: date,
    amounts: Mapping[int, Money] | None = None,
) -> InvoiceDraft:
    """A credit note over `amounts`, by place of the line and as priced; None credits all that is left.

    It has a line for each line of the invoice, in the same places. Each amount is capped at what is left of its line.
    A note rounds its own tax; the one that leaves nothing takes the rest, so that all notes of an invoice together are
    the invoice with its sign turned (rules 11). Raises Refusal("nothing_to_credit") where nothing is left or asked.
    """
    left = left_to_credit(invoice, already_credited)
    asked = left if amounts is None else tuple(amounts.get(i, Money.zero(left[i].currency)) for i in range(len(left)))
    credited = tuple(_capped(wanted, rest) for wanted, rest in zip(asked, left, strict=True))
    if not any(credited):
        raise Refusal("nothing_to_credit", {"total": invoice.total})
    nets, tax = _rest(invoice, already_credited) if credited == left else _part(invoice, already_credited, credited)
    net = total(nets, tax.currency)
    category = invoice.tax_lines[0]
    return replace(
        invoice,
        kind=DocumentKind.CREDIT_NOTE,
        issued_on=issued_on,
        lines=tuple(map(_credit_line, invoice.lines, credited, nets)),
        tax_lines=(TaxLine(category.category, category.rate, -net, -tax),),
        net=-net,
        tax=-tax,
        total=-(net + tax),
    )


def _capped(wanted: Money, rest: Money) -> Money:
    """What may be credited of a line: between nothing and what is left of it, which may be below zero (rules 4)."""
    nothing = Money.zero(rest.currency)
    return max(min(wanted, rest), nothing) if rest > nothing else min(max(wanted, rest), nothing)


def _rest(invoice: InvoiceDraft, notes: Sequence[InvoiceDraft]) -> tuple[tuple[Money, ...], Money]:
    """What no note has given back yet: net by line, and tax."""
    nets, tax = [line.net for line in invoice.lines], invoice.tax
    for note in notes:
        nets = [rest + line.net for rest, line in zip(nets, note.lines, strict=True)]
        tax += note.tax
    return tuple(nets), tax


def _part(
    invoice: InvoiceDraft, notes: Sequence[InvoiceDraft], credited: tuple[Money, ...]
) -> tuple[tuple[Money, ...], Money]:
    """Net by line and tax of a part: rounded by itself, but never more tax or net than the invoice has left.

    An invoice that also credits something has no such bound: its parts may be more than the whole.
    """
    sums = totals(credited, invoice.tax_decision, invoice.tax_included)
    if any(line.amount.minor < 0 for line in invoice.lines):
        return sums.nets, sums.tax
    nets_left, tax_left = _rest(invoice, notes)
    if not invoice.tax_included:
        return sums.nets, min(sums.tax, tax_left)
    net_left = total(nets_left, tax_left.currency)
    tax = min(max(sums.tax, sums.total - net_left), tax_left)
    return allocate(sums.total - tax, [part.minor for part in credited]), tax


def _credit_line(line: InvoiceLine, credited: Money, net: Money) -> InvoiceLine:
    facts: Facts = {"charged": line.amount, "credited": credited}
    explained = Explanation("credit_of_line", facts, -credited, steps=(line.explanation,))
    return replace(line, amount=-credited, net=-net, explanation=explained)
