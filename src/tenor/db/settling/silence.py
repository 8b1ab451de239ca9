"""Payments to which the gateway gave no answer, for many at once: `unknown`, until it is asked."""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID

from tenor.db.arrays import array, text_array
from tenor.db.statements import run
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
    values = {
        "accounts": array(str(row.account_id) for row in rows),
        "payments": array(str(row.payment_id) for row in rows),
        "errors": text_array(row.error for row in rows),
        "unknown": PaymentStatus.UNKNOWN.value,
        "sending": PaymentStatus.SENDING.value,
        "patience": [patience(tries) for tries in range(MOST_TRIES + 1)],
        "most": MOST_TRIES,
    }
    written = run(_PAYMENTS, values).rows
    waiting_orders = {
        "accounts": array(str(account) for account, _ in written),
        "payments": array(str(payment) for _, payment in written),
        "order_was": sorted(waiting.was),
        "requires_action": waiting.status,
        "waiting_for": waiting.waiting_for,
    }
    run(_ORDERS, waiting_orders)
    return {payment for _, payment in written}
