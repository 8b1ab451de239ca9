"""What payment methods are still to pay, beyond renewals. Call within `account_scope`."""

from uuid import UUID

from django.db.models import Q

from tenor.db.models import Order, Payment
from tenor.domain.lifecycle import IN_FLIGHT, OPEN_ORDER, InvoiceStatus, PaymentStatus
from tenor.domain.methods import MethodUse

_TAKEN_BACK = Q(status=PaymentStatus.REVERSED.value, invoice__status=InvoiceStatus.OPEN.value)


def method_uses(account_id: UUID) -> tuple[MethodUse, ...]:
    """Open orders, payments under way, and payments that a bank took back, each by its method. Two queries."""
    orders = Order.objects.filter(account_id=account_id, status__in=OPEN_ORDER).exclude(method_id=None)
    payments = Payment.objects.filter(_TAKEN_BACK | Q(status__in=IN_FLIGHT), account_id=account_id)
    found = [(*row, True) for row in orders.values_list("method_id", "id", "number")]
    paid = payments.exclude(method_id=None).values_list(
        "method_id", "invoice__order_id", "invoice__order__number", "status"
    )
    found += [(method, order, number, status in IN_FLIGHT) for method, order, number, status in paid]
    return tuple(
        MethodUse(str(method), str(order), number, is_open=is_open)
        for method, order, number, is_open in sorted(set(found), key=str)
    )
