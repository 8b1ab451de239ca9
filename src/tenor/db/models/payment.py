"""Money asked for and money given back. The row is there before the gateway is asked; its id is the key."""

from django.db import models
from django.db.models import Q

from tenor.db.constraints import Check, a_currency, one_of, own_ids, same_account
from tenor.db.models.base import AccountRow, Attempt, Reference
from tenor.db.models.invoice import Invoice
from tenor.db.models.payment_method import PaymentMethod
from tenor.domain.lifecycle import IN_FLIGHT, PaymentStatus

_P = PaymentStatus
REFUND_STATUSES = (_P.PENDING, _P.SENDING, _P.UNKNOWN, _P.PROCESSING, _P.SUCCEEDED, _P.FAILED)
"""A refund needs nobody's approval, and there is no way back from it."""


class Payment(AccountRow, Attempt):
    """One attempt to collect an invoice. `id` is the idempotency key; `attempts` counts how often it was sent,
    `first_sent_at` says since when by the database's clock: gateways forget keys after a day.

    `request` is what is sent, kept so that a repetition says the same, byte for byte.
    `action_url` is where the customer goes on (the bank's check); `decline_code` says why it failed. `surplus`: it took
    money for an invoice that another payment had paid; it pays for nothing, and is given back.
    """

    invoice = Reference(Invoice)
    method = Reference(PaymentMethod, null=True, blank=True)
    gateway = models.TextField()
    request = models.JSONField(default=dict)
    status = models.TextField(default=_P.PENDING.value)
    amount_minor = models.BigIntegerField()
    currency = models.TextField()
    gateway_reference = models.TextField(default="", blank=True)
    action_url = models.TextField(default="", blank=True)
    decline_code = models.TextField(default="", blank=True)
    attempts = models.IntegerField(default=0)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    surplus = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            own_ids("a_payment_has_one_account"),
            models.UniqueConstraint(
                fields=["account", "invoice"],
                condition=Q(status__in=sorted(IN_FLIGHT)),
                name="one_payment_of_an_invoice_is_in_flight_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["account", "invoice"],
                condition=Q(status=_P.SUCCEEDED.value, surplus=False),
                name="an_invoice_is_paid_once",
            ),
            models.UniqueConstraint(
                fields=["account", "gateway", "gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="a_charge_at_a_gateway_is_one_payment",
            ),
            one_of("a_payments_status_is_known", "status", PaymentStatus),
            Check(name="a_payment_is_above_zero", sql="amount_minor > 0"),
            Check(name="a_payment_that_succeeded_says_when", sql="status <> 'succeeded' OR settled_at IS NOT NULL"),
            a_currency("a_payments_currency_is_a_code"),
            same_account("a_payment_is_for_its_accounts_invoice", "invoice", "db.Invoice"),
            same_account("a_payment_uses_its_accounts_method", "method", "db.PaymentMethod"),
        ]
        indexes = [
            models.Index(fields=["account", "invoice"], name="payments_of_an_invoice"),
            models.Index(
                fields=["gateway", "id"],
                condition=Q(status=_P.PENDING.value, parked_at=None),
                name="payments_to_collect",
            ),
            models.Index(
                fields=["next_try_at"],
                condition=Q(status__in=sorted(IN_FLIGHT - {_P.PENDING}), parked_at=None),
                name="payments_to_work_on",
            ),
        ]


class Refund(AccountRow, Attempt):
    """Money given back for a payment, by credit note unless the money came too late to be wanted.

    `from_balance`: it pays out what was on the account's balance; it corrects no invoice (docs/adr 29).
    `first_sent_at` says since when it was sent by the database's clock, as a payment's does.
    """

    payment = Reference(Payment)
    credit_note = Reference(Invoice, null=True, blank=True)
    status = models.TextField(default=_P.PENDING.value)
    amount_minor = models.BigIntegerField()
    currency = models.TextField()
    reason = models.TextField()
    from_balance = models.BooleanField(default=False, db_default=False)
    gateway_reference = models.TextField(default="", blank=True)
    attempts = models.IntegerField(default=0)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            own_ids("a_refund_has_one_account"),
            models.UniqueConstraint(
                fields=["account", "payment"],
                condition=Q(credit_note=None, from_balance=False),
                name="money_without_a_claim_is_given_back_once",
            ),
            models.UniqueConstraint(
                fields=["account", "credit_note"],
                condition=Q(credit_note__isnull=False),
                name="a_credit_note_is_refunded_once",
            ),
            one_of("a_refunds_status_is_known", "status", REFUND_STATUSES),
            Check(name="what_is_paid_out_has_no_credit_note", sql="NOT from_balance OR credit_note_id IS NULL"),
            Check(name="a_refund_is_above_zero", sql="amount_minor > 0"),
            Check(name="a_refund_has_a_reason", sql="reason <> ''"),
            Check(name="a_refund_that_succeeded_says_when", sql="status <> 'succeeded' OR settled_at IS NOT NULL"),
            a_currency("a_refunds_currency_is_a_code"),
            same_account("a_refund_is_of_its_accounts_payment", "payment", "db.Payment"),
            same_account("a_refund_carries_its_accounts_credit_note", "credit_note", "db.Invoice"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(status__in=sorted({*REFUND_STATUSES} & IN_FLIGHT), parked_at=None),
                name="refunds_to_work_on",
            )
        ]
