"""Orders, subscriptions and their terms: what holds a place, what was carried out, what was paid for."""

from tenor.db.queries.invariants.invariant import Invariant

_PLACES = """
SELECT h.account_id, o.number AS what,
       format('%s, and it holds its place: %s', o.status, h.open) AS facts
FROM db_ordersubscription h JOIN db_order o ON o.account_id = h.account_id AND o.id = h.order_id
WHERE h.open <> (o.status IN ('submitted', 'requires_action', 'processing'))
"""

_CARRIED_OUT = """
SELECT o.account_id, o.number AS what, format('%s, and its effects were never applied', o.status) AS facts
FROM db_order o WHERE o.status IN ('fulfilled', 'returned') AND o.effects_applied_at IS NULL
UNION ALL
SELECT o.account_id, o.number, format('fulfilled, and its invoice is %s', i.status)
FROM db_order o JOIN db_invoice i ON i.account_id = o.account_id AND i.order_id = o.id AND i.kind = 'invoice'
WHERE o.status = 'fulfilled' AND i.status IN ('draft', 'void')
UNION ALL
SELECT o.account_id, o.number, format('%s, and its invoice %s is paid', o.status, i.number)
FROM db_invoice i JOIN db_order o ON o.account_id = i.account_id AND o.id = i.order_id
WHERE i.kind = 'invoice' AND i.status = 'paid' AND o.status NOT IN ('fulfilled', 'returned')
"""

# A period that was stopped on its first day was returned whole, and counts for nothing.
_PERIODS = """
SELECT account_id, subscription_id, starts_on, coalesce(stopped_on, ends_on) AS ends_on,
       lag(coalesce(stopped_on, ends_on)) OVER (
           PARTITION BY account_id, subscription_id ORDER BY starts_on, ends_on, id) AS before
FROM (SELECT id, account_id, subscription_id, starts_on, ends_on, stopped_on FROM db_paidperiod
      UNION ALL SELECT id, account_id, subscription_id, starts_on, ends_on, NULL FROM db_missedterm) p
WHERE stopped_on IS NULL OR stopped_on > starts_on
"""

_TILES = f"""
SELECT s.account_id, s.number AS what,
       CASE WHEN t.overlaps > 0 THEN format('%s paid periods begin before the last one ends', t.overlaps)
            ELSE format('%s, renews on %s, and is paid until %s', s.status, s.renews_on, coalesce(t.until::text, '-'))
       END AS facts
FROM db_subscription s
LEFT JOIN (SELECT account_id, subscription_id, max(ends_on) AS until, count(*) FILTER (WHERE starts_on < before)
                  AS overlaps FROM ({_PERIODS}) p GROUP BY 1, 2) t
       ON t.account_id = s.account_id AND t.subscription_id = s.id
WHERE t.overlaps > 0 OR (s.status IN ('active', 'past_due', 'suspended') AND t.until IS DISTINCT FROM s.renews_on)
"""  # noqa: S608 - both parts are ours

_ONCE = """
SELECT p.account_id, s.number AS what, format('%s terms begin on %s', count(*), p.starts_on) AS facts
FROM db_paidperiod p JOIN db_subscription s ON s.account_id = p.account_id AND s.id = p.subscription_id
WHERE p.stopped_on IS NULL OR p.stopped_on > p.starts_on
GROUP BY p.account_id, s.number, p.starts_on HAVING count(*) > 1
"""

# Past due: the term's own order is open, or its money was taken back and the invoice is owed again.
_LAPSED = """
SELECT s.account_id, s.number AS what, format('%s, and nothing is owed for it', s.status) AS facts
FROM db_subscription s
WHERE s.status IN ('past_due', 'suspended') AND NOT EXISTS (
    SELECT FROM db_ordersubscription h JOIN db_order o ON o.account_id = h.account_id AND o.id = h.order_id
    WHERE h.account_id = s.account_id AND h.subscription_id = s.id
      AND (h.open AND o.action = 'renew' OR EXISTS (
          SELECT FROM db_invoice i WHERE i.account_id = o.account_id AND i.order_id = o.id
                                     AND i.kind = 'invoice' AND i.status = 'open')))
"""

_CLAIMED = """
SELECT s.account_id, s.number AS what, format('%s, claimed for its renewal at %s, and no renewal is open', s.status,
       to_char(s.renewal_claimed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')) AS facts
FROM db_subscription s
WHERE s.renewal_claimed_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM db_ordersubscription h JOIN db_order o ON o.account_id = h.account_id AND o.id = h.order_id
    WHERE h.account_id = s.account_id AND h.subscription_id = s.id AND h.open AND o.action = 'renew')
"""

ORDERS = (
    Invariant(
        "an_open_order_holds_its_place",
        _PLACES,
        "An order that has ended holds its subscriptions' place, or an open one does not.",
        "Set `db_ordersubscription.open` to what the order's status says; a change was stopped half way.",
    ),
    Invariant(
        "what_is_paid_is_carried_out",
        _CARRIED_OUT,
        "An order counts as carried out and is not, or was paid for and has not been.",
        "Look at the order's events; what was paid for is granted, or given back.",
    ),
)

SUBSCRIPTIONS = (
    Invariant(
        "terms_follow_each_other",
        _TILES,
        "Paid periods and missed terms of a subscription overlap, or the last does not end on its renewal date.",
        "Compare the periods with the orders that bought them; the renewal date is the end of the last.",
    ),
    Invariant(
        "a_term_begins_once",
        _ONCE,
        "Two terms of a subscription begin on the same day.",
        "One of them was charged without need: return its order.",
    ),
    Invariant(
        "what_is_past_due_is_owed",
        _LAPSED,
        "A subscription is past due or suspended, and no renewal of it is open.",
        "Look at its last renewal order; without a debt it has to be active, or expired.",
    ),
    Invariant(
        "a_claimed_renewal_is_open",
        _CLAIMED,
        "A subscription is marked as being renewed, and no renewal of it is open: it would never renew again.",
        "Clear `renewal_claimed_at` once it is certain that its term was not charged.",
    ),
)
