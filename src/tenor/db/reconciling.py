"""Our side of a comparison of books, in pages; what was seen at the gateway is kept in a table, not in memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from tenor.db.models import Difference
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.money import Money
from tenor.domain.reconciling import ChargeState, RefundState

PAGE = 500
"""Payments read at once."""

_SELECT = """
SELECT p.id, p.account_id, p.status, p.amount_minor, p.currency, p.gateway_reference, p.created_at,
       p.lease_until > now() AS is_held, i.number, a.number
FROM db_payment p JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
JOIN db_account a ON a.id = p.account_id
"""
_BY_ID = f"{_SELECT} WHERE p.gateway = %s AND p.id = ANY(%s)"
_REFUNDS = "SELECT payment_id, id, status, amount_minor, currency FROM db_refund WHERE payment_id = ANY(%s)"

# Asked of the end of the books first, so that no page is read twice; the ids grow with time.
_UNSEEN = f"""
{_SELECT}
WHERE p.gateway = %(gateway)s AND p.created_at >= %(since)s AND p.id > %(after)s
  AND (p.status IN ('requires_action', 'processing', 'succeeded', 'refunded', 'reversed') OR p.gateway_reference <> '')
  AND NOT EXISTS (SELECT FROM seen_at_gateway s WHERE s.reference = p.id)
ORDER BY p.id LIMIT %(limit)s
"""

_SEEN = "CREATE TEMPORARY TABLE seen_at_gateway (reference uuid, charge text, kept boolean)"
_NOTE = "INSERT INTO seen_at_gateway SELECT * FROM unnest(%s::uuid[], %s::text[], %s::boolean[])"

_TWICE = """
SELECT i.id, coalesce(i.number, ''), a.number, min(p.created_at), array_agg(s.charge ORDER BY s.charge)
FROM seen_at_gateway s JOIN db_payment p ON p.id = s.reference AND p.gateway = %s
JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id JOIN db_account a ON a.id = i.account_id
WHERE s.kept GROUP BY i.id, i.number, a.number HAVING count(*) > 1 LIMIT %s
"""

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class OurPayment:
    """A payment as we have it, and whose it is. `is_held`: somebody works on it at this moment."""

    id: UUID
    account_id: UUID
    state: ChargeState
    gateway_reference: str
    created_at: datetime
    is_held: bool
    invoice: str
    account: str


class Seen(NamedTuple):
    """A charge of the gateway: the payment that it names, its own id, and whether money of it stayed there."""

    reference: UUID
    charge: str
    kept: bool


class ChargedTwice(NamedTuple):
    """An invoice for which more than one charge keeps money."""

    invoice_id: UUID
    number: str
    account: str
    since: datetime
    charges: list[str]


def begin_to_look() -> None:
    """Forget what an earlier look of this connection saw. Call before `note_seen`."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS seen_at_gateway")
        cursor.execute(_SEEN)


def note_seen(charges: Iterable[Seen]) -> None:
    """Remember what is at the gateway, in a table of this connection alone."""
    rows = list(charges)
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [[row[place] for row in rows] for place in range(3)])


def all_seen() -> None:
    """Everything was noted: from now on it is looked up."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON seen_at_gateway (reference)")
        cursor.execute("ANALYZE seen_at_gateway")


def read_payments(gateway: str, ids: Sequence[UUID]) -> Mapping[UUID, OurPayment]:
    """Those of the payments that are ours, with their refunds."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_ID, [gateway, list(ids)])
        return {payment.id: payment for payment in _with_refunds(cursor.fetchall())}


def unseen_payments(gateway: str, since: datetime) -> Iterator[OurPayment]:
    """Payments since then of which the gateway told something, or took money, and that it did not list."""
    after = NOBODY
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_UNSEEN, {"gateway": gateway, "since": since, "after": after, "limit": PAGE})
            rows = cursor.fetchall()
        yield from _with_refunds(rows)
        if len(rows) < PAGE:
            return
        after = rows[-1][0]


def charged_twice(gateway: str, limit: int) -> list[ChargedTwice]:
    """Invoices for which the gateway keeps the money of more than one charge."""
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, [gateway, limit])
        return [ChargedTwice(*row) for row in cursor.fetchall()]


def _with_refunds(rows: Sequence[tuple[Any, ...]]) -> list[OurPayment]:
    refunds: dict[UUID, dict[str, RefundState]] = {}
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_REFUNDS, [[row[0] for row in rows]])
            for payment_id, refund_id, status, minor, currency in cursor.fetchall():
                state = RefundState(PaymentStatus(status), Money(minor, currency))
                refunds.setdefault(payment_id, {})[str(refund_id)] = state
    return [_payment(row, refunds.get(row[0], {})) for row in rows]


def _payment(row: tuple[Any, ...], refunds: Mapping[str, RefundState]) -> OurPayment:
    key, account_id, status, minor, currency, gateway_reference, created_at, is_held, invoice, account = row
    state = ChargeState(PaymentStatus(status), Money(minor, currency), refunds)
    return OurPayment(key, account_id, state, gateway_reference, created_at, bool(is_held), invoice or "", account)


def keep_difference(row: Difference) -> bool:
    """Write the difference down; one that is open already gets the newest facts. Returns whether it is new.

    Looks may overlap (the night's, and one by hand): of two that see it, the later one's mark stays.
    """
    with transaction.atomic():
        same = Difference.objects.filter(kind=row.kind, gateway=row.gateway, reference=row.reference, resolved_at=None)
        if same.update(facts=row.facts, look=Greatest(F("look"), Value(row.look))):
            return False
        row.save(force_insert=True)
        return True


def resolve_others(gateway: str, since: datetime, look: UUID, now: datetime) -> int:
    """Close the open differences about charges since then that this look did not find. Returns how many.

    What a look that began later has found stays open: looks sort by age, and the newer one knows better.
    """
    open_ones = Difference.objects.filter(gateway=gateway, resolved_at=None, about_at__gte=since)
    return open_ones.filter(look__lt=look).update(resolved_at=Greatest(F("found_at"), Value(now)))
