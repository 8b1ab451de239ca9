"""What decides whether a paid renewal is a plain one, for many payments in one query."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from tenor.db.arrays import array
from tenor.db.statements import run
from tenor.domain.account import SubscriptionStatus

GOES_ON = [SubscriptionStatus.ACTIVE.value, SubscriptionStatus.PAST_DUE.value, SubscriptionStatus.SUSPENDED.value]
"""What a term that is paid on its day follows upon. What had expired is renewed late, by the customer's own order."""

_RENEWALS = """
SELECT p.id::text, p.account_id::text, p.status, p.amount_minor, p.currency, p.decline_code,
       i.id::text, i.status, i.total_minor, i.currency,
       o.id::text, o.status, o.action, o.placed_by, o.effects_applied_at IS NOT NULL,
       a.time_zone, coalesce(m.mandate_reference, '') <> '',
       t.others, t.terms, t.fitting, t.lapsed, t.begins_on, t.carried,
       (SELECT count(*) FROM db_ordersubscription n WHERE n.account_id = o.account_id AND n.order_id = o.id)
FROM unnest(%(accounts)s::uuid[], %(payments)s::uuid[]) b (account_id, payment_id)
JOIN db_payment p ON p.account_id = b.account_id AND p.id = b.payment_id
JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
JOIN db_order o ON o.account_id = i.account_id AND o.id = i.order_id
JOIN db_account a ON a.id = p.account_id
LEFT JOIN db_paymentmethod m ON m.account_id = p.account_id AND m.id = p.method_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE e ->> 'kind' NOT IN ('start_term', 'bill_carried')) AS others,
           count(*) FILTER (WHERE e ->> 'kind' = 'start_term') AS terms,
           count(*) FILTER (WHERE s.status = ANY(%(goes_on)s) AND named.open
                            AND s.renews_on = (e #>> '{paid,period,start}')::date
                            AND s.auto_renew = (e #>> '{was,auto_renew}')::boolean
                            AND s.payment_method_id IS NOT DISTINCT FROM (e #>> '{was,method_id}')::uuid
                            AND (SELECT jsonb_agg(jsonb_build_array(c.kind, c.value, c.scheduled_on,
                                                                    c.unit_price_minor) ORDER BY c.kind)
                                 FROM db_scheduledchange c
                                 WHERE c.account_id = s.account_id AND c.subscription_id = s.id
                                   AND c.undone_at IS NULL AND c.replaced_at IS NULL AND c.claimed_at IS NULL)
                                IS NOT DISTINCT FROM
                                (SELECT jsonb_agg(jsonb_build_array(c ->> 'kind', c ->> 'value', c ->> 'scheduled_on',
                                                                    (c #>> '{unit_price,minor}')::bigint)
                                                  ORDER BY c ->> 'kind')
                                 FROM jsonb_array_elements(e #> '{was,scheduled}') c)
                            AND (e ->> 'seats')::int >= (
                                SELECT count(*) FROM db_seatassignment seat
                                WHERE seat.account_id = s.account_id AND seat.subscription_id = s.id
                                  AND seat.released_at IS NULL)) AS fitting,
           count(*) FILTER (WHERE s.status <> 'active') AS lapsed,
           max(s.renews_on) AS begins_on,
           coalesce(sum(jsonb_array_length(e -> 'line_ids')), 0)::int AS carried
    FROM jsonb_array_elements(o.effects) e
    LEFT JOIN db_subscription s ON s.account_id = o.account_id AND s.id = (e ->> 'subscription_id')::uuid
         AND e ->> 'kind' = 'start_term'
    LEFT JOIN db_ordersubscription named ON named.account_id = o.account_id AND named.order_id = o.id
         AND named.subscription_id = s.id
) t
"""


class PaidRenewal(NamedTuple):
    """A payment with what hangs on it, and counts of its order's effects.

    `others`: neither the start of a term nor the billing of what was carried. `fitting`: terms whose subscription goes
    on, renews on the term's first day, has a seat for everybody, and stands as it stood when the term was ordered.
    `lapsed`: subscriptions that are not active. `begins_on`: the latest first day. `carried`: lines that had waited.
    `named`: subscriptions the order is about.
    Ids are text, as they go back into the next statements.
    """

    payment_id: str
    account_id: str
    status: str
    amount_minor: int
    currency: str
    decline_code: str
    invoice_id: str
    invoice_status: str
    invoice_minor: int
    invoice_currency: str
    order_id: str
    order_status: str
    action: str
    placed_by: str
    is_granted: bool
    time_zone: str
    has_mandate: bool
    others: int
    terms: int
    fitting: int
    lapsed: int
    begins_on: date | None
    carried: int
    named: int


def read_paid_renewals(payments: Iterable[tuple[UUID, UUID]]) -> list[PaidRenewal]:
    """The payments, each given as (account, payment), that belong to an order. One query; read them locked."""
    pairs = list(payments)
    values = {
        "accounts": array(str(account) for account, _ in pairs),
        "payments": array(str(payment) for _, payment in pairs),
        "goes_on": GOES_ON,
    }
    return [PaidRenewal._make(row) for row in run(_RENEWALS, values).rows]
