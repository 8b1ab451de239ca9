"""Documents of several kinds of tax: the table of docs/domain/tax.md, and the laws of their sums and credit notes."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.effects import taxes_by_kind
from tenor.domain.invoices import InvoiceDraft, credit_note, invoice_of
from tenor.domain.line_tax import LineTax, TaxCategory, TaxDecision
from tenor.domain.money import Money, total
from tenor.domain.orders import PastOrder, give_back
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.tax import totals, totals_of
from tests.domain.builders import usd
from tests.domain.documents import CUSTOMER, ISSUED, SELLER
from tests.domain.documents import quote as plain_quote
from tests.support import tables

SUMS = tables.rows("tax", "Several kinds on one document")


def tax_of(text: str) -> LineTax:
    """The tax that the page writes as "S 25.5 in it"."""
    category, number, inclusion = text.split(" ", 2)
    decision = TaxDecision(TaxCategory(category), Fraction(number) / 100, "SE", "own_country")
    return LineTax(decision, inclusion == "in it")


@pytest.mark.parametrize("row", SUMS, ids=tables.ids(SUMS, "lines", "their tax"))
def test_table_of_documents_with_several_kinds(row: dict[str, str]) -> None:
    amounts = [usd(amount) for amount in row["lines"].split()]
    sums = totals_of(amounts, [tax_of(text) for text in row["their tax"].split(", ")])
    assert [sums.net.plain(), sums.tax.plain(), sums.total.plain()] == [row["net"], row["tax"], row["total"]]


KINDS = [tax_of(text) for text in ("S 25 added", "S 25 in it", "S 24 added", "S 19 in it", "AE 0 added", "G 0 in it")]
MIXED = st.lists(st.tuples(st.integers(-(10**6), 10**6), st.sampled_from(KINDS)), min_size=1, max_size=12)


@given(MIXED)
def test_law_7_each_kind_adds_up_by_itself_and_the_document_is_their_sum(mixed: list[tuple[int, LineTax]]) -> None:
    amounts, taxes = [Money(minor, "EUR") for minor, _ in mixed], [tax for _, tax in mixed]
    sums = totals_of(amounts, taxes)
    assert sums.net + sums.tax == sums.total
    assert sum(line.net.minor for line in sums.tax_lines) == sum(net.minor for net in sums.nets) == sums.net.minor
    assert [line.kind for line in sums.tax_lines] == list(dict.fromkeys(tax.kind for tax in taxes))
    for line in sums.tax_lines:
        own = [place for place, tax in enumerate(taxes) if tax.kind == line.kind]
        alone = totals([amounts[place] for place in own], taxes[own[0]].decision, taxes[own[0]].included)
        assert (line.net, line.tax) == (alone.net, alone.tax)
        assert [sums.nets[place] for place in own] == list(alone.nets)


@st.composite
def credited_in_parts(draw: st.DrawFn) -> tuple[Quote, list[dict[int, int]]]:
    """A document of several kinds, charges of some and credits of others, and the parts in which it is given back."""
    mixed = draw(MIXED.filter(lambda lines: any(minor for minor, _ in lines)))
    amounts, taxes = [Money(minor, "EUR") for minor, _ in mixed], [tax for _, tax in mixed]
    sums, old = totals_of(amounts, taxes), plain_quote(amounts, Fraction(0))
    lines = tuple(replace(line, net=net, tax=tax) for line, net, tax in zip(old.lines, sums.nets, taxes, strict=True))
    bill = replace(old, lines=lines, tax_lines=sums.tax_lines, net=sums.net, tax_total=sums.tax, total=sums.total)
    parts = st.dictionaries(st.integers(0, len(mixed) - 1), st.integers(-(10**6), 10**6), min_size=1)
    return bill, draw(st.lists(parts, max_size=4))


@given(credited_in_parts())
def test_law_7_all_credit_notes_of_an_invoice_are_each_of_its_kinds_with_the_sign_turned(
    given_back: tuple[Quote, list[dict[int, int]]],
) -> None:
    bill, parts = given_back
    invoice = invoice_of(bill, SELLER, CUSTOMER, ISSUED)
    notes: list[InvoiceDraft] = []
    for part in (*parts, None):
        amounts = None if part is None else {place: Money(minor, "EUR") for place, minor in part.items()}
        try:
            notes.append(credit_note(invoice, notes, ISSUED, amounts))
        except Refusal as refused:
            assert refused.code == "nothing_to_credit"  # noqa: PT017 - what is left of the lines may be nothing
    for line in invoice.tax_lines:
        own = [each for note in notes for each in note.tax_lines if each.kind == line.kind]
        assert Money.zero("EUR") == total([line.net, *(each.net for each in own)], "EUR")
        assert Money.zero("EUR") == total([line.tax, *(each.tax for each in own)], "EUR")
    for note in notes:
        assert note.taxes == invoice.taxes
        assert {line.kind for line in note.tax_lines} <= {line.kind for line in invoice.tax_lines}


@given(credited_in_parts())
def test_what_was_given_back_reads_like_the_notes_that_gave_it(given_back: tuple[Quote, list[dict[int, int]]]) -> None:
    """The next note of an order is the same, whether the earlier ones are at hand or told as effects."""
    bill, parts = given_back
    order = PastOrder("o1", "O-1", "add_seats", ISSUED, bill)
    invoice = invoice_of(bill, SELLER, CUSTOMER, ISSUED)
    notes: list[InvoiceDraft] = []
    for part in parts:
        try:
            effect, note = give_back(order, part, ISSUED)
        except Refusal:
            continue
        expected = credit_note(invoice, notes, ISSUED, {place: bill.lines[place].amount for place in part})
        assert (note.lines, note.tax_lines, note.total) == (expected.lines, expected.tax_lines, expected.total)
        assert sum(tax.minor for tax in taxes_by_kind(effect)) == effect.tax.minor == note.tax.minor
        notes.append(note)
        order = replace(order, credited=(*order.credited, effect))
