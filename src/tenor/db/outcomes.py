"""What an order agreed on, as the canonical outcome of its quote: read from the quote, or from what the order wrote.

Nobody asked for a renewal, so that none has a quote of its own (docs/adr 15): its outcome is put together from the
order, its lines and its invoice, which never change. The renewal date priced it, or the day of its invoice where the
term starts anew. A quote may do more than its order, which is told by itself: it ends what was owed before.
"""

OUTCOME = """
coalesce(
    (SELECT q.outcome || jsonb_build_object('effects', o.effects) FROM db_quote q
     WHERE q.account_id = o.account_id AND q.id = o.quote_id),
    (SELECT jsonb_build_object(
        'action', o.action,
        'priced_on', coalesce(o.effects #>> '{0,paid,period,start}', i.issued_on::text),
        'method_id', o.method_id,
        'lines', (
            SELECT jsonb_agg(jsonb_build_object(
                'kind', l.kind, 'subscription_id', coalesce(l.subscription_id::text, ''), 'product', l.product_code,
                'plan', l.plan_code, 'seats', l.seats, 'denominator', l.denominator, 'explanation', l.explanation,
                'span', jsonb_build_object('start', l.starts_on, 'end', l.ends_on),
                'unit_price', jsonb_build_object('minor', l.unit_price_minor, 'currency', l.currency),
                'amount', jsonb_build_object('minor', l.amount_minor, 'currency', l.currency),
                'net', jsonb_build_object('minor', l.net_minor, 'currency', l.currency),
                'tax', jsonb_build_object('decision', coalesce(l.tax, i.tax), 'included', l.tax_included))
                ORDER BY l.position)
            FROM db_orderline l WHERE l.account_id = o.account_id AND l.order_id = o.id),
        'tax', i.tax,
        'tax_lines', (
            SELECT jsonb_agg(jsonb_build_object(
                'category', t.category, 'rate', t.rate::text,
                'net', jsonb_build_object('minor', t.net_minor, 'currency', t.currency),
                'tax', jsonb_build_object('minor', t.tax_minor, 'currency', t.currency),
                'country', coalesce(t.tax, i.tax) ->> 'country', 'region', coalesce(t.tax, i.tax) ->> 'region',
                'rule', coalesce(t.tax, i.tax) ->> 'rule', 'included', t.tax_included) ORDER BY t.position)
            FROM db_invoicetaxline t WHERE t.account_id = i.account_id AND t.invoice_id = i.id),
        'net', jsonb_build_object('minor', o.net_minor, 'currency', o.currency),
        'tax_total', jsonb_build_object('minor', o.tax_minor, 'currency', o.currency),
        'total', jsonb_build_object('minor', o.total_minor, 'currency', o.currency),
        'collection', CASE WHEN i.total_minor > 0 AND i.from_balance_minor = i.total_minor
                           THEN 'balance' ELSE 'gateway' END,
        'from_balance', CASE WHEN i.from_balance_minor > 0
                             THEN jsonb_build_object('minor', i.from_balance_minor, 'currency', i.currency) END,
        'effects', o.effects,
        'promised', '[]'::jsonb)
     FROM db_invoice i
     WHERE i.account_id = o.account_id AND i.order_id = o.id AND i.kind = 'invoice'
     ORDER BY i.id LIMIT 1))
"""
"""An SQL expression over the order `o`: the outcome as `db.codec.decode_quote` reads it."""
