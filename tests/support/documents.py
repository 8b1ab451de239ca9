"""Rows for tests, like factories.py: quotes, orders, invoices, money, and what was told about them."""

from datetime import date
from typing import Any

from tenor.db import models
from tenor.db.ids import new_id
from tenor.domain.lifecycle import InvoiceStatus, OrderStatus, PaymentStatus
from tests.support.factories import NOW, TODAY, serials


def make_quote(*, account: models.Account, **fields: Any) -> models.Quote:
    """A stored quote whose outcome nobody reads."""
    return models.Quote.objects.create(
        **{
            "account": account,
            "action": "add_seats",
            "request": {},
            "outcome": {},
            "fingerprint": "0" * 64,
            "priced_at": NOW,
            "priced_on": TODAY,
            "expires_at": NOW.replace(minute=30),
            "created_by": "",
            **fields,
        }
    )


def make_order(
    *, account: models.Account, subscriptions: tuple[models.Subscription, ...] = (), **fields: Any
) -> models.Order:
    """A submitted order of 382.19 and tax, which holds its place on the subscriptions."""
    order = models.Order.objects.create(
        **{
            "account": account,
            "number": f"O-{next(serials):06d}",
            "quote": fields.pop("quote", None) or make_quote(account=account),
            "action": "add_seats",
            "status": OrderStatus.SUBMITTED.value,
            "net_minor": 38_219,
            "tax_minor": 9_555,
            "total_minor": 47_774,
            "currency": "EUR",
            "placed_by": "",
            "placed_by_name": "Alice Admin",
            "placed_at": NOW,
            "expires_at": NOW.replace(day=22),
            "effects": [],
            **fields,
        }
    )
    for subscription in subscriptions:
        models.OrderSubscription.objects.create(account=account, order=order, subscription=subscription)
    return order


def make_order_line(
    *, order: models.Order, subscription: models.Subscription | None = None, **fields: Any
) -> models.OrderLine:
    """The line of the rules' worked example: three seats for 100 of 365 days."""
    return models.OrderLine.objects.create(
        **{
            "account_id": order.account_id,
            "order": order,
            "position": 1,
            "kind": "seats",
            "subscription": subscription,
            **LINE,
            "carried": False,
            **fields,
        }
    )


LINE: dict[str, Any] = {
    "product_code": "draft",
    "plan_code": "standard",
    "seats": 3,
    "starts_on": date(2026, 11, 21),
    "ends_on": date(2027, 3, 1),
    "unit_price_minor": 46_500,
    "denominator": 365,
    "currency": "EUR",
    "amount_minor": 38_219,
    "net_minor": 38_219,
    "explanation": {},
}


def make_invoice(*, account: models.Account, **fields: Any) -> models.Invoice:
    """An open invoice of 382.19 and 25 % tax, with a number."""
    status = fields.pop("status", InvoiceStatus.OPEN.value)
    issued = status not in (InvoiceStatus.DRAFT.value, InvoiceStatus.VOID.value)
    return models.Invoice.objects.create(
        **{
            "account": account,
            "seller_id": account.seller_id,
            "status": status,
            "number": f"INV-{next(serials):06d}" if issued else None,
            "issued_on": TODAY if issued else None,
            "due_on": TODAY if issued else None,
            "currency": "EUR",
            "net_minor": 38_219,
            "tax_minor": 9_555,
            "total_minor": 47_774,
            "parties": {},
            "tax": {},
            "created_at": NOW,
            **fields,
        }
    )


def make_invoice_line(*, invoice: models.Invoice, **fields: Any) -> models.InvoiceLine:
    """A line with the standard rate of Sweden."""
    return models.InvoiceLine.objects.create(
        **{
            "account_id": invoice.account_id,
            "invoice": invoice,
            "position": 1,
            "kind": "seats",
            **LINE,
            "tax_category": "S",
            "tax_rate": "0.25",
            **fields,
        }
    )


def make_tax_line(*, invoice: models.Invoice, **fields: Any) -> models.InvoiceTaxLine:
    """The sum of the standard rate of Sweden."""
    return models.InvoiceTaxLine.objects.create(
        **{
            "account_id": invoice.account_id,
            "invoice": invoice,
            "category": "S",
            "rate": "0.25",
            "currency": "EUR",
            "net_minor": 38_219,
            "tax_minor": 9_555,
            **fields,
        }
    )


def make_payment(*, invoice: models.Invoice, **fields: Any) -> models.Payment:
    """A payment of the whole invoice, not yet sent."""
    status = fields.pop("status", PaymentStatus.PENDING.value)
    return models.Payment.objects.create(
        **{
            "account_id": invoice.account_id,
            "invoice": invoice,
            "gateway": "sandbox",
            "status": status,
            "amount_minor": invoice.total_minor,
            "currency": invoice.currency,
            "created_at": NOW,
            "settled_at": NOW if status == PaymentStatus.SUCCEEDED.value else None,
            **fields,
        }
    )


def make_refund(*, payment: models.Payment, **fields: Any) -> models.Refund:
    """A refund of the whole payment, not yet sent."""
    return models.Refund.objects.create(
        **{
            "account_id": payment.account_id,
            "payment": payment,
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
            "reason": "too_late",
            "created_at": NOW,
            **fields,
        }
    )


def make_posting(*, invoice: models.Invoice, **fields: Any) -> models.Posting:
    """The invoice's net, deferred."""
    return models.Posting.objects.create(
        **{
            "account_id": invoice.account_id,
            "debit": "receivable",
            "credit": "deferred_revenue",
            "amount_minor": invoice.net_minor,
            "currency": invoice.currency,
            "reason": "invoice_net",
            "invoice": invoice,
            "booked_on": TODAY,
            **fields,
        }
    )


def make_event(*, account: models.Account, **fields: Any) -> models.Event:
    """Something that happened."""
    return models.Event.objects.create(
        **{"account": account, "kind": "order_submitted", "actor_name": "Alice Admin", "at": NOW, **fields}
    )


def make_mail(*, account: models.Account | None, **fields: Any) -> models.Mail:
    """A mail to send."""
    return models.Mail.objects.create(
        **{
            "account": account,
            "to": "alice@example.com",
            "kind": "order_receipt",
            "subject_id": new_id(),
            "created_at": NOW,
            **fields,
        }
    )


def make_renewal_claim(*, account: models.Account, **fields: Any) -> models.RenewalClaim:
    """An account in the queue of the night."""
    return models.RenewalClaim.objects.create(**{"account_ids": [account.id], "due_on": TODAY, **fields})


def make_movement(*, invoice: models.Invoice | None, **fields: Any) -> models.BalanceMovement:
    """The first movement of the account's balance: a credit of 100.00. Without an invoice: name its `account_id`."""
    return models.BalanceMovement.objects.create(
        **{
            "account_id": invoice.account_id if invoice else None,
            "invoice": invoice,
            "position": 1,
            "reason": "credit",
            "amount_minor": 10_000,
            "after_minor": 10_000,
            "currency": "EUR",
            "moved_at": NOW,
            **fields,
        }
    )
