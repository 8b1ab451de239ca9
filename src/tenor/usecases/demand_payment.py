"""A draft invoice for an order, and a payment of it that is still to be collected."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from tenor.db.ids import new_id
from tenor.db.leases import lease_ends
from tenor.db.models import (
    Account,
    Invoice,
    InvoiceLine,
    InvoiceTaxLine,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Seller,
)
from tenor.domain.account import MethodStatus
from tenor.domain.balance import left_to_pay
from tenor.domain.lifecycle import InvoiceStatus, PaymentStatus
from tenor.domain.line_tax import LineTax
from tenor.domain.money import Money
from tenor.domain.quote import Quote, canonical
from tenor.domain.refusals import Refusal
from tenor.domain.tax import places_by_kind
from tenor.usecases.load import Loaded
from tenor.usecases.move_balance import take_from_balance
from tenor.usecases.session import Session


def draft_invoice(loaded: Loaded, order: Order, quote: Quote, order_lines: list[OrderLine]) -> Invoice:
    """The invoice as it will be issued, without a number yet; parties and tax decision as they are now (docs/adr 5).

    What the account's balance pays of it is taken from there at once (docs/adr 22). Raises ValueError where its total
    is not the sum of its lines.
    """
    quote.demand_sums()
    invoice = Invoice.objects.create(
        id=new_id(),
        account_id=order.account_id,
        seller_id=loaded.offer.seller.id,
        order_id=order.id,
        status=InvoiceStatus.DRAFT,
        currency=quote.total.currency,
        net_minor=quote.net.minor,
        tax_minor=quote.tax_total.minor,
        total_minor=quote.total.minor,
        from_balance_minor=-quote.balance_moves.minor,
        parties=_parties(loaded),
        tax=canonical(quote.tax),
        created_at=loaded.now,
    )
    kinds = {kind: position for position, kind in enumerate(places_by_kind(quote.taxes), start=1)}
    pairs = zip(quote.taxes, order_lines, strict=True)
    InvoiceLine.objects.bulk_create(_line(invoice, tax, kinds[tax.kind], row) for tax, row in pairs)
    InvoiceTaxLine.objects.bulk_create(_tax_lines(invoice, quote))
    take_from_balance(loaded, invoice)
    return invoice


def demand_payment(loaded: Loaded, order: Order, invoice: Invoice, method_id: str | None, session: Session) -> Payment:
    """A payment `pending` with the exact request that will be sent: its id is the idempotency key (docs/adr 4).

    Raises Refusal("no_payment_method") where the account has no method to charge.
    """
    method = _method(order.account_id, method_id)
    if method is None:
        raise Refusal("no_payment_method", {"order": order.number})
    payment_id = new_id()
    return Payment.objects.create(
        id=payment_id,
        account_id=order.account_id,
        invoice_id=invoice.id,
        method_id=method.id,
        gateway=method.gateway,
        status=PaymentStatus.PENDING,
        amount_minor=amount_owed(invoice),
        currency=invoice.currency,
        request={
            "method": method.gateway_reference,
            "description": f"{loaded.offer.seller.name} {order.number}",
            # Where nobody waits the bank may want its check nevertheless: the payer comes back to the portal then, too.
            "return_url": (session.return_url or settings.ORDER_RETURN_URL).replace("{order}", str(order.id)),
            "on_session": bool(session.return_url),
            "locale": session.locale or _language(order.account_id),
        },
        created_at=loaded.now,
        # Who waits for the answer collects at once; the worker looks after it when this lease has run out.
        lease_until=lease_ends() if session.return_url else None,
    )


def amount_owed(invoice: Invoice) -> int:
    """What a payment of the invoice has to take, in minor units: not what the balance pays, or notes gave back."""
    notes = Invoice.objects.filter(account_id=invoice.account_id, corrects_id=invoice.id)
    sums = invoice.total_minor, invoice.from_balance_minor, -(notes.aggregate(sum=Sum("total_minor"))["sum"] or 0)
    return left_to_pay(*(Money(minor, invoice.currency) for minor in sums)).minor


def has_method(loaded: Loaded, method_id: str | None) -> bool:
    """Whether there is a stored method to charge."""
    return _method(loaded.state.id, method_id) is not None


def _method(account_id: UUID | str, method_id: str | None) -> PaymentMethod | None:
    active = PaymentMethod.objects.filter(account_id=account_id, status=MethodStatus.ACTIVE)
    return active.filter(id=method_id).first() if method_id else None


def _language(account_id: UUID) -> str:
    return Account.objects.values_list("language", flat=True).get(id=account_id)


def _parties(loaded: Loaded) -> dict[str, dict[str, str]]:
    seller = Seller.objects.get(id=loaded.offer.seller.id)
    customer = Account.objects.get(id=loaded.state.id)
    return {"seller": seller_party(seller), "customer": _party(customer, customer.name)}


def seller_party(seller: Seller) -> dict[str, str]:
    """The seller as it stands on an invoice."""
    return _party(seller, seller.legal_name)


def _party(row: Seller | Account, name: str) -> dict[str, str]:
    fields = ("street", "postal_code", "city", "region", "country", "vat_id")
    return {"name": name, **{field: getattr(row, field) for field in fields}}


def _line(invoice: Invoice, tax: LineTax, tax_position: int, row: OrderLine) -> InvoiceLine:
    return InvoiceLine(
        id=new_id(),
        account_id=invoice.account_id,
        invoice_id=invoice.id,
        position=row.position,
        kind=row.kind,
        order_line_id=row.id,
        subscription_id=row.subscription_id,
        product_code=row.product_code,
        plan_code=row.plan_code,
        seats=row.seats,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        unit_price_minor=row.unit_price_minor,
        denominator=row.denominator,
        currency=row.currency,
        amount_minor=row.amount_minor,
        net_minor=row.net_minor,
        tax_category=tax.decision.category,
        tax_rate=_decimal(tax.decision.rate),
        tax_position=tax_position,
        tax_included=tax.included,
        explanation=row.explanation,
    )


def _tax_lines(invoice: Invoice, quote: Quote) -> list[InvoiceTaxLine]:
    first_of_kind = (quote.taxes[places[0]].decision for places in places_by_kind(quote.taxes).values())
    return [
        InvoiceTaxLine(
            id=new_id(),
            account_id=invoice.account_id,
            invoice_id=invoice.id,
            position=position,
            category=line.category,
            rate=_decimal(line.rate),
            currency=line.tax.currency,
            net_minor=line.net.minor,
            tax_minor=line.tax.minor,
            tax=None if decision == quote.tax else canonical(decision),
            tax_included=bool(line.included),
        )
        for position, (line, decision) in enumerate(zip(quote.tax_lines, first_of_kind, strict=True), start=1)
    ]


def _decimal(rate: Fraction) -> Decimal:
    """Tax rates have a few decimals by law, so that the division is exact."""
    return Decimal(rate.numerator) / Decimal(rate.denominator)
