"""The postings against the documents and payments that they are about."""

from tenor.db.queries.invariants.invariant import Invariant

# What stands on a ledger account after a posting: debited less credited.
_SIDE = "(CASE WHEN '{0}' = b.debit THEN b.amount_minor ELSE 0 END - CASE WHEN '{0}' = b.credit THEN b.amount_minor ELSE 0 END)"  # noqa: E501
_RECEIVABLE, _DEFERRED, _REVENUE, _TAX, _CLEARING, _UNAPPLIED = (
    _SIDE.format(name) for name in ("receivable", "deferred_revenue", "revenue", "tax_payable", "clearing", "unapplied")
)

# Notes count for the invoice that they correct, and payments for the invoice that they pay, unless they go back.
# What the account's balance paid of it, or got, is no payment.
_OWED = f"""
SELECT i.account_id, coalesce(i.number, i.id::text) AS what,
       format('%s of %s: %s is owed by documents and payments, %s by the books', i.status, i.total_minor,
              coalesce(d.total, 0) - coalesce(y.paid, 0) + coalesce(r.back, 0) + coalesce(m.moved, 0),
              coalesce(k.booked, 0)) AS facts
FROM db_invoice i
LEFT JOIN (SELECT account_id, coalesce(corrects_id, id) AS invoice_id, sum(total_minor) AS total FROM db_invoice
           WHERE status NOT IN ('draft', 'void') GROUP BY 1, 2) d
       ON d.account_id = i.account_id AND d.invoice_id = i.id
LEFT JOIN (SELECT p.account_id, p.invoice_id, sum(p.amount_minor) AS paid FROM db_payment p
           WHERE p.status IN ('succeeded', 'refunded') AND NOT EXISTS (
               SELECT FROM db_refund r WHERE r.account_id = p.account_id AND r.payment_id = p.id
                                         AND r.credit_note_id IS NULL AND NOT r.from_balance) GROUP BY 1, 2) y
       ON y.account_id = i.account_id AND y.invoice_id = i.id
LEFT JOIN (SELECT p.account_id, p.invoice_id, sum(r.amount_minor) AS back
           FROM db_refund r JOIN db_payment p ON p.account_id = r.account_id AND p.id = r.payment_id
           WHERE r.status = 'succeeded' AND NOT r.from_balance
             AND (r.credit_note_id IS NOT NULL OR p.status = 'reversed') GROUP BY 1, 2) r
       ON r.account_id = i.account_id AND r.invoice_id = i.id
LEFT JOIN (SELECT v.account_id, coalesce(c.corrects_id, c.id) AS invoice_id, sum(v.amount_minor) AS moved
           FROM db_balancemovement v JOIN db_invoice c ON c.account_id = v.account_id AND c.id = v.invoice_id
           GROUP BY 1, 2) m
       ON m.account_id = i.account_id AND m.invoice_id = i.id
LEFT JOIN (SELECT b.account_id, coalesce(c.corrects_id, c.id) AS invoice_id, sum({_RECEIVABLE}) AS booked
           FROM db_posting b
           LEFT JOIN db_payment p ON p.account_id = b.account_id AND p.id = b.payment_id
           JOIN db_invoice c ON c.account_id = b.account_id AND c.id = coalesce(b.invoice_id, p.invoice_id)
           WHERE 'receivable' IN (b.debit, b.credit) GROUP BY 1, 2) k
       ON k.account_id = i.account_id AND k.invoice_id = i.id
WHERE i.kind = 'invoice'
  AND coalesce(k.booked, 0) <> coalesce(d.total, 0) - coalesce(y.paid, 0) + coalesce(r.back, 0) + coalesce(m.moved, 0)
"""  # noqa: S608 - both parts are ours

_BILLED = f"""
SELECT i.account_id, coalesce(i.number, i.id::text) AS what,
       format('%s: net %s and tax %s, and %s and %s in the books', i.status, i.net_minor, i.tax_minor,
              coalesce(k.net, 0), coalesce(k.tax, 0)) AS facts
FROM db_invoice i
LEFT JOIN (SELECT b.account_id, b.invoice_id, -sum({_DEFERRED} + {_REVENUE}) AS net, -sum({_TAX}) AS tax,
                  count(DISTINCT b.currency) AS currencies, min(b.currency) AS currency
           FROM db_posting b WHERE b.invoice_id IS NOT NULL GROUP BY 1, 2) k
       ON k.account_id = i.account_id AND k.invoice_id = i.id
WHERE (coalesce(k.net, 0), coalesce(k.tax, 0)) IS DISTINCT FROM
      CASE WHEN i.status IN ('draft', 'void') THEN (0::numeric, 0::numeric)
           ELSE (i.net_minor::numeric, i.tax_minor::numeric) END
   OR k.currencies > 1 OR k.currency <> i.currency
"""  # noqa: S608 - both parts are ours

_HELD = f"""
SELECT p.account_id, p.id::text AS what,
       format('%s of %s %s, given back %s: %s and %s in the books', p.status, p.amount_minor, p.currency,
              coalesce(r.back, 0), coalesce(k.held, 0), coalesce(k.unapplied, 0)) AS facts
FROM db_payment p
LEFT JOIN (SELECT account_id, payment_id, bool_or(credit_note_id IS NULL AND NOT from_balance) AS unclaimed,
                  coalesce(sum(amount_minor) FILTER (WHERE status = 'succeeded'), 0) AS back,
                  coalesce(sum(amount_minor) FILTER (WHERE status = 'succeeded' AND credit_note_id IS NULL
                                                       AND NOT from_balance), 0) AS unclaimed_back,
                  coalesce(sum(amount_minor) FILTER (WHERE from_balance AND status NOT IN ('succeeded', 'failed')), 0)
                      AS paying_out
           FROM db_refund GROUP BY 1, 2) r
       ON r.account_id = p.account_id AND r.payment_id = p.id
LEFT JOIN (SELECT b.account_id, b.payment_id, sum({_CLEARING}) AS held, sum({_UNAPPLIED}) AS unapplied
           FROM db_posting b WHERE b.payment_id IS NOT NULL GROUP BY 1, 2) k
       ON k.account_id = p.account_id AND k.payment_id = p.id
WHERE coalesce(k.held, 0) <>
      CASE WHEN p.status IN ('succeeded', 'refunded') THEN p.amount_minor ELSE 0 END - coalesce(r.back, 0)
   OR coalesce(k.unapplied, 0) <> CASE WHEN r.unclaimed AND p.status <> 'reversed'
                                       THEN r.unclaimed_back - p.amount_minor ELSE 0 END - coalesce(r.paying_out, 0)
"""  # noqa: S608 - both parts are ours

LEDGER = (
    Invariant(
        "what_is_owed_is_receivable",
        _OWED,
        "What the books say a customer owes is not the invoice less what was paid and credited.",
        "Compare the invoice's postings with its payments and credit notes; post what is missing.",
    ),
    Invariant(
        "what_is_billed_is_booked",
        _BILLED,
        "The revenue and the tax booked for a document are not its net and its tax.",
        "Compare the document's postings with it; post the difference.",
    ),
    Invariant(
        "what_the_gateway_holds_is_booked",
        _HELD,
        "The books do not have what a payment took, less what was given back.",
        "Run `tenor reconcile`, then compare the payment's postings with its refunds.",
    ),
)
