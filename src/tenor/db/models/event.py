"""What happened, by whom: the audit trail, and at the same time what is still to be told (the outbox)."""

from django.db import models
from django.db.models import Q

from tenor.db.constraints import Check, of_account, same_account
from tenor.db.models.base import AccountRow, Attempt, Reference
from tenor.db.models.invoice import Invoice
from tenor.db.models.order import Order
from tenor.db.models.payment import Payment
from tenor.db.models.quote import Quote
from tenor.db.models.subscription import Subscription


class Event(AccountRow, Attempt):
    """One fact. Added, never changed but for its delivery: a guard refuses it. `staff`: on the customer's behalf."""

    kind = models.TextField()
    actor = models.TextField(default="", blank=True)
    actor_name = models.TextField(default="", blank=True)
    staff = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    subscription = Reference(Subscription, null=True, blank=True)
    quote = Reference(Quote, null=True, blank=True)
    order = Reference(Order, null=True, blank=True)
    invoice = Reference(Invoice, null=True, blank=True)
    payment = Reference(Payment, null=True, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            Check(name="an_event_is_of_a_kind", sql="kind <> ''"),
            of_account("an_event_is_of_an_account"),
            same_account("an_event_is_about_its_accounts_subscription", "subscription", "db.Subscription"),
            same_account("an_event_is_about_its_accounts_quote", "quote", "db.Quote"),
            same_account("an_event_is_about_its_accounts_order", "order", "db.Order"),
            same_account("an_event_is_about_its_accounts_invoice", "invoice", "db.Invoice"),
            same_account("an_event_is_about_its_accounts_payment", "payment", "db.Payment"),
        ]
        indexes = [
            models.Index(fields=["account", "subscription", "-at"], name="events_of_a_subscription"),
            models.Index(fields=["account", "order", "at"], name="events_of_an_order"),
            models.Index(
                fields=["next_try_at"], condition=Q(delivered_at=None, parked_at=None), name="events_to_deliver"
            ),
        ]
