"""What an invoice or a credit note says: parties, lines, tax, totals. Numbers are given later (rules 10)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tenor.domain.explanation import Explanation, Facts
from tenor.domain.line_tax import LineTax, TaxCategory, TaxDecision
from tenor.domain.money import Money, allocate, total
from tenor.domain.quote import Quote, QuoteLine, line_taxes
from tenor.domain.refusals import Refusal
from tenor.domain.tax import TaxLine, places_by_kind, totals

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
    def taxes(self) -> tuple[LineTax, ...]:
        """The tax of each line, by place."""
        return line_taxes(self.lines, self.tax_decision)

    @property
    def tax_included(self) -> bool:
        """Whether all lines are priced with tax in them."""
        return total((line.amount for line in self.lines), self.total.currency) == self.total


_TEXTS: Mapping[TaxCategory, tuple[str, ...]] = {
    TaxCategory.STANDARD: (),
    TaxCategory.REVERSE_CHARGE: ("reverse_charge",),
    TaxCategory.EXPORT: ("export",),
    TaxCategory.OUT_OF_SCOPE: ("out_of_scope",),
}


def texts_for(categories: Iterable[TaxCategory]) -> tuple[str, ...]:
    """The codes of the sentences that a document with these categories of tax must carry, each once."""
    return tuple(dict.fromkeys(text for category in categories for text in _TEXTS[category]))


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
        texts=texts_for(line.category for line in quote.tax_lines),
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
    A note rounds its own tax for each kind; the one that leaves nothing of a kind takes the rest, so that all notes of
    an invoice together are the invoice with its sign turned (rules 11). Raises Refusal("nothing_to_credit") where
    nothing is left or asked.
    """
    left = left_to_credit(invoice, already_credited)
    asked = left if amounts is None else tuple(amounts.get(i, Money.zero(left[i].currency)) for i in range(len(left)))
    credited = tuple(_capped(wanted, rest) for wanted, rest in zip(asked, left, strict=True))
    if not any(credited):
        raise Refusal("nothing_to_credit", {"total": invoice.total})
    nets, taxes = list(credited), list[Money]()
    for kind in _kinds(invoice, already_credited):
        own, tax = kind.credit(credited, left)
        taxes.append(tax)
        for place, net in zip(kind.places, own, strict=True):
            nets[place] = net
    net, tax = total(nets, invoice.total.currency), total(taxes, invoice.total.currency)
    return replace(
        invoice,
        kind=DocumentKind.CREDIT_NOTE,
        issued_on=issued_on,
        lines=tuple(map(_credit_line, invoice.lines, credited, nets)),
        tax_lines=credited_lines(invoice, [-each for each in nets], [-each for each in taxes]),
        net=-net,
        tax=-tax,
        total=-(net + tax),
    )


def tax_by_kind(document: InvoiceDraft) -> tuple[Money, ...]:
    """The tax of each kind (rules 11), in the order in which the lines of the document first have them."""
    kinds = places_by_kind(document.taxes)
    if len(kinds) < 2:
        return (document.tax,)
    sums = {line.kind: line.tax for line in document.tax_lines}
    return tuple(sums.get(kind, Money.zero(document.tax.currency)) for kind in kinds)


def credited_lines(invoice: InvoiceDraft, nets: Sequence[Money], taxes: Sequence[Money]) -> tuple[TaxLine, ...]:
    """The tax lines of a credit note, from nets by line and tax by kind; a kind that it leaves alone has none."""
    by_kind = zip(invoice.tax_lines, places_by_kind(invoice.taxes).values(), taxes, strict=True)
    lines = (
        replace(line, net=total((nets[place] for place in places), tax.currency), tax=tax)
        for line, places, tax in by_kind
    )
    return tuple(line for line in lines if line.net or line.tax or len(taxes) == 1)


def _capped(wanted: Money, rest: Money) -> Money:
    """What may be credited of a line: between nothing and what is left of it, which may be below zero (rules 4)."""
    nothing = Money.zero(rest.currency)
    return max(min(wanted, rest), nothing) if rest > nothing else min(max(wanted, rest), nothing)


@dataclass(frozen=True, slots=True)
class _Kind:
    """The lines of an invoice that share a kind of tax, and what no credit note has given back of them yet.

    Each kind is corrected by itself: a credit that was priced before tax at an earlier rate, and a charge with tax in
    it, never round into each other.
    """

    tax: LineTax
    places: tuple[int, ...]
    nets_left: tuple[Money, ...]
    tax_left: Money
    has_credits: bool

    def credit(self, credited: Sequence[Money], left: Sequence[Money]) -> tuple[tuple[Money, ...], Money]:
        """Net by line and tax of what is credited: the rest, if nothing is left then, else a part."""
        own, rest = (tuple(amounts[place] for place in self.places) for amounts in (credited, left))
        if not any(own):
            return own, Money.zero(self.tax_left.currency)
        return (self.nets_left, self.tax_left) if own == rest else self._part(own)

    def _part(self, credited: tuple[Money, ...]) -> tuple[tuple[Money, ...], Money]:
        """A part: rounded by itself, but never more tax or net than is left.

        Lines that also credit something know no such bound: their parts may be more than the whole.
        """
        sums = totals(credited, self.tax.decision, self.tax.included)
        if self.has_credits:
            return sums.nets, sums.tax
        if not self.tax.included:
            return sums.nets, min(sums.tax, self.tax_left)
        net_left = total(self.nets_left, self.tax_left.currency)
        tax = min(max(sums.tax, sums.total - net_left), self.tax_left)
        return allocate(sums.total - tax, [part.minor for part in credited]), tax


def _kinds(invoice: InvoiceDraft, notes: Sequence[InvoiceDraft]) -> Iterator[_Kind]:
    """The kinds of tax of an invoice, with what the notes have left of each."""
    nets, taxes = [line.net for line in invoice.lines], list(tax_by_kind(invoice))
    for note in notes:
        nets = [rest + line.net for rest, line in zip(nets, note.lines, strict=True)]
        taxes = [rest + tax for rest, tax in zip(taxes, tax_by_kind(note), strict=True)]
    for places, tax_left in zip(places_by_kind(invoice.taxes).values(), taxes, strict=True):
        yield _Kind(
            tax=invoice.taxes[places[0]],
            places=tuple(places),
            nets_left=tuple(nets[place] for place in places),
            tax_left=tax_left,
            has_credits=any(invoice.lines[place].amount.minor < 0 for place in places),
        )


def _credit_line(line: InvoiceLine, credited: Money, net: Money) -> InvoiceLine:
    facts: Facts = {"charged": line.amount, "credited": credited}
    explained = Explanation("credit_of_line", facts, -credited, steps=(line.explanation,))
    return replace(line, amount=-credited, net=-net, explanation=explained)
