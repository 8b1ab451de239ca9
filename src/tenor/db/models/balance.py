"""The balance of an account, movement by movement: money of the customer's that pays the next invoices (rules 9)."""

from django.db import models

from tenor.db.constraints import Check, a_currency, of_account, one_of, same_account
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.invoice import Invoice
from tenor.db.models.payment import Refund
from tenor.domain.balance import BalanceReason


class BalanceMovement(AccountRow):
    """`amount_minor` comes to the balance, below zero it pays; `after_minor` is the balance after it.

    The movements of an account are numbered by `position`, so that two at once can't both go on from the same balance.
    It is for a document, `invoice` (an invoice, or the credit note that gives back), or for the `refund` that pays it
    out. Added, never changed: a guard refuses it.
    """

    position = models.IntegerField()
    reason = models.TextField()
    amount_minor = models.BigIntegerField()
    after_minor = models.BigIntegerField()
    currency = models.TextField()
    invoice = Reference(Invoice, null=True, blank=True)
    refund = Reference(Refund, null=True, blank=True)
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "position"], name="a_balance_moves_one_step_at_a_time"),
            models.UniqueConstraint(
                fields=["account", "invoice", "reason"], name="a_document_moves_the_balance_once_for_a_reason"
            ),
            models.UniqueConstraint(
                fields=["account", "refund", "reason"], name="a_refund_moves_the_balance_once_for_a_reason"
            ),
            Check(
                name="a_movement_is_for_a_document_or_a_refund",
                sql="(refund_id IS NULL) = (invoice_id IS NOT NULL)"
                " AND (refund_id IS NOT NULL) = (reason IN ('paid_out', 'not_paid_out'))",
            ),
            one_of("a_movement_has_a_known_reason", "reason", BalanceReason),
            Check(name="a_movement_has_its_place", sql="position >= 1"),
            Check(name="a_movement_moves_something", sql="amount_minor <> 0"),
            Check(name="a_balance_is_never_below_zero", sql="after_minor >= 0"),
            Check(
                name="what_is_used_is_taken_from_the_balance",
                sql="reason = 'returned' OR (reason IN ('used', 'paid_out')) = (amount_minor < 0)",
            ),
            a_currency("a_movements_currency_is_a_code"),
            of_account("a_movement_is_of_an_account"),
            same_account("a_movement_is_for_its_accounts_document", "invoice", "db.Invoice"),
            same_account("a_movement_is_for_its_accounts_refund", "refund", "db.Refund"),
        ]
