"""The books: one row a posting, balanced by its shape (rules 10)."""

from django.db import models
from django.db.models import Q

from tenor.db.constraints import Check, a_currency, of_account, one_of, same_account
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.invoice import Invoice
from tenor.db.models.payment import Payment, Refund
from tenor.domain.ledger import LedgerAccount, PostingReason


class Posting(AccountRow):
    """`amount_minor` from the credited to the debited ledger account. Added, never changed: a guard refuses it."""

    debit = models.TextField()
    credit = models.TextField()
    amount_minor = models.BigIntegerField()
    currency = models.TextField()
    reason = models.TextField()
    invoice = Reference(Invoice, null=True, blank=True)
    payment = Reference(Payment, null=True, blank=True)
    refund = Reference(Refund, null=True, blank=True)
    booked_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "payment", "reason", "debit", "credit"],
                condition=Q(payment__isnull=False, refund=None),
                name="a_payment_is_booked_once",
            ),
            models.UniqueConstraint(
                fields=["account", "refund", "reason", "debit", "credit"],
                condition=Q(refund__isnull=False),
                name="a_refund_is_booked_once",
            ),
            Check(name="a_posting_moves_something", sql="amount_minor > 0"),
            Check(name="a_posting_moves_between_two_accounts", sql="debit <> credit"),
            one_of("a_posting_debits_a_known_account", "debit", LedgerAccount),
            one_of("a_posting_credits_a_known_account", "credit", LedgerAccount),
            one_of("a_posting_has_a_known_reason", "reason", PostingReason),
            Check(name="a_posting_has_a_source", sql="num_nonnulls(invoice_id, payment_id, refund_id) >= 1"),
            a_currency("a_postings_currency_is_a_code"),
            of_account("a_posting_is_of_an_account"),
            same_account("a_posting_is_about_its_accounts_invoice", "invoice", "db.Invoice"),
            same_account("a_posting_is_about_its_accounts_payment", "payment", "db.Payment"),
            same_account("a_posting_is_about_its_accounts_refund", "refund", "db.Refund"),
        ]
        indexes = [
            models.Index(fields=["account", "booked_on"], name="postings_of_an_account"),
            models.Index(fields=["account", "invoice"], name="postings_of_an_invoice"),
        ]
