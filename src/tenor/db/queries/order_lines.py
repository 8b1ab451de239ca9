"""Lines of orders as a bookkeeper wants them: with their document, its tax, and how it was paid.

What has no document (yet) has the lines of its order. Call within `account_scope`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import accumulate, groupby, pairwise
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.codec import decode_tax
from tenor.db.queries.orders import OPENED_BY, EventRow
from tenor.domain.line_tax import TaxDecision
from tenor.domain.money import Money

_BILLED = f"""
SELECT to_jsonb(l) || jsonb_build_object(
    'order_id', d.order_id, 'note_id', CASE WHEN d.kind = 'credit_note' THEN d.id END,
    'document', d.number, 'issued_on', d.issued_on,
    'about', coalesce(l.subscription_id, o.subscription_id, {OPENED_BY.format(line="l", order_id="d.order_id")}),
    'tax_minor', t.tax_minor, 'tax', coalesce(t.tax, d.tax), 'paid', (
        SELECT jsonb_build_object('at', coalesce(r.settled_at, p.settled_at), 'method', m.label)
        FROM db_payment p
        LEFT JOIN db_refund r ON r.account_id = p.account_id AND r.payment_id = p.id AND r.credit_note_id = d.id
        LEFT JOIN db_paymentmethod m ON m.account_id = p.account_id AND m.id = p.method_id
        WHERE p.account_id = d.account_id AND CASE WHEN d.kind = 'credit_note'
            THEN r.status = 'succeeded'
            ELSE p.invoice_id = d.id AND p.status IN ('succeeded', 'refunded') AND NOT p.surplus END
        ORDER BY p.settled_at DESC NULLS LAST LIMIT 1))
FROM db_invoice d
JOIN db_invoiceline l ON l.account_id = d.account_id AND l.invoice_id = d.id
LEFT JOIN db_orderline o ON o.account_id = l.account_id AND o.id = l.order_line_id
LEFT JOIN db_invoicetaxline t ON t.account_id = d.account_id AND t.invoice_id = d.id AND t.position = l.tax_position
WHERE d.account_id = %(account)s AND d.status <> 'void'
  AND (d.kind = 'invoice' AND d.order_id = ANY(%(orders)s) OR d.id = ANY(%(notes)s))
ORDER BY d.id, l.tax_position, l.position
"""  # noqa: S608 - the columns are ours

_UNBILLED = f"""
SELECT to_jsonb(l) || jsonb_build_object(
    'about', coalesce(l.subscription_id, {OPENED_BY.format(line="l", order_id="l.order_id")}))
FROM db_orderline l
WHERE l.account_id = %(account)s AND l.order_id = ANY(%(orders)s) AND NOT EXISTS (
    SELECT FROM db_invoiceline il JOIN db_invoice d ON d.account_id = il.account_id AND d.id = il.invoice_id
    WHERE il.account_id = l.account_id AND il.order_line_id = l.id AND d.status <> 'void')
ORDER BY l.order_id, l.position
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One line. `document` is the number of its invoice or credit note, "" for none; `tax` is None with it.

    `subscription_id` is "" where the line opens one that is not there yet. `paid_at` is when its document was paid, or
    the money given back.
    """

    order_id: UUID
    note_id: UUID | None
    document: str
    issued_on: date | None
    subscription_id: str
    product: str
    plan: str
    seats: int
    starts_on: date
    ends_on: date
    net: Money
    tax: Money | None
    decision: TaxDecision | None
    paid_at: datetime | None
    method: str


def booked_lines(account_id: UUID, events: Iterable[EventRow]) -> dict[tuple[UUID, UUID | None], list[BookedLine]]:
    """The lines of these events, by (order, credit note). Two queries, however many there are."""
    found = list(events)
    asked: dict[str, Any] = {
        "account": account_id,
        "orders": [event.order_id for event in found if event.note_id is None],
        "notes": [event.note_id for event in found if event.note_id is not None],
    }
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, asked)
        billed = [json.loads(row) for (row,) in cursor.fetchall()]
        cursor.execute(_UNBILLED, asked)
        unbilled = [json.loads(row) for (row,) in cursor.fetchall()]
    lines: dict[tuple[UUID, UUID | None], list[BookedLine]] = {}
    for line in (*_with_tax(billed), *map(_line, unbilled)):
        lines.setdefault((line.order_id, line.note_id), []).append(line)
    return lines


def _with_tax(rows: list[dict[str, Any]]) -> Iterator[BookedLine]:
    """Each with its share of the tax that its document sums by kind: the shares add up to it exactly."""
    for _key, group in groupby(rows, key=lambda row: (row["invoice_id"], row["tax_position"])):
        same = list(group)
        lines = [_line(row) for row in same]
        if same[0]["tax_minor"] is None:
            yield from lines
            continue
        summed = Money(same[0]["tax_minor"], same[0]["currency"])
        for line, tax in zip(lines, _shares(summed, lines), strict=True):
            yield replace(line, tax=tax)


def _shares(tax: Money, lines: list[BookedLine]) -> list[Money]:
    """Shared out by the lines' nets, of which some may be credits: each line takes what the sum up to it has grown."""
    sums = list(accumulate(line.net.minor for line in lines))
    whole = sums[-1] or 1  # nothing is taxed in all: then there is no tax to share out
    grown = [(2 * tax.minor * so_far + whole) // (2 * whole) for so_far in sums]
    return [Money(after - before, tax.currency) for before, after in pairwise([0, *grown])]


def _line(row: Mapping[str, Any]) -> BookedLine:
    paid = row.get("paid") or {}
    has_tax = row.get("tax_minor") is not None and row.get("tax")
    return BookedLine(
        order_id=UUID(row["order_id"]),
        note_id=UUID(row["note_id"]) if row.get("note_id") else None,
        document=row.get("document") or "",
        issued_on=date.fromisoformat(row["issued_on"]) if row.get("issued_on") else None,
        subscription_id=row["about"] or "",
        product=row["product_code"],
        plan=row["plan_code"],
        seats=row["seats"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=date.fromisoformat(row["ends_on"]),
        net=Money(row["net_minor"], row["currency"]),
        tax=None,
        decision=decode_tax(row["tax"]) if has_tax else None,
        paid_at=datetime.fromisoformat(paid["at"]) if paid.get("at") else None,
        method=paid.get("method") or "",
    )
