"""The balances of accounts: their movements against each other, the documents, and the books."""

from tenor.db.queries.invariants.invariant import Invariant

_STEPS = """
SELECT v.account_id, format('movement %s', v.position) AS what,
       format('%s after a movement of %s, and it should be %s of movement %s',
              v.after_minor, v.amount_minor, v.expected, v.place) AS facts
FROM (SELECT account_id, position, amount_minor, after_minor, currency,
             sum(amount_minor) OVER w AS expected, row_number() OVER w AS place,
             first_value(currency) OVER w AS first_currency
      FROM db_balancemovement WINDOW w AS (PARTITION BY account_id ORDER BY position)) v
WHERE v.after_minor <> v.expected OR v.position <> v.place OR v.currency <> v.first_currency
"""

_BOOKED = """
SELECT a.id AS account_id, 'balance' AS what,
       format('%s by its movements, and %s in the books', coalesce(v.moved, 0), coalesce(b.booked, 0)) AS facts
FROM db_account a
LEFT JOIN (SELECT account_id, sum(amount_minor) AS moved FROM db_balancemovement GROUP BY 1) v ON v.account_id = a.id
LEFT JOIN (SELECT account_id,
                  sum(CASE WHEN credit = 'customer_balance' THEN amount_minor ELSE -amount_minor END) AS booked
           FROM db_posting WHERE 'customer_balance' IN (debit, credit) GROUP BY 1) b ON b.account_id = a.id
WHERE coalesce(v.moved, 0) <> coalesce(b.booked, 0)
"""

# What an invoice says that the balance pays is taken once, and comes back where the invoice is given up.
_TAKEN = """
SELECT i.account_id, coalesce(i.number, i.id::text) AS what,
       format('%s, %s from the balance, and %s moved for it', i.status, i.from_balance_minor, coalesce(v.moved, 0))
       AS facts
FROM db_invoice i
LEFT JOIN (SELECT account_id, invoice_id, sum(amount_minor) AS moved FROM db_balancemovement GROUP BY 1, 2) v
       ON v.account_id = i.account_id AND v.invoice_id = i.id
WHERE coalesce(v.moved, 0) <> CASE WHEN i.status = 'void' THEN 0 ELSE -i.from_balance_minor END
"""

# What a refund that pays out says was taken from the balance, and is there again where the refund could not be sent.
_PAID_OUT = """
SELECT r.account_id, r.id::text AS what,
       format('%s, %s to be paid out, and %s moved for it', r.status, r.amount_minor, coalesce(v.moved, 0)) AS facts
FROM db_refund r
LEFT JOIN (SELECT account_id, refund_id, sum(amount_minor) AS moved FROM db_balancemovement GROUP BY 1, 2) v
       ON v.account_id = r.account_id AND v.refund_id = r.id
WHERE coalesce(v.moved, 0) <> CASE WHEN r.from_balance AND r.status <> 'failed' THEN -r.amount_minor ELSE 0 END
"""

BALANCES = (
    Invariant(
        "a_balance_is_the_sum_of_its_movements",
        _STEPS,
        "The movements of an account's balance do not follow from each other.",
        "Compare the movements with the documents that they are for; the last one says what the next order may take.",
    ),
    Invariant(
        "what_is_on_balances_is_booked",
        _BOOKED,
        "The books do not have what an account's balance is.",
        "Compare the account's movements with its postings of `customer_balance`; post the difference.",
    ),
    Invariant(
        "what_the_balance_pays_is_taken_once",
        _TAKEN,
        "A document says that the balance pays or gets another amount than was moved for it.",
        "Compare the document with its movements; what is missing is a matter for a person.",
    ),
    Invariant(
        "what_is_paid_out_left_the_balance",
        _PAID_OUT,
        "A refund pays out another amount than the balance gave for it, or failed and is not on the balance again.",
        "Compare the refund with its movements, and with the gateway: it says whether the money left.",
    ),
)
