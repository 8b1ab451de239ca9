"""Rows -> PastOrders: the orders of an account that may still be returned, or that paid for days to come. One query."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.codec import decode_quote
from tenor.db.outcomes import OUTCOME
from tenor.domain.effects import Effect, GiveBack, StartTerm
from tenor.domain.lifecycle import IN_FLIGHT, OrderStatus
from tenor.domain.money import Money, total
from tenor.domain.orders import PastOrder, PastOrders, billing
from tenor.domain.quote import Quote

LONGEST_WINDOW = timedelta(days=366)
"""No seller takes orders back for longer."""

_ORDERS = f"""
SELECT o.id, o.number, o.action, (o.effects_applied_at AT TIME ZONE a.time_zone)::date, {OUTCOME},
       (SELECT jsonb_agg(jsonb_build_array(
                (SELECT jsonb_agg(jsonb_build_array(t.position, t.tax_minor))
                 FROM db_invoicetaxline t WHERE t.account_id = n.account_id AND t.invoice_id = n.id),
                (SELECT jsonb_agg(jsonb_build_array(l.position, l.amount_minor, l.net_minor))
                 FROM db_invoiceline l WHERE l.account_id = n.account_id AND l.invoice_id = n.id)) ORDER BY n.id)
        FROM db_invoice n JOIN db_invoice i ON i.account_id = n.account_id AND i.id = n.corrects_id
        WHERE i.account_id = o.account_id AND i.order_id = o.id AND n.kind = 'credit_note'),
       (SELECT jsonb_agg(l.id ORDER BY l.position)
        FROM db_orderline l
        WHERE l.account_id = o.account_id AND l.order_id = o.id AND l.carried AND l.billed_at IS NULL),
       (SELECT jsonb_build_object(
                'paid_by', (SELECT p.method_id FROM db_payment p
                            WHERE p.account_id = i.account_id AND p.invoice_id = i.id AND p.status = 'succeeded'
                              AND NOT p.surplus),
                'is_owed', i.status = 'open',
                'paid_out', (SELECT coalesce(sum(r.amount_minor), 0)
                             FROM db_payment p JOIN db_refund r ON r.account_id = p.account_id AND r.payment_id = p.id
                             WHERE p.account_id = i.account_id AND p.invoice_id = i.id AND NOT p.surplus
                               AND p.status IN ('succeeded', 'refunded')
                               AND r.from_balance AND r.status <> 'failed'),
                'is_being_paid', EXISTS (SELECT FROM db_payment p
                            WHERE p.account_id = i.account_id AND p.invoice_id = i.id AND p.status = ANY(%s)))
        FROM db_invoice i
        WHERE i.account_id = o.account_id AND i.order_id = o.id AND i.kind = 'invoice' AND i.status <> 'void'),
       (SELECT jsonb_agg(jsonb_build_array(c.subscription_id, c.kind, c.value, c.scheduled_on))
        FROM db_ordersubscription n
        JOIN db_scheduledchange c ON c.account_id = n.account_id AND c.subscription_id = n.subscription_id
        WHERE n.account_id = o.account_id AND n.order_id = o.id AND c.claimed_at = o.effects_applied_at),
       (SELECT jsonb_agg(s.subscription_id) FROM db_ordersubscription s
        WHERE s.account_id = o.account_id AND s.order_id = o.id AND s.returned_at IS NOT NULL),
       o.status
FROM db_order o
JOIN db_account a ON a.id = o.account_id
WHERE o.account_id = %s AND o.effects_applied_at IS NOT NULL
  AND (o.effects_applied_at > %s
       OR EXISTS (SELECT FROM db_orderline l
                  WHERE l.account_id = o.account_id AND l.order_id = o.id AND l.ends_on > %s))
ORDER BY o.effects_applied_at, o.id
"""  # noqa: S608 - the expression is ours


def load_past_orders(account_id: UUID, today: date) -> PastOrders:
    """In the order in which they were carried out. Call within `account_scope`, with the account locked to decide.

    An order that was returned, or is granted and still being paid, is only told as what billed another one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, [sorted(IN_FLIGHT), account_id, today - LONGEST_WINDOW, today])
        rows = cursor.fetchall()
    every = [_order(row) for row in rows]
    return tuple(
        replace(order, billed_by=billing(every, order))
        for order, row in zip(every, rows, strict=True)
        if row[-1] == OrderStatus.FULFILLED
    )


def _order(row: Sequence[Any]) -> PastOrder:
    order_id, number, action, granted_on, outcome, notes, waiting, bill, claimed, returned, _status = row
    quote = _as_claimed(decode_quote(_json(outcome)), _json(claimed) or ())
    return PastOrder(
        id=str(order_id),
        number=number,
        action=action,
        granted_on=granted_on,
        quote=quote,
        credited=tuple(_credited(str(order_id), quote, *note) for note in _json(notes) or ()),
        waiting=tuple(_json(waiting) or ()),
        returned=frozenset(_json(returned) or ()),
        **(_json(bill) or {}),
    )


def _as_claimed(quote: Quote, claimed: Sequence[Sequence[str]]) -> Quote:
    """The quote as it was carried out: of the entries that a term's order saw, it claimed those that still stood."""
    known = {tuple(entry) for entry in claimed}
    return replace(quote, effects=tuple(_term_as_claimed(each, known) for each in quote.effects))


def _term_as_claimed(effect: Effect, claimed: Set[tuple[str, ...]]) -> Effect:
    if not isinstance(effect, StartTerm):
        return effect
    taken = tuple(
        entry
        for entry in effect.was.scheduled
        if (effect.subscription_id, entry.kind.value, entry.value, entry.scheduled_on.isoformat()) in claimed
    )
    return replace(effect, was=replace(effect.was, scheduled=taken))


def _credited(
    order_id: str, quote: Quote, taxes: Sequence[tuple[int, int]] | None, lines: Sequence[Sequence[int]]
) -> GiveBack:
    """A credit note's lines stand at the places of its invoice's; where there is none, nothing was given back."""
    by_place: Mapping[int, Sequence[int]] = {position - 1: amounts for position, *amounts in lines}
    currency, nothing = quote.total.currency, (0, 0)
    rows = [by_place.get(place, nothing) for place in range(len(quote.lines))]
    found, many = dict(taxes or ()), len(quote.tax_lines)
    by_kind = tuple(Money(found.get(position, 0), currency) for position in range(1, many + 1))
    return GiveBack(
        order_id=order_id,
        amounts=tuple(Money(amount, currency) for amount, _ in rows),
        nets=tuple(Money(net, currency) for _, net in rows),
        tax=total(by_kind, currency),
        taxes=by_kind if many > 1 else (),
    )


def _json(column: str | None) -> Any:
    return None if column is None else json.loads(column)
