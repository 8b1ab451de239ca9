"""Claims of payments to collect: many in one statement, and never one whose account somebody else is writing to."""

from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction

from tenor.db.leases import LEASE_SECONDS
from tenor.db.statements import look_up_by_key, run
from tenor.domain.lifecycle import PAYMENT, PaymentStatus, step

FIRST = UUID(int=0)
"""Before every id."""

# Put so that only the index of pending payments has this order: by its primary key the table's whole history would be
# read before the first of them.
_FREE = """
(p.gateway, p.id) > (%(gateway)s, %(after)s) AND p.gateway <= %(gateway)s
AND p.status = 'pending' AND p.parked_at IS NULL
AND (p.lease_until IS NULL OR p.lease_until < now()) AND (p.next_try_at IS NULL OR p.next_try_at <= now())
"""

# The account is locked with its payment: whoever holds it may be about to cancel, resume or send that very payment.
_CLAIM = f"""
WITH free AS (
    SELECT p.account_id, p.id
    FROM db_payment p JOIN db_account a ON a.id = p.account_id
    WHERE {_FREE}
    ORDER BY p.gateway, p.id LIMIT %(limit)s
    FOR NO KEY UPDATE OF a, p SKIP LOCKED
)
UPDATE db_payment p
SET status = 'sending', attempts = p.attempts + 1, first_sent_at = now(),
    lease_until = now() + make_interval(secs => %(lease)s)
FROM free
WHERE p.account_id = free.account_id AND p.id = free.id
RETURNING p.id, p.account_id, p.amount_minor, p.currency, p.request
"""  # noqa: S608 - no value is put into the text

_GATEWAYS = """
WITH RECURSIVE known AS (
    (SELECT gateway FROM db_payment WHERE status = 'pending' AND parked_at IS NULL ORDER BY gateway LIMIT 1)
    UNION ALL
    SELECT (SELECT gateway FROM db_payment
            WHERE status = 'pending' AND parked_at IS NULL AND gateway > known.gateway ORDER BY gateway LIMIT 1)
    FROM known WHERE known.gateway IS NOT NULL
)
SELECT gateway FROM known WHERE gateway IS NOT NULL
"""


class ClaimedPayment(NamedTuple):
    """A payment that is ours to send until its lease runs out."""

    id: UUID
    account_id: UUID
    amount_minor: int
    currency: str
    request: dict[str, Any]


def claim_payments(gateway: str, after: UUID, limit: int) -> list[ClaimedPayment]:
    """Make up to `limit` free pending payments of the gateway `sending`, in one transaction; the oldest first.

    Only those whose id comes after `after`: whoever goes through many does not look at what is done already. What
    somebody else holds is left out, be it the payment or its account.
    """
    step(PAYMENT, PaymentStatus.PENDING, PaymentStatus.SENDING)
    values: dict[str, Any] = {"gateway": gateway, "after": after, "limit": limit, "lease": LEASE_SECONDS}
    with transaction.atomic():
        look_up_by_key()
        rows = run(_CLAIM, values).rows
    claimed = (ClaimedPayment(row[0], row[1], row[2], row[3], orjson.loads(row[4])) for row in rows)
    return sorted(claimed, key=lambda payment: payment.id)


def payments_left(gateway: str) -> int:
    """How many payments of the gateway are pending and free, those included that somebody holds at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM db_payment p WHERE {_FREE}", {"gateway": gateway, "after": FIRST})  # noqa: S608
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def gateways_to_ask() -> list[str]:
    """The gateways for which payments are pending, free or not."""
    with connection.cursor() as cursor:
        cursor.execute(_GATEWAYS)
        return [row[0] for row in cursor.fetchall()]
