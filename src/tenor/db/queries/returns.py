"""What became of an order that was given back, whole or in part. Call within `account_scope`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.codec import decode_quote
from tenor.domain.quote import Quote

_RETURNED = """
SELECT e.at, e.actor_name, e.staff, q.outcome,
       (SELECT jsonb_build_object('number', n.number, 'issued_on', n.issued_on, 'invoice', i.number,
                'refund', r.status, 'parked', r.parked_at IS NOT NULL, 'settled_at', r.settled_at,
                'payment', p.status, 'method', m.label)
        FROM db_invoice n
        JOIN db_invoice i ON i.account_id = n.account_id AND i.id = n.corrects_id
        LEFT JOIN db_refund r ON r.account_id = n.account_id AND r.credit_note_id = n.id
        LEFT JOIN db_payment p ON p.account_id = r.account_id AND p.id = r.payment_id
        LEFT JOIN db_paymentmethod m ON m.account_id = p.account_id AND m.id = p.method_id
        WHERE n.account_id = e.account_id AND n.kind = 'credit_note' AND n.created_at = e.at
          AND n.total_minor = (q.outcome->'total'->>'minor')::bigint
          AND n.order_id IN (SELECT (effect->>'order_id')::uuid
                             FROM jsonb_array_elements(q.outcome->'effects') effect
                             WHERE effect->>'kind' = 'give_back')
        ORDER BY n.id DESC LIMIT 1)
FROM db_event e
JOIN db_quote q ON q.account_id = e.account_id AND q.id = e.quote_id
WHERE e.account_id = %s AND e.order_id = %s AND e.kind = 'return_order'
ORDER BY e.at DESC, e.id DESC
"""


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A credit note, the invoice that it corrects, and its refund.

    `refund` is that row's status, "" where no money moves; `is_parked`: a person has to look after it; `payment` is the
    status of the payment that is given back, `method` the label of what it was paid by.
    """

    number: str
    issued_on: date
    invoice: str
    refund: str
    is_parked: bool
    settled_at: datetime | None
    payment: str
    method: str


@dataclass(frozen=True, slots=True)
class Returned:
    """How an order was given back: when, by whom, what that undid and gave back. No note where nothing was paid yet."""

    at: datetime
    by: str
    staff: str
    quote: Quote
    note: NoteShown | None


def read_returns(account_id: UUID, order_id: UUID) -> tuple[Returned, ...]:
    """How the order was given back, whole or part by part, the latest first; nothing where it was not. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_RETURNED, [account_id, order_id])
        rows = cursor.fetchall()
    return tuple(
        Returned(at, by, staff, decode_quote(json.loads(outcome)), _note(json.loads(note)) if note else None)
        for at, by, staff, outcome, note in rows
    )


def _note(found: Mapping[str, Any]) -> NoteShown:
    settled_at = found["settled_at"]
    return NoteShown(
        number=found["number"],
        issued_on=date.fromisoformat(found["issued_on"]),
        invoice=found["invoice"],
        refund=found["refund"] or "",
        is_parked=found["parked"],
        settled_at=datetime.fromisoformat(settled_at) if settled_at else None,
        payment=found["payment"] or "",
        method=found["method"] or "",
    )
