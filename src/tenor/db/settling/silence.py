"""Payments to which the gateway gave no answer, for many at once: `unknown`, until it is asked."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from tenor.db.settling.reading import BY_KEY
from tenor.domain.lifecycle import PaymentStatus

_PAYMENTS = """
UPDATE db_payment p
SET status = %(unknown)s, error = b.error, lease_until = NULL,
    next_try_at = now() + make_interval(secs => (%(patience)s::int[])[1 + least(p.tries, %(most)s)])
FROM unnest(%(accounts)s::uuid[], %(payments)s::uuid[], %(errors)s::text[]) b (account_id, id, error)
WHERE p.account_id = b.account_id AND p.id = b.id AND p.status = %(sending)s
RETURNING p.account_id, p.id
"""

_ORDERS = """
UPDATE db_order o SET status = %(requires_action)s, waiting_for = %(waiting_for)s
FROM unnest(%(accounts)s::uuid[], %(payments)s::uuid[]) b (account_id, id)
JOIN db_payment p ON p.account_id = b.account_id AND p.id = b.id
JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
WHERE o.account_id = i.account_id AND o.id = i.order_id AND o.status = ANY(%(order_was)s)
"""

MOST_TRIES = 16
"""Patience does not grow any more by then."""


class Silent(NamedTuple):
    """A payment without an answer, and what was heard instead."""

    account_id: UUID
    payment_id: UUID
    error: str


class Waiting(NamedTuple):
    """What becomes of the orders: from one of the states `was` to `status`, where they say what they wait for."""

    was: frozenset[str]
    status: str
    waiting_for: str


def write_silence(silent: Iterable[Silent], waiting: Waiting, patience: Callable[[int], int]) -> set[UUID]:
    """Leave the payments among these that are being sent `unknown`; their ids. Call with their accounts locked.

    `patience` says after how many seconds one is asked about that was tried so often.
    """
    rows = list(silent)
    values: dict[str, Any] = {
        "accounts": [row.account_id for row in rows],
        "payments": [row.payment_id for row in rows],
        "errors": [row.error for row in rows],
        "unknown": PaymentStatus.UNKNOWN.value,
        "sending": PaymentStatus.SENDING.value,
        "patience": [patience(tries) for tries in range(MOST_TRIES + 1)],
        "most": MOST_TRIES,
    }
    with connection.cursor() as cursor:
        cursor.execute(BY_KEY)
        cursor.execute(_PAYMENTS, values)
        written = cursor.fetchall()
        accounts, payments = [row[0] for row in written], [row[1] for row in written]
        values |= {"accounts": accounts, "payments": payments, "order_was": sorted(waiting.was)}
        values |= {"requires_action": waiting.status, "waiting_for": waiting.waiting_for}
        cursor.execute(_ORDERS, values)
    return set(payments)
