"""What was ordered, and what was credited, as one list of events: searched and paged by the database, in one query.

One order with all about it is in receipts.py. Call within `account_scope`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.codec import decode_effects
from tenor.db.models import Order
from tenor.domain.effects import Effect
from tenor.domain.lifecycle import shown_status
from tenor.domain.money import Money

CREDIT_NOTE = "credit_note"
"""As an action and as a status: the event is a credit note."""

# The subscription that a line without one opens: its order was written before it was there, and names it as an effect.
OPENED_BY = """(
    SELECT (effect ->> 'subscription_id')::uuid
    FROM db_order opening, jsonb_array_elements(opening.effects) effect
    WHERE opening.account_id = {line}.account_id AND opening.id = {order_id}
      AND effect ->> 'kind' = 'open_subscription'
      AND effect ->> 'product' = {line}.product_code AND effect ->> 'plan' = {line}.plan_code
    LIMIT 1)"""

_ABOUT = f"""
    SELECT os.subscription_id FROM db_ordersubscription os
    WHERE os.account_id = %(account)s AND os.order_id = {{event}}.order_id
    UNION SELECT coalesce(l.subscription_id, {OPENED_BY.format(line="l", order_id="l.order_id")}) FROM db_orderline l
    WHERE l.account_id = %(account)s AND l.order_id = {{event}}.order_id"""  # noqa: S608 - the columns are ours

# An order with its latest invoice, void ones aside; and every credit note, with the invoice that it corrects.
_FOUND = f"""
WITH events AS (
    SELECT o.id AS order_id, NULL::uuid AS note_id, o.number, o.action, o.status, o.waiting_for,
           o.total_minor, o.currency, o.placed_at AS at, o.placed_by_name AS by, coalesce(i.number, '') AS invoice
    FROM db_order o LEFT JOIN LATERAL (
        SELECT i.number FROM db_invoice i
        WHERE i.account_id = o.account_id AND i.order_id = o.id AND i.kind = 'invoice' AND i.status <> 'void'
        ORDER BY i.created_at DESC, i.id DESC LIMIT 1) i ON true
    WHERE o.account_id = %(account)s
    UNION ALL
    SELECT coalesce(n.order_id, i.order_id), n.id, n.number, 'credit_note', 'credit_note', '',
           n.total_minor, n.currency, n.created_at, '', i.number
    FROM db_invoice n JOIN db_invoice i ON i.account_id = n.account_id AND i.id = n.corrects_id
    WHERE n.account_id = %(account)s AND n.kind = 'credit_note' AND n.number IS NOT NULL
), found AS (
    SELECT e.* FROM events e
    WHERE (%(states)s::text[] IS NULL OR e.status = ANY(%(states)s))
      AND (%(first)s::date IS NULL OR (e.at AT TIME ZONE %(zone)s)::date >= %(first)s)
      AND (%(last)s::date IS NULL OR (e.at AT TIME ZONE %(zone)s)::date <= %(last)s)
      AND (%(words)s::text[] = '{{}}' OR NOT EXISTS (
        SELECT FROM unnest(%(words)s::text[]) word
        WHERE strpos(lower(concat_ws(' ', e.number, e.invoice, (
            SELECT string_agg(concat_ws(' ', s.number, s.label, s.cost_center, p.name), ' ')
            FROM db_subscription s JOIN db_product p ON p.seller_id = s.seller_id AND p.code = s.product_code
            WHERE s.account_id = %(account)s AND s.id IN ({_ABOUT.format(event="e")})))), word) = 0))
)
"""  # noqa: S608 - the conditions are ours

# What is credited at the instant of its order comes after it, so that it stands above it.
_ORDER = "ORDER BY at DESC, note_id IS NULL, number DESC"

_PAGE = f"""{_FOUND}, page AS (SELECT * FROM found {_ORDER} LIMIT %(limit)s OFFSET %(offset)s)
SELECT to_jsonb(page) || jsonb_build_object(
    'effects', CASE WHEN page.note_id IS NULL THEN
        (SELECT o.effects FROM db_order o WHERE o.account_id = %(account)s AND o.id = page.order_id) ELSE '[]' END,
    'is_partly_returned', EXISTS (
        SELECT FROM db_ordersubscription os
        WHERE os.account_id = %(account)s AND os.order_id = page.order_id AND os.returned_at IS NOT NULL),
    'subscriptions', (
        SELECT jsonb_agg(DISTINCT about.subscription_id) FROM (
            SELECT of_order.subscription_id FROM ({_ABOUT.format(event="page")}) of_order WHERE page.note_id IS NULL
            UNION SELECT coalesce(il.subscription_id, ol.subscription_id,
                                  {OPENED_BY.format(line="il", order_id="page.order_id")})
            FROM db_invoiceline il
            LEFT JOIN db_orderline ol ON ol.account_id = il.account_id AND ol.id = il.order_line_id
            WHERE il.account_id = %(account)s AND il.invoice_id = page.note_id) about
        WHERE about.subscription_id IS NOT NULL)), (SELECT count(*) FROM found)
FROM page {_ORDER}
"""  # noqa: S608 - the conditions are ours


@dataclass(frozen=True, slots=True)
class Search:
    """Which events: with every one of these words, of these states, between these local days; None: of any."""

    words: tuple[str, ...] = ()
    states: frozenset[str] | None = None
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class EventRow:
    """One order, or one credit note (`note_id` is set then, and `total` below zero).

    `number` is its own, `invoice` that of the order's invoice, "" until it is issued. `waiting_for` is a
    code or ""; `subscriptions` are ids.
    """

    order_id: UUID
    note_id: UUID | None
    number: str
    action: str
    status: str
    waiting_for: str
    total: Money
    at: datetime
    by: str
    invoice: str
    effects: tuple[Effect, ...]
    subscriptions: tuple[str, ...]
    is_partly_returned: bool

    @property
    def shown_status(self) -> str:
        """The status as people see it."""
        return shown_status(self.status, self.waiting_for, is_partly_returned=self.is_partly_returned)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events, and how many there are on all pages: 0 where this page has none."""

    rows: tuple[EventRow, ...]
    total: int


def find_events(account_id: UUID, search: Search, *, limit: int | None, offset: int = 0) -> Found:
    """The events that are searched for, the newest first; all of them where there is no limit. One query."""
    asked = {**_asked(account_id, search), "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, asked)
        rows = cursor.fetchall()
    return Found(tuple(_event(json.loads(row)) for row, _total in rows), rows[0][1] if rows else 0)


def has_order(account_id: UUID, order_id: UUID) -> bool:
    """Whether the account has an order of that id. One query."""
    return Order.objects.filter(account_id=account_id, id=order_id).exists()


def _asked(account_id: UUID, search: Search) -> dict[str, Any]:
    return {
        "account": account_id,
        "words": [word.lower() for word in search.words],
        "states": None if search.states is None else sorted(search.states),
        "first": search.first,
        "last": search.last,
        "zone": search.zone,
    }


def _event(row: Mapping[str, Any]) -> EventRow:
    return EventRow(
        order_id=UUID(row["order_id"]),
        note_id=UUID(row["note_id"]) if row["note_id"] else None,
        number=row["number"],
        action=row["action"],
        status=row["status"],
        waiting_for=row["waiting_for"],
        total=Money(row["total_minor"], row["currency"]),
        at=datetime.fromisoformat(row["at"]),
        by=row["by"],
        invoice=row["invoice"],
        effects=decode_effects(row["effects"]),
        subscriptions=tuple(row["subscriptions"] or ()),
        is_partly_returned=row["is_partly_returned"],
    )
