"""What payment methods are still to pay, beyond renewals. Call within `account_scope`."""

from uuid import UUID

from django.db import connection

from tenor.domain.lifecycle import IN_FLIGHT, OPEN_ORDER, InvoiceStatus, PaymentStatus
from tenor.domain.methods import MethodUse

# An open order by the method that it was placed with; any order by the method of a payment under way or taken back.
_USES = """
SELECT o.method_id, o.id, o.number, true AS is_open
FROM db_order o
WHERE o.account_id = %(account)s AND o.status = ANY(%(open)s) AND o.method_id IS NOT NULL
UNION
SELECT p.method_id, o.id, o.number, p.status <> %(reversed)s
FROM db_payment p
JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
JOIN db_order o ON o.account_id = i.account_id AND o.id = i.order_id
WHERE p.account_id = %(account)s AND p.method_id IS NOT NULL
  AND (p.status = ANY(%(in_flight)s) OR (p.status = %(reversed)s AND i.status = %(owed)s))
ORDER BY number, is_open
"""


def method_uses(account_id: UUID) -> tuple[MethodUse, ...]:
    """Open orders, payments under way, and payments that a bank took back, each by its method. One query."""
    values: dict[str, str | UUID | list[str]] = {
        "account": account_id,
        "open": sorted(OPEN_ORDER),
        "in_flight": sorted(IN_FLIGHT),
        "reversed": PaymentStatus.REVERSED.value,
        "owed": InvoiceStatus.OPEN.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_USES, values)
        rows = cursor.fetchall()
    return tuple(MethodUse(str(method), str(order), number, is_open) for method, order, number, is_open in rows)
