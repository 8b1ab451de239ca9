"""Correct an invoice by a credit note, and commit to giving the money back (rules 9, 10)."""

from collections import Counter
from uuid import UUID

from django.db.models import QuerySet, Sum

from tenor.db.ids import new_id
from tenor.db.models import Invoice, InvoiceLine, InvoiceTaxLine, Payment, Refund
from tenor.db.numbers import take_number
from tenor.db.transitions import move_invoice
from tenor.domain.balance import BalanceReason, given_back
from tenor.domain.effects import GiveBack, taxes_by_kind
from tenor.domain.explanation import Explanation
from tenor.domain.invoices import DocumentKind
from tenor.domain.ledger import amounts_credited
from tenor.domain.lifecycle import InvoiceStatus, PaymentStatus
from tenor.domain.money import Money, total
from tenor.domain.quote import canonical
from tenor.usecases.issue_invoice import book
from tenor.usecases.load import Loaded
from tenor.usecases.move_balance import move_balance
from tenor.usecases.tell import About


def give_back(loaded: Loaded, effect: GiveBack, reason: str) -> UUID | None:
    """Issue the credit note and write down the refund that is owed; returns the refund to send, if money moves.

    Call with the account locked. The invoice stays as it is; credited whole, it counts as such. Money goes back by the
    payment that paid the invoice; where the bank took that back already, the note ends the debt, and no money moves.
    What the account's balance had paid goes back to it.
    """
    issued = Invoice.objects.filter(account_id=loaded.state.id, order_id=effect.order_id, kind=DocumentKind.INVOICE)
    invoice = issued.get(status__in=[InvoiceStatus.PAID, InvoiceStatus.OPEN])
    is_owed = invoice.status == InvoiceStatus.OPEN
    note = _credit_note(loaded, invoice, effect)
    to_balance = Money(-note.from_balance_minor, note.currency)
    net, tax = Money(note.net_minor, note.currency), Money(note.tax_minor, note.currency)
    book(amounts_credited(net, tax, loaded.today), About(note.account_id, invoice=note.id))
    move_balance(loaded, note, to_balance, BalanceReason.RETURNED)
    if _credited(invoice) == invoice.total_minor:
        move_invoice(invoice, InvoiceStatus.CREDITED)
    if is_owed or note.total_minor == note.from_balance_minor:
        move_invoice(note, InvoiceStatus.PAID)
        return None
    return _refund(loaded, invoice, note, reason)


def credit_whole(loaded: Loaded, invoice: Invoice, reason: str) -> UUID | None:
    """Credit what no credit note of an issued invoice has given back yet, as `give_back` does."""
    lines = InvoiceLine.objects.filter(account_id=invoice.account_id, invoice_id=invoice.id).order_by("position")
    notes = Invoice.objects.filter(account_id=invoice.account_id, corrects_id=invoice.id)
    noted = InvoiceLine.objects.filter(account_id=invoice.account_id, invoice_id__in=notes.values("id"))
    given: dict[int, tuple[int, int]] = {
        place: (amount, net)
        for place, amount, net in noted.values_list("position")
        .annotate(amount=Sum("amount_minor"), net=Sum("net_minor"))
        .values_list("position", "amount", "net")
    }
    taxes = _taxes_left(invoice, notes)
    effect = GiveBack(
        order_id=str(invoice.order_id),
        amounts=tuple(Money(-line.amount_minor - given.get(line.position, (0, 0))[0], line.currency) for line in lines),
        nets=tuple(Money(-line.net_minor - given.get(line.position, (0, 0))[1], line.currency) for line in lines),
        tax=total((-tax for tax in taxes), invoice.currency),
        taxes=tuple(-tax for tax in taxes) if len(taxes) > 1 else (),
    )
    return give_back(loaded, effect, reason)


def _taxes_left(invoice: Invoice, notes: QuerySet[Invoice]) -> list[Money]:
    """Of each of the invoice's tax lines, by place, what no credit note has given back yet."""
    noted = InvoiceTaxLine.objects.filter(account_id=invoice.account_id, invoice_id__in=notes.values("id"))
    given = dict(noted.values_list("position").annotate(tax=Sum("tax_minor")).values_list("position", "tax"))
    return [Money(row.tax_minor + given.get(row.position, 0), invoice.currency) for row in _tax_lines(invoice)]


def _tax_lines(invoice: Invoice) -> QuerySet[InvoiceTaxLine]:
    return InvoiceTaxLine.objects.filter(account_id=invoice.account_id, invoice_id=invoice.id).order_by("position")


def _credit_note(loaded: Loaded, invoice: Invoice, effect: GiveBack) -> Invoice:
    net = total(effect.nets, invoice.currency)
    by_balance = invoice.from_balance_minor + _paid_out(invoice)
    gives = (invoice.total_minor, by_balance, _credited(invoice), -(net + effect.tax).minor)
    parts = given_back(*(Money(minor, invoice.currency) for minor in gives))
    note = Invoice.objects.create(
        id=new_id(),
        account_id=invoice.account_id,
        seller_id=invoice.seller_id,
        kind=DocumentKind.CREDIT_NOTE,
        order_id=invoice.order_id,
        corrects_id=invoice.id,
        number=take_number(invoice.seller_id, "credit_note"),
        status=InvoiceStatus.OPEN,
        issued_on=loaded.today,
        due_on=loaded.today,
        currency=invoice.currency,
        net_minor=net.minor,
        tax_minor=effect.tax.minor,
        total_minor=net.minor + effect.tax.minor,
        from_balance_minor=-parts.to_balance.minor,
        parties=invoice.parties,
        tax=invoice.tax,
        created_at=loaded.now,
    )
    lines = list(InvoiceLine.objects.filter(account_id=invoice.account_id, invoice_id=invoice.id).order_by("position"))
    nets = Counter[int]()  # before the rows become the note's
    for line in lines:
        nets[line.tax_position] += effect.nets[line.position - 1].minor
    written = InvoiceLine.objects.bulk_create(
        _line(note, line, effect) for line in lines if effect.amounts[line.position - 1]
    )
    if sum(line.net_minor for line in written) != note.net_minor:
        raise ValueError(f"the lines of credit note {note.number} do not add up to its net {note.net_minor}")
    taxed = zip(_tax_lines(invoice), taxes_by_kind(effect), strict=True)
    InvoiceTaxLine.objects.bulk_create(
        _tax_line(note, row, nets[row.position], tax.minor)
        for row, tax in taxed
        if nets[row.position] or tax or len(nets) == 1
    )
    return note


def _tax_line(note: Invoice, row: InvoiceTaxLine, net: int, tax: int) -> InvoiceTaxLine:
    """The invoice's tax line with its sign turned, as far as it is given back; it has the same place."""
    row.id, row.invoice_id, row.net_minor, row.tax_minor = new_id(), note.id, net, tax
    return row


def _line(note: Invoice, line: InvoiceLine, effect: GiveBack) -> InvoiceLine:
    """The invoice's line with its sign turned, as far as it is given back; it has the same place."""
    credited = effect.amounts[line.position - 1]
    charged = Money(line.amount_minor, line.currency)
    line.id, line.invoice_id = new_id(), note.id
    line.amount_minor, line.net_minor = credited.minor, effect.nets[line.position - 1].minor
    line.explanation = canonical(Explanation("credit_of_line", {"charged": charged, "credited": -credited}, credited))
    return line


def _credited(invoice: Invoice) -> int:
    """What all credit notes of the invoice have given back, in minor units, as an amount above zero."""
    notes = Invoice.objects.filter(account_id=invoice.account_id, corrects_id=invoice.id)
    return -(notes.aggregate(sum=Sum("total_minor"))["sum"] or 0)


def _paid_out(invoice: Invoice) -> int:
    """What the payment that paid it has sent back from the balance: a return gives so much to the balance instead."""
    paid = Payment.objects.filter(account_id=invoice.account_id, invoice_id=invoice.id, surplus=False)
    kept = paid.filter(status__in=[PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED])
    out = Refund.objects.filter(account_id=invoice.account_id, payment_id__in=kept.values("id"), from_balance=True)
    return out.exclude(status=PaymentStatus.FAILED).aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _refund(loaded: Loaded, invoice: Invoice, note: Invoice, reason: str) -> UUID:
    paid = Payment.objects.filter(account_id=invoice.account_id, invoice_id=invoice.id, surplus=False)
    payment = paid.get(status=PaymentStatus.SUCCEEDED)
    refund = Refund.objects.create(
        id=new_id(),
        account_id=invoice.account_id,
        payment_id=payment.id,
        credit_note_id=note.id,
        status=PaymentStatus.PENDING,
        amount_minor=note.from_balance_minor - note.total_minor,
        currency=note.currency,
        reason=reason,
        created_at=loaded.now,
    )
    return refund.id
