"""To which payments a balance can go back. Call within `account_scope`, with the account locked to decide."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from tenor.db.models import Invoice, Payment, Refund
from tenor.domain.invoices import DocumentKind
from tenor.domain.lifecycle import InvoiceStatus, PaymentStatus
from tenor.domain.money import Money
from tenor.domain.paying_out import PaidBefore


def list_paid_before(account_id: UUID) -> tuple[PaidBefore, ...]:
    """What the account paid and has not got back, the newest first. One query.

    Not what took money without a claim to it, which goes back whole, and not where a pay-out failed before.
    """
    failed = Refund.objects.filter(
        account_id=account_id, payment_id=OuterRef("id"), from_balance=True, status=PaymentStatus.FAILED
    )
    unclaimed = Refund.objects.filter(
        account_id=account_id, payment_id=OuterRef("id"), from_balance=False, credit_note=None
    )
    back = (
        Refund.objects.filter(~Q(status=PaymentStatus.FAILED), account_id=account_id, payment_id=OuterRef("id"))
        .order_by()
        .values("payment_id")
        .annotate(sum=Sum("amount_minor"))
        .values("sum")
    )
    rows = (
        Payment.objects.filter(~Exists(failed), ~Exists(unclaimed), account_id=account_id)
        .filter(status=PaymentStatus.SUCCEEDED, surplus=False)
        .annotate(back=Coalesce(back, 0))
        .order_by("-settled_at", "-id")
        .values_list("id", "method__label", "amount_minor", "currency", "back")
    )
    return tuple(
        PaidBefore(str(payment_id), label or "", Money(amount - given, currency))
        for payment_id, label, amount, currency, given in rows
        if amount > given
    )


def owes_something(account_id: UUID) -> bool:
    """Whether an invoice of the account is unpaid."""
    return Invoice.objects.filter(account_id=account_id, kind=DocumentKind.INVOICE, status=InvoiceStatus.OPEN).exists()
