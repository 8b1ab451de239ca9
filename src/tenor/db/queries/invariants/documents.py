"""Invoices and credit notes: their sums, their numbers, what pays and what corrects them."""

from tenor.db.queries.invariants.invariant import Invariant

_SUMS = """
SELECT i.account_id, coalesce(i.number, i.id::text) AS what,
       format('lines %s + tax %s, and net %s + tax %s on the document',
              coalesce(l.net, 0), coalesce(t.tax, 0), i.net_minor, i.tax_minor) AS facts
FROM db_invoice i
LEFT JOIN (SELECT account_id, invoice_id, sum(net_minor) AS net FROM db_invoiceline GROUP BY 1, 2) l
       ON l.account_id = i.account_id AND l.invoice_id = i.id
LEFT JOIN (SELECT account_id, invoice_id, sum(tax_minor) AS tax FROM db_invoicetaxline GROUP BY 1, 2) t
       ON t.account_id = i.account_id AND t.invoice_id = i.id
WHERE (coalesce(l.net, 0), coalesce(t.tax, 0)) IS DISTINCT FROM (i.net_minor, i.tax_minor)
   OR i.net_minor + i.tax_minor <> i.total_minor
UNION ALL
SELECT i.account_id, coalesce(i.number, i.id::text),
       format('%s at %s: lines %s, and net %s on the document', t.category, t.rate, coalesce(l.net, 0), t.net_minor)
FROM db_invoicetaxline t
JOIN db_invoice i ON i.account_id = t.account_id AND i.id = t.invoice_id
LEFT JOIN (SELECT account_id, invoice_id, tax_category, tax_rate, sum(net_minor) AS net FROM db_invoiceline
           GROUP BY 1, 2, 3, 4) l
       ON l.account_id = t.account_id AND l.invoice_id = t.invoice_id AND l.tax_category = t.category
      AND l.tax_rate = t.rate
WHERE coalesce(l.net, 0) <> t.net_minor
UNION ALL
SELECT l.account_id, coalesce(i.number, i.id::text),
       format('line %s: %s as priced, which is neither its net %s nor that with tax', l.position, l.amount_minor,
              l.net_minor)
FROM db_invoiceline l JOIN db_invoice i ON i.account_id = l.account_id AND i.id = l.invoice_id
WHERE l.amount_minor <> l.net_minor
  AND abs(l.amount_minor - l.net_minor * (1 + l.tax_rate))
      > (SELECT count(*) FROM db_invoiceline o WHERE o.account_id = l.account_id AND o.invoice_id = l.invoice_id)
"""

# By the place of the tax line that sums them: credits at an earlier rate stand beside charges at today's.
_TAXES = """
SELECT t.account_id, coalesce(i.number, i.id::text) AS what,
       format('tax line %s of net %s sums lines of %s', t.position, t.net_minor, coalesce(l.net, 0)) AS facts
FROM db_invoicetaxline t
JOIN db_invoice i ON i.account_id = t.account_id AND i.id = t.invoice_id
LEFT JOIN (SELECT account_id, invoice_id, tax_position, sum(net_minor) AS net
           FROM db_invoiceline GROUP BY 1, 2, 3) l
       ON l.account_id = t.account_id AND l.invoice_id = t.invoice_id AND l.tax_position = t.position
WHERE t.net_minor <> coalesce(l.net, 0)
UNION ALL
SELECT l.account_id, coalesce(i.number, i.id::text),
       format('line %s is of %s %s, its tax line of %s %s', l.position, l.tax_category, l.tax_rate, t.category, t.rate)
FROM db_invoiceline l
JOIN db_invoice i ON i.account_id = l.account_id AND i.id = l.invoice_id
LEFT JOIN db_invoicetaxline t
       ON t.account_id = l.account_id AND t.invoice_id = l.invoice_id AND t.position = l.tax_position
WHERE (t.category, t.rate) IS DISTINCT FROM (l.tax_category, l.tax_rate)
UNION ALL
SELECT i.account_id, i.number,
       format('it is credited, and of tax line %s are left net %s and tax %s', t.position, sum(t.net_minor),
              sum(t.tax_minor))
FROM db_invoicetaxline t
JOIN db_invoice d ON d.account_id = t.account_id AND d.id = t.invoice_id
JOIN db_invoice i ON i.account_id = d.account_id AND i.id = coalesce(d.corrects_id, d.id)
WHERE i.status = 'credited'
GROUP BY i.account_id, i.id, i.number, t.position
HAVING (sum(t.net_minor), sum(t.tax_minor)) <> (0, 0)
"""

# A payment that is on its way back (a refund without a credit note) pays for nothing, unless it pays out a balance.
_KEPT = """
SELECT p.account_id, p.invoice_id, count(*) AS kept
FROM db_payment p
WHERE p.status = 'succeeded' AND NOT EXISTS (
    SELECT FROM db_refund r WHERE r.account_id = p.account_id AND r.payment_id = p.id AND r.credit_note_id IS NULL
                              AND NOT r.from_balance)
GROUP BY 1, 2
"""

_PAID = f"""
SELECT i.account_id, coalesce(i.number, i.id::text) AS what,
       format('%s with %s successful payments', i.status, coalesce(k.kept, 0)) AS facts
FROM db_invoice i LEFT JOIN ({_KEPT}) k ON k.account_id = i.account_id AND k.invoice_id = i.id
WHERE i.kind = 'invoice' AND i.status <> 'credited' AND i.total_minor > i.from_balance_minor
  AND coalesce(k.kept, 0) <> (i.status = 'paid')::int
"""  # noqa: S608 - both parts are ours

_TWICE = """
SELECT p.account_id, coalesce(i.number, i.id::text) AS what,
       format('%s payments took money for it: %s', count(*), string_agg(p.id::text, ', ' ORDER BY p.id)) AS facts
FROM db_payment p JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
WHERE p.status IN ('succeeded', 'refunded') AND NOT EXISTS (
    SELECT FROM db_refund r WHERE r.account_id = p.account_id AND r.payment_id = p.id AND r.credit_note_id IS NULL
                              AND NOT r.from_balance)
GROUP BY p.account_id, i.id, i.number HAVING count(*) > 1
"""

_IN_FLIGHT = """
SELECT p.account_id, p.id::text AS what, format('%s for invoice %s, which is %s', p.status,
       coalesce(i.number, i.id::text), i.status) AS facts
FROM db_payment p JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
WHERE p.status IN ('pending', 'sending', 'unknown', 'requires_action', 'processing')
  AND i.status IN ('void', 'credited')
"""

_CREDITED = """
SELECT i.account_id, i.number AS what,
       format('total %s, credited %s, and it is %s', i.total_minor, n.credited, i.status) AS facts
FROM (SELECT account_id, corrects_id, -sum(total_minor) AS credited FROM db_invoice
      WHERE kind = 'credit_note' GROUP BY 1, 2) n
JOIN db_invoice i ON i.account_id = n.account_id AND i.id = n.corrects_id
WHERE CASE WHEN i.total_minor < 0 THEN n.credited < i.total_minor ELSE n.credited > i.total_minor END
   OR (n.credited = i.total_minor) <> (i.status = 'credited')
UNION ALL
SELECT i.account_id, i.number, 'it is credited, and no credit note corrects it' FROM db_invoice i
WHERE i.status = 'credited' AND NOT EXISTS (
    SELECT FROM db_invoice n WHERE n.account_id = i.account_id AND n.corrects_id = i.id)
"""

# One that is there twice may hide one that is missing: each number is counted once, and those that come twice are told.
_SERIES = """
SELECT NULL::uuid AS account_id, format('%s %s', s.code, n.kind) AS what,
       format('%s documents from %s to %s, and the next number is %s',
              n.documents, n.first, n.last, m.next_number) AS facts
FROM (SELECT i.seller_id, i.kind, count(DISTINCT substring(i.number FROM '[0-9]+$')::bigint) AS documents,
             min(substring(i.number FROM '[0-9]+$')::bigint) AS first,
             max(substring(i.number FROM '[0-9]+$')::bigint) AS last
      FROM db_invoice i WHERE i.number IS NOT NULL GROUP BY 1, 2) n
JOIN db_seller s ON s.id = n.seller_id
LEFT JOIN db_numberseries m ON m.seller_id = n.seller_id AND m.series = n.kind
WHERE n.documents <> n.last - n.first + 1 OR m.next_number IS DISTINCT FROM n.last + 1
UNION ALL
SELECT NULL::uuid, format('%s %s', s.code, i.kind), format('%s is the number of %s documents', i.number, count(*))
FROM db_invoice i JOIN db_seller s ON s.id = i.seller_id
WHERE i.number IS NOT NULL GROUP BY s.code, i.kind, i.seller_id, i.number HAVING count(*) > 1
"""

_REFUNDED = """
SELECT p.account_id, p.id::text AS what, format('took %s %s, and %s goes back', p.amount_minor, p.currency, r.back)
       AS facts
FROM (SELECT account_id, payment_id, sum(amount_minor) AS back FROM db_refund WHERE status <> 'failed' GROUP BY 1, 2) r
JOIN db_payment p ON p.account_id = r.account_id AND p.id = r.payment_id
WHERE r.back > p.amount_minor
"""

DOCUMENTS = (
    Invariant(
        "documents_add_up",
        _SUMS,
        "The lines of a document and their tax do not make its total.",
        "Compare the lines with the order; correct an issued document by a credit note.",
    ),
    Invariant(
        "each_tax_sums_its_lines",
        _TAXES,
        "The tax of one rate does not belong to the lines that it sums, or is left over when all was credited.",
        "Compare the document with its order; correct an issued one by a credit note.",
    ),
    Invariant(
        "paid_means_paid_once",
        _PAID,
        "An invoice is marked as paid without exactly one payment that stayed, or has one and is not marked.",
        "Run `tenor reconcile`: the gateway's books say which payment took money.",
    ),
    Invariant(
        "no_invoice_is_paid_twice",
        _TWICE,
        "Two payments took money for the same invoice.",
        "Give one of them back at the gateway, and find out who charged it.",
    ),
    Invariant(
        "nothing_is_collected_for_what_is_not_owed",
        _IN_FLIGHT,
        "A payment is under way for an invoice that was voided or credited.",
        "Call the charge off at the gateway; money that comes all the same is given back by itself.",
    ),
    Invariant(
        "credit_notes_stay_within_their_invoice",
        _CREDITED,
        "Credit notes give back more than their invoice, or the invoice is not marked as credited when it is.",
        "Compare the notes with the invoice; too much given back is a matter for a person.",
    ),
    Invariant(
        "document_numbers_have_no_gaps",
        _SERIES,
        "Numbers are missing in a seller's series of invoices or credit notes, or were given twice.",
        "Look for missing numbers in a backup: an issued document is never deleted. One given twice is credited.",
    ),
    Invariant(
        "refunds_stay_within_their_payment",
        _REFUNDED,
        "More goes back than a payment took.",
        "Stop the refunds that were not sent yet, and look at who asked for them.",
    ),
)
