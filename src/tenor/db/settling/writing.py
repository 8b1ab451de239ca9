"""What follows when renewals are paid, for many at once: the rows that `usecases.settle_order` writes for one.

Each statement finds its rows by the state that they had when they were read: a row that somebody moved meanwhile is
missing from the count, and then nothing of the batch stands (`ChangedMeanwhile`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from tenor.db.arrays import array, text_array
from tenor.db.ids import new_raw_ids
from tenor.db.settling.reading import GOES_ON, PaidRenewal
from tenor.db.statements import run
from tenor.db.transitions import ChangedMeanwhile
from tenor.domain.ledger import payment_received
from tenor.domain.lifecycle import InvoiceStatus, OrderStatus, PaymentStatus
from tenor.domain.money import Money

PAYMENTS = """
UPDATE db_payment p
SET status = %(succeeded)s, gateway_reference = b.reference, action_url = '', lease_until = NULL, next_try_at = NULL,
    error = '', tries = 0, settled_at = %(now)s
FROM unnest(%(accounts)s::uuid[], %(payments)s::uuid[], %(references)s::text[]) b (account_id, id, reference)
WHERE p.account_id = b.account_id AND p.id = b.id AND p.status = ANY(%(payment_was)s)
"""

INVOICES = """
UPDATE db_invoice i SET status = %(paid)s
FROM unnest(%(accounts)s::uuid[], %(invoices)s::uuid[]) b (account_id, id)
WHERE i.account_id = b.account_id AND i.id = b.id AND i.status = %(invoice_was)s
"""

POSTINGS = """
INSERT INTO db_posting (id, account_id, debit, credit, amount_minor, currency, reason, invoice_id, payment_id,
                        booked_on)
SELECT b.id, b.account_id, %(debit)s, %(credit)s, b.amount, b.currency, %(reason)s, b.invoice_id, b.payment_id, b.today
FROM unnest(%(posting_ids)s::uuid[], %(accounts)s::uuid[], %(amounts)s::bigint[], %(currencies)s::text[],
            %(invoices)s::uuid[], %(payments)s::uuid[], %(days)s::date[])
     b (id, account_id, amount, currency, invoice_id, payment_id, today)
"""

ORDERS = """
UPDATE db_order o
SET status = %(fulfilled)s, waiting_for = '', retry_on = NULL, effects_applied_at = %(now)s, fulfilled_at = %(now)s
FROM unnest(%(accounts)s::uuid[], %(orders)s::uuid[]) b (account_id, id)
WHERE o.account_id = b.account_id AND o.id = b.id AND o.status = ANY(%(order_was)s) AND o.effects_applied_at IS NULL
"""

PLACES = """
UPDATE db_ordersubscription n SET open = false
FROM unnest(%(accounts)s::uuid[], %(orders)s::uuid[]) b (account_id, order_id)
WHERE n.account_id = b.account_id AND n.order_id = b.order_id AND n.open
"""

REVIVED = """
INSERT INTO db_event (id, account_id, tries, error, kind, actor, actor_name, staff, at, subscription_id, before, after)
SELECT (%(revived_ids)s::uuid[])[row_number() OVER (ORDER BY s.id)], s.account_id, 0, '', 'subscription_active', '',
       %(system)s, '', %(now)s, s.id, jsonb_build_object('status', s.status), jsonb_build_object('status', 'active')
FROM unnest(%(accounts)s::uuid[], %(orders)s::uuid[]) b (account_id, order_id)
JOIN db_ordersubscription n ON n.account_id = b.account_id AND n.order_id = b.order_id
JOIN db_subscription s ON s.account_id = n.account_id AND s.id = n.subscription_id
WHERE s.status <> 'active'
"""

TERMS = """
WITH term AS (
    SELECT o.account_id, (e ->> 'subscription_id')::uuid AS subscription_id, e -> 'paid' AS paid,
           (e ->> 'months')::smallint AS months, e ->> 'plan' AS plan, (e ->> 'seats')::int AS seats,
           (e ->> 'auto_renew')::boolean AS auto_renew, (e ->> 'method_id')::uuid AS method_id,
           (e #>> '{paid,period,start}')::date AS starts_on, (e #>> '{paid,period,end}')::date AS ends_on,
           row_number() OVER () AS place
    FROM unnest(%(accounts)s::uuid[], %(orders)s::uuid[]) b (account_id, order_id)
    JOIN db_order o ON o.account_id = b.account_id AND o.id = b.order_id
    CROSS JOIN LATERAL jsonb_array_elements(o.effects) e
    WHERE e ->> 'kind' = 'start_term'
), added AS (
    INSERT INTO db_paidperiod (id, account_id, subscription_id, kind, starts_on, ends_on, unit_price_minor, currency,
                               denominator, price_kind, tax_included)
    SELECT (%(period_ids)s::uuid[])[place], account_id, subscription_id, paid ->> 'kind', starts_on, ends_on,
           (paid #>> '{unit_price,minor}')::bigint, paid #>> '{unit_price,currency}',
           (paid ->> 'denominator')::int, paid ->> 'price_kind', (paid ->> 'tax_included')::boolean
    FROM term
)
UPDATE db_subscription s
SET months = term.months, plan_code = term.plan, seats = term.seats, auto_renew = term.auto_renew,
    payment_method_id = term.method_id, renews_on = term.ends_on, renewal_claimed_at = NULL,
    status = 'active', lapsed_on = NULL,
    coming_on = NULL, coming_months = NULL, coming_plan_code = NULL, coming_seats = NULL
FROM term
WHERE s.account_id = term.account_id AND s.id = term.subscription_id AND s.renews_on = term.starts_on
  AND s.status = ANY(%(goes_on)s)
"""

CHANGES = """
UPDATE db_scheduledchange c SET claimed_at = %(now)s
FROM unnest(%(accounts)s::uuid[], %(orders)s::uuid[]) b (account_id, order_id)
JOIN db_ordersubscription n ON n.account_id = b.account_id AND n.order_id = b.order_id
WHERE c.account_id = n.account_id AND c.subscription_id = n.subscription_id
  AND c.undone_at IS NULL AND c.replaced_at IS NULL AND c.claimed_at IS NULL
"""

CARRIED = """
UPDATE db_orderline l SET billed_at = %(now)s, carried_invoice_id = b.invoice_id
FROM unnest(%(accounts)s::uuid[], %(orders)s::uuid[], %(invoices)s::uuid[]) b (account_id, order_id, invoice_id)
JOIN db_order o ON o.account_id = b.account_id AND o.id = b.order_id
CROSS JOIN LATERAL jsonb_array_elements(o.effects) e
CROSS JOIN LATERAL jsonb_array_elements_text(e -> 'line_ids') line_id
WHERE e ->> 'kind' = 'bill_carried' AND l.account_id = b.account_id AND l.id = line_id::uuid
  AND l.carried AND l.billed_at IS NULL
"""

MANDATES = """
UPDATE db_paymentmethod m SET mandate_used_on = b.today
FROM unnest(%(accounts)s::uuid[], %(payments)s::uuid[], %(days)s::date[]) b (account_id, payment_id, today)
JOIN db_payment p ON p.account_id = b.account_id AND p.id = b.payment_id
WHERE m.account_id = p.account_id AND m.id = p.method_id AND m.mandate_reference <> ''
"""

FACTS = """
INSERT INTO db_event (id, account_id, tries, error, kind, actor, actor_name, staff, at, quote_id, order_id, invoice_id,
                      payment_id, before, after)
SELECT told.id, b.account_id, 0, '', told.kind, told.actor, told.actor_name, told.staff, %(now)s, told.quote_id,
       b.order_id, b.invoice_id, told.payment_id, '{}', told.after
FROM unnest(%(accounts)s::uuid[], %(orders)s::uuid[], %(invoices)s::uuid[], %(payments)s::uuid[], %(paid_ids)s::uuid[],
            %(fulfilled_ids)s::uuid[]) b (account_id, order_id, invoice_id, payment_id, paid_id, fulfilled_id)
JOIN db_order o ON o.account_id = b.account_id AND o.id = b.order_id
CROSS JOIN LATERAL (VALUES
    (b.paid_id, 'payment_succeeded', '', %(system)s, '', NULL, b.payment_id, '{"decline": ""}'::jsonb),
    (b.fulfilled_id, 'order_fulfilled', o.placed_by, o.placed_by_name, o.placed_by_staff, o.quote_id, NULL,
     jsonb_build_object('effects', o.effects))
) told (id, kind, actor, actor_name, staff, quote_id, payment_id, after)
"""

RECEIPTS = """
INSERT INTO db_mail (id, account_id, tries, error, "to", kind, subject_id, state, language, context, created_at)
SELECT (%(mail_ids)s::uuid[])[row_number() OVER ()], b.account_id, 0, '', letter.address, 'order_fulfilled', b.order_id,
       '', coalesce(buyer.language, 'en'), '{}', %(now)s
FROM unnest(%(accounts)s::uuid[], %(orders)s::uuid[]) b (account_id, order_id)
JOIN db_account a ON a.id = b.account_id
LEFT JOIN LATERAL (
    SELECT u.email, u.language FROM db_membership m JOIN db_user u ON u.id = m.user_id
    WHERE m.account_id = a.id AND m.role = 'buyer' LIMIT 1
) buyer ON true
CROSS JOIN LATERAL (
    SELECT DISTINCT address FROM unnest(ARRAY[buyer.email, a.invoice_email]) address WHERE address <> ''
) letter
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Paid:
    """A renewal and how the gateway calls its charge; `today` is the account's local day."""

    renewal: PaidRenewal
    reference: str
    today: date


@dataclass(frozen=True, slots=True)
class Steps:
    """From which states a payment succeeds, and an order is paid, as the domain's tables allow it."""

    payments: frozenset[PaymentStatus]
    orders: frozenset[OrderStatus]


def write_paid_renewals(paid: Sequence[Paid], *, now: datetime, system: str, steps: Steps) -> None:
    """Write down that these renewals are paid, with all that follows. Call with their accounts locked.

    `system` is the name under which facts without an actor are told. Raises ChangedMeanwhile: nothing may stand then.
    """
    values = _values(paid, now, system, steps)
    many = len(paid)
    terms, carried = (sum(getattr(one.renewal, name) for one in paid) for name in ("terms", "carried"))
    _write(PAYMENTS, values, many, "payments")
    _write(INVOICES, values, many, "invoices")
    _write(POSTINGS, values, many, "postings")
    if lapsed := sum(one.renewal.lapsed for one in paid):
        _write(REVIVED, values, lapsed, "subscriptions without access")
    _write(TERMS, values, terms, "subscriptions")
    _write(ORDERS, values, many, "orders")
    _write(PLACES, values, terms, "places of orders")
    _write(CHANGES, values)
    if carried:
        _write(CARRIED, values, carried, "carried lines")
    if any(one.renewal.has_mandate for one in paid):
        _write(MANDATES, values)
    _write(FACTS, values, 2 * many, "facts")
    _write(RECEIPTS, values)


def _values(paid: Sequence[Paid], now: datetime, system: str, steps: Steps) -> dict[str, Any]:
    renewals = [one.renewal for one in paid]
    lapsed, terms = sum(one.lapsed for one in renewals), sum(one.terms for one in renewals)
    [booked] = payment_received(Money(1, renewals[0].currency), paid[0].today)  # the accounts are the same for all
    ids = (raw.hex() for raw in new_raw_ids(5 * len(paid) + lapsed + terms))
    return {
        "now": now,
        "system": system,
        "accounts": array(one.account_id for one in renewals),
        "payments": array(one.payment_id for one in renewals),
        "invoices": array(one.invoice_id for one in renewals),
        "orders": array(one.order_id for one in renewals),
        "amounts": array(str(one.amount_minor) for one in renewals),
        "currencies": array(one.currency for one in renewals),
        "references": text_array(one.reference for one in paid),
        "days": array(one.today.isoformat() for one in paid),
        "payment_was": sorted(steps.payments),
        "invoice_was": InvoiceStatus.OPEN.value,
        "order_was": sorted(steps.orders),
        "goes_on": GOES_ON,
        "succeeded": PaymentStatus.SUCCEEDED.value,
        "paid": InvoiceStatus.PAID.value,
        "fulfilled": OrderStatus.FULFILLED.value,
        "debit": booked.debit.value,
        "credit": booked.credit.value,
        "reason": booked.reason.value,
        # In the order in which the facts of one payment are told, so that they also sort by their ids.
        "posting_ids": array(islice(ids, len(paid))),
        "paid_ids": array(islice(ids, len(paid))),
        "revived_ids": array(islice(ids, lapsed)),
        "period_ids": array(islice(ids, terms)),
        "fulfilled_ids": array(islice(ids, len(paid))),
        "mail_ids": array(islice(ids, 2 * len(paid))),
    }


def _write(statement: str, values: dict[str, Any], expected: int | None = None, what: str = "") -> None:
    """Run the statement; where a number is expected, exactly so many rows have to be as they were read."""
    count = run(statement, values).how_many
    if expected is not None and count != expected:
        raise ChangedMeanwhile(f"{count} of {expected} {what} are as they were read")
