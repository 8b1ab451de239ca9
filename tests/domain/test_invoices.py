"""Invoices and credit notes: the tables of docs/domain/books.md, and laws 5 and 7."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.invoices import DocumentKind, InvoiceDraft, credit_note, invoice_of, left_to_credit
from tenor.domain.money import Money, total
from tenor.domain.refusals import Refusal
from tenor.domain.tax import TaxCategory
from tenor.domain.tax_rates import STANDARD_RATES
from tests.domain.documents import CUSTOMER, ISSUED, SELLER, invoice, quote
from tests.support import tables

NOTES = tables.rows("books", "Credit notes")
SENTENCES = tables.rows("books", "Mandatory sentences")
LATER = date(2026, 12, 1)


def euros(text: str) -> Money:
    return Money.of(text, "EUR")


def asked(note: str) -> dict[int, Money] | None:
    return None if note == "all" else {place: euros(part) for place, part in enumerate(note.split())}


@pytest.mark.parametrize("row", NOTES, ids=tables.ids(NOTES, "lines", "notes"))
def test_a_note_rounds_its_own_tax_and_the_last_takes_the_rest(row: dict[str, str]) -> None:
    lines = [euros(part) for part in row["lines"].split()]
    billed = invoice(lines, Fraction(row["rate %"]) / 100, tax_included=row["tax included"] == "yes")
    notes = list[InvoiceDraft]()
    for note in row["notes"].split("; "):
        notes.append(credit_note(billed, notes, LATER, asked(note)))
    assert billed.tax.plain() == row["tax of the invoice"]
    assert [note.tax.plain() for note in notes] == row["tax of the notes"].split()
    assert [note.total.plain() for note in notes] == row["totals of the notes"].split()


@pytest.mark.parametrize("row", SENTENCES, ids=tables.ids(SENTENCES))
def test_mandatory_sentences(row: dict[str, str]) -> None:
    taxed = quote([euros("100.00")], Fraction(0), category=TaxCategory(row["category"]))
    texts = invoice_of(taxed, SELLER, CUSTOMER, ISSUED).texts
    assert texts == (() if row["sentence"] == "-" else (row["sentence"],))


def test_an_invoice_bills_its_quote_as_it_is() -> None:
    quoted = quote([euros("382.19"), euros("10.00")], Fraction(1, 4))
    billed = invoice_of(quoted, SELLER, CUSTOMER, ISSUED)
    assert billed.lines == quoted.lines
    assert (billed.net, billed.tax, billed.total) == (quoted.net, quoted.tax_total, quoted.total)
    assert (billed.kind, billed.tax_decision, billed.seller) == (DocumentKind.INVOICE, quoted.tax, SELLER)


def test_a_credit_note_explains_itself_by_the_line_it_credits() -> None:
    billed = invoice([euros("382.19")], Fraction(1, 4))
    note = credit_note(billed, [], LATER, {0: euros("100.00")})
    (line,) = note.lines
    assert (note.kind, note.issued_on, line.amount, line.net) == (
        DocumentKind.CREDIT_NOTE,
        LATER,
        euros("-100.00"),
        euros("-100.00"),
    )
    assert line.explanation.rule == "credit_of_line"
    assert line.explanation.facts == {"charged": euros("382.19"), "credited": euros("100.00")}
    assert line.explanation.steps == (billed.lines[0].explanation,)


def test_nothing_is_credited_twice() -> None:
    billed = invoice([euros("382.19")], Fraction(1, 4))
    whole = credit_note(billed, [], LATER)
    for amounts in (None, {0: euros("0.01")}):
        with pytest.raises(Refusal, match="nothing_to_credit"):
            credit_note(billed, [whole], LATER, amounts)
    with pytest.raises(Refusal, match="nothing_to_credit"):
        credit_note(billed, [], LATER, {0: euros("-1.00")})


def test_a_document_that_does_not_add_up_is_not_made() -> None:
    billed = invoice([euros("100.00")], Fraction(1, 4))
    with pytest.raises(ValueError, match=r"do not add up to 125\.01"):
        replace(billed, total=euros("125.01"))
    with pytest.raises(ValueError, match="lines do not add up"):
        replace(billed, lines=())
    with pytest.raises(ValueError, match="tax lines do not add up"):
        replace(billed, tax_lines=())


RATES = st.sampled_from(sorted({rate.rate for rate in STANDARD_RATES} | {Fraction(0)}))
CHARGES = st.lists(st.integers(0, 5_000).map(lambda minor: Money(minor, "EUR")), min_size=1, max_size=5).filter(any)
PARTS = st.lists(st.lists(st.integers(0, 3_000), min_size=5, max_size=5), max_size=6)


def credited(billed: InvoiceDraft, parts: list[list[int]]) -> list[InvoiceDraft]:
    """Credit notes over these parts in turn, as far as anything is left, and a last one over the rest."""
    notes = list[InvoiceDraft]()
    for part in parts:
        amounts = {place: Money(minor, "EUR") for place, minor in enumerate(part)}
        if any(part[place] and left for place, left in enumerate(left_to_credit(billed, notes))):
            notes.append(credit_note(billed, notes, LATER, amounts))
    if any(left_to_credit(billed, notes)):
        notes.append(credit_note(billed, notes, LATER))
    return notes


@given(CHARGES, RATES, st.booleans(), PARTS)
def test_laws_5_and_7_credits_never_exceed_the_charge_and_together_turn_its_sign(
    charges: list[Money], rate: Fraction, tax_included: bool, parts: list[list[int]]
) -> None:
    billed = invoice(charges, rate, tax_included=tax_included)
    notes = credited(billed, parts)
    net, tax = billed.net, billed.tax
    for note in notes:
        net, tax = net + note.net, tax + note.tax
        assert max(note.net.minor, note.tax.minor) <= 0, "a note never charges"
        assert min(net.minor, tax.minor) >= 0, "nor gives back more than is left"
    assert (net.minor, tax.minor) == (0, 0)
    assert total((note.total for note in notes), "EUR") == -billed.total
    for place, line in enumerate(billed.lines):
        assert total((note.lines[place].amount for note in notes), "EUR") == -line.amount


@given(CHARGES, st.integers(1, 5_000), RATES, st.booleans(), PARTS)
def test_notes_of_an_invoice_with_a_credit_line_turn_its_sign_too(
    charges: list[Money], given_back: int, rate: Fraction, tax_included: bool, parts: list[list[int]]
) -> None:
    billed = invoice([Money(-given_back, "EUR"), *charges[:4]], rate, tax_included=tax_included)
    notes = credited(billed, [[-part[0], *part[1:]] for part in parts])
    assert total((note.net for note in notes), "EUR") == -billed.net
    assert total((note.tax for note in notes), "EUR") == -billed.tax


@given(CHARGES, RATES, st.booleans())
def test_a_whole_credit_is_the_invoice_with_its_sign_turned(
    charges: list[Money], rate: Fraction, tax_included: bool
) -> None:
    billed = invoice(charges, rate, tax_included=tax_included)
    note = credit_note(billed, [], LATER)
    assert (note.net, note.tax, note.total) == (-billed.net, -billed.tax, -billed.total)
    assert [line.net for line in note.lines] == [-line.net for line in billed.lines]
