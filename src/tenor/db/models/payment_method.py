"""How a customer pays. Numbers of cards and bank accounts stay at the gateway: only its reference is kept."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from tenor.db.constraints import Check, of_account, one_of, own_ids
from tenor.db.models.base import AccountRow
from tenor.domain.account import MethodKind, MethodStatus


class PaymentMethod(AccountRow):
    """A stored way to pay. `label` is what people see ("Visa 4242"); `expires_on` a card's last valid day.

    `invalid_because` is the bank's code for a refusal for good. A mandate lapses some months after `mandate_used_on`,
    the day of its last debit, else after it was signed (see `domain.account.Mandate`).
    """

    kind = models.TextField()
    gateway = models.TextField()
    gateway_reference = models.TextField(default="", blank=True)
    label = models.TextField()
    brand = models.TextField(default="", blank=True)
    last4 = models.TextField(default="", blank=True)
    expires_on = models.DateField(null=True, blank=True)
    status = models.TextField(default=MethodStatus.ACTIVE.value)
    invalid_because = models.TextField(default="", blank=True)
    is_default = models.BooleanField(default=False)
    is_backup = models.BooleanField(default=False)
    billing_name = models.TextField(default="", blank=True)
    mandate_reference = models.TextField(default="", blank=True)
    mandate_signed_on = models.DateField(null=True, blank=True)
    mandate_used_on = models.DateField(null=True, blank=True)
    setup_reference = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            own_ids("a_payment_method_has_one_account"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_default=True), name="an_account_has_one_default_method"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_backup=True), name="an_account_has_one_backup_method"
            ),
            models.UniqueConstraint(
                fields=["account", "gateway", "gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="a_method_at_a_gateway_is_stored_once",
            ),
            models.UniqueConstraint(
                fields=["account", "gateway", "setup_reference"],
                condition=~Q(setup_reference=""),
                name="a_setup_gives_one_method",
            ),
            one_of("a_method_is_of_a_known_kind", "kind", MethodKind),
            one_of("a_methods_status_is_known", "status", MethodStatus),
            Check(name="a_method_keeps_four_digits_at_most", sql="last4 ~ '^([0-9A-Z]{4})?$'"),
            Check(name="a_removed_method_is_no_default", sql="NOT (is_default AND status = 'removed')"),
            Check(name="a_default_method_is_no_backup", sql="NOT (is_default AND is_backup)"),
            Check(name="a_removed_method_is_no_backup", sql="NOT (is_backup AND status = 'removed')"),
            Check(
                name="only_a_method_beyond_use_says_why",
                sql="invalid_because = '' OR status IN ('invalid', 'removed')",
            ),
            Check(
                name="a_mandate_says_when_it_was_signed",
                sql="mandate_reference = '' OR mandate_signed_on IS NOT NULL",
            ),
            Check(
                name="only_a_mandate_is_signed_and_used",
                sql="mandate_reference <> '' OR (mandate_signed_on IS NULL AND mandate_used_on IS NULL)",
            ),
            Check(name="an_active_method_is_known_at_its_gateway", sql="status <> 'active' OR gateway_reference <> ''"),
            of_account("a_payment_method_is_of_an_account"),
        ]
        indexes = [
            models.Index(fields=["gateway", "gateway_reference"], name="methods_at_a_gateway"),
            models.Index(fields=["expires_on"], condition=Q(status="active"), name="cards_by_their_last_day"),
            models.Index(
                Coalesce("mandate_used_on", "mandate_signed_on"),
                condition=Q(status="active") & ~Q(mandate_reference=""),
                name="mandates_by_their_last_debit",
            ),
        ]
