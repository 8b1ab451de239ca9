"""Builds quotes and invoices with given line amounts, for the tests of documents and books."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from tenor.domain.explanation import Explanation
from tenor.domain.invoices import InvoiceDraft, Party, invoice_of
from tenor.domain.money import Money
from tenor.domain.quote import Collection, LineKind, Quote, QuoteLine
from tenor.domain.tax import TaxCategory, TaxDecision, totals
from tenor.domain.terms import Period

ISSUED = date(2026, 11, 21)
LEFT_OF_THE_YEAR = Period(ISSUED, date(2027, 3, 1))
SELLER = Party("Northline AB", "SE", ("Kungsgatan 1", "111 43 Stockholm"), "SE556677889901")
CUSTOMER = Party("Lakeside Architects", "SE")


def line(amount: Money, net: Money | None = None, span: Period = LEFT_OF_THE_YEAR) -> QuoteLine:
    """Seats for a span of days, for that amount."""
    return QuoteLine(
        kind=LineKind.SEATS,
        subscription_id="s1",
        product="studio",
        plan="standard",
        seats=1,
        span=span,
        unit_price=amount,
        denominator=span.days,
        amount=amount,
        net=amount if net is None else net,
        explanation=Explanation("prorated_seats", {"seats": 1}, amount),
    )


def quote(
    amounts: Sequence[Money],
    rate: Fraction,
    *,
    tax_included: bool = False,
    category: TaxCategory = TaxCategory.STANDARD,
) -> Quote:
    """A quote of lines with these amounts, taxed at one rate."""
    decision = TaxDecision(category, rate, "SE", "own_country")
    sums = totals(amounts, decision, tax_included)
    return Quote(
        action="add_seats",
        priced_on=ISSUED,
        method_id="card",
        lines=tuple(line(amount, net) for amount, net in zip(amounts, sums.nets, strict=True)),
        tax=decision,
        tax_lines=sums.tax_lines,
        net=sums.net,
        tax_total=sums.tax,
        total=sums.total,
        collection=Collection.GATEWAY,
        effects=(),
        promised=(),
    )


def invoice(amounts: Sequence[Money], rate: Fraction, *, tax_included: bool = False) -> InvoiceDraft:
    """The invoice of such a quote."""
    return invoice_of(quote(amounts, rate, tax_included=tax_included), SELLER, CUSTOMER, ISSUED)
