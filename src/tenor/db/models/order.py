"""Accepted quotes on their way from the click to what they grant (rules 9)."""

from django.db import models
from django.db.models import Q

from tenor.db.constraints import Check, a_currency, of_account, one_of, own_ids, same_account
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.payment_method import PaymentMethod
from tenor.db.models.quote import Quote
from tenor.db.models.subscription import Subscription
from tenor.domain.lifecycle import OPEN_ORDER, OrderStatus
from tenor.domain.quote import LineKind


class Order(AccountRow):
    """One order a quote; a renewal, which nobody asked for, has none. `waiting_for` is a code for what holds it up.

    `effects` is canonical JSON; `effects_applied_at` is when they were carried out: when paid, or when the debit is
    under way where the seller's policy grants that early. `placed_by_staff` acted on the customer's behalf.
    `retry_on` is the account's local day on which an unpaid renewal is charged again by itself (domain/dunning.py).
    """

    number = models.TextField()
    quote = Reference(Quote, null=True, blank=True)
    action = models.TextField()
    status = models.TextField(default=OrderStatus.SUBMITTED.value)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    currency = models.TextField()
    method = Reference(PaymentMethod, null=True, blank=True)
    placed_by = models.TextField()
    placed_by_name = models.TextField()
    placed_by_staff = models.TextField(default="", blank=True)
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    effects = models.JSONField()
    effects_applied_at = models.DateTimeField(null=True, blank=True)
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    waiting_for = models.TextField(default="", blank=True)
    # Said by a column of its own: an index over the status would make every step write each of the table's indexes.
    may_expire = models.GeneratedField(
        expression=models.ExpressionWrapper(
            ~Q(action="renew") & Q(status__in=sorted(status.value for status in OPEN_ORDER)), models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    retry_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            own_ids("an_order_has_one_account"),
            models.UniqueConstraint(fields=["account", "quote"], name="a_quote_becomes_one_order"),
            models.UniqueConstraint(fields=["account", "number"], name="an_order_number_is_given_once_an_account"),
            one_of("an_orders_status_is_known", "status", OrderStatus),
            a_currency("an_orders_currency_is_a_code"),
            Check(name="only_a_renewal_has_no_quote", sql="quote_id IS NOT NULL OR action = 'renew'"),
            Check(name="an_orders_net_and_tax_make_its_total", sql="net_minor + tax_minor = total_minor"),
            Check(name="only_a_change_of_plan_brings_a_credit", sql="total_minor >= 0 OR action = 'change_plan'"),
            Check(name="an_order_expires_after_it_is_placed", sql="expires_at > placed_at"),
            Check(
                name="a_fulfilled_order_says_when",
                sql="(status IN ('fulfilled', 'returned')) = (fulfilled_at IS NOT NULL)",
            ),
            Check(
                name="a_fulfilled_order_has_had_its_effects",
                sql="status <> 'fulfilled' OR effects_applied_at IS NOT NULL",
            ),
            Check(name="a_returned_order_says_when", sql="(status = 'returned') = (returned_at IS NOT NULL)"),
            Check(
                name="an_order_given_up_says_when",
                sql="(status IN ('failed', 'canceled', 'expired')) = (closed_at IS NOT NULL)",
            ),
            Check(
                name="only_an_unpaid_renewal_is_tried_again",
                sql="retry_on IS NULL OR (action = 'renew' AND status = 'requires_action')",
            ),
            of_account("an_order_is_of_an_account"),
            same_account("an_order_accepts_its_accounts_quote", "quote", "db.Quote"),
            same_account("an_order_is_paid_by_its_own_account", "method", "db.PaymentMethod"),
        ]
        indexes = [
            models.Index(fields=["account", "-placed_at"], name="orders_of_an_account"),
            models.Index(fields=["expires_at"], condition=Q(may_expire=True), name="orders_that_may_expire"),
            models.Index(fields=["retry_on"], condition=Q(retry_on__isnull=False), name="orders_to_try_again"),
        ]


class OrderSubscription(AccountRow):
    """Which subscriptions an order is about. `open` while the order holds its place: one such order at most.

    `db.transitions.move_order` is what keeps `open` and the order's status together. `returned_at`: this subscription's
    part of the order was given back, and the rest of it stands, or was given back after that.
    """

    order = Reference(Order)
    subscription = Reference(Subscription)
    open = models.BooleanField(default=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "order", "subscription"], name="an_order_names_a_subscription_once"
            ),
            models.UniqueConstraint(
                fields=["account", "subscription"],
                condition=Q(open=True),
                name="one_order_is_open_on_a_subscription_at_a_time",
            ),
            Check(name="no_part_of_an_open_order_is_returned", sql="returned_at IS NULL OR NOT open"),
            same_account("an_orders_subscription_has_the_orders_account", "order", "db.Order"),
            same_account("an_order_is_about_its_accounts_subscription", "subscription", "db.Subscription"),
        ]
        indexes = [models.Index(fields=["account", "subscription"], name="orders_of_a_subscription")]


class OrderLine(AccountRow):
    """One line with its operands (rules 4).

    `carried`: too small to collect by itself, it waits until `billed_at`, when it stands on `carried_invoice`.
    `subscription` is null on the line that opens one, until it is there. `tax` is the decision that it was sold with,
    null where that is the one of the order's invoice; `tax_included`: its amount has the tax in it.
    """

    order = Reference(Order)
    position = models.SmallIntegerField()
    kind = models.TextField()
    subscription = Reference(Subscription, null=True, blank=True)
    product_code = models.TextField()
    plan_code = models.TextField()
    seats = models.IntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    unit_price_minor = models.BigIntegerField()
    denominator = models.IntegerField()
    currency = models.TextField()
    amount_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    explanation = models.JSONField()
    tax = models.JSONField(null=True, blank=True)
    tax_included = models.BooleanField(default=False)
    carried = models.BooleanField(default=False)
    billed_at = models.DateTimeField(null=True, blank=True)
    carried_invoice = Reference("db.Invoice", null=True, blank=True)

    class Meta:
        constraints = [
            own_ids("an_order_line_has_one_account"),
            models.UniqueConstraint(fields=["account", "order", "position"], name="an_order_line_has_its_own_place"),
            one_of("an_order_line_is_of_a_known_kind", "kind", LineKind),
            Check(name="an_order_line_ends_after_it_starts", sql="ends_on > starts_on"),
            Check(name="an_order_line_is_a_share_of_some_days", sql="denominator >= 1"),
            a_currency("an_order_lines_currency_is_a_code"),
            Check(name="only_a_carried_line_is_billed_later", sql="carried OR billed_at IS NULL"),
            Check(
                name="a_line_on_another_invoice_was_billed", sql="billed_at IS NOT NULL OR carried_invoice_id IS NULL"
            ),
            same_account("an_order_line_is_of_the_accounts_order", "order", "db.Order"),
            same_account("an_order_line_is_about_the_accounts_subscription", "subscription", "db.Subscription"),
            same_account("a_carried_line_is_billed_to_its_account", "carried_invoice", "db.Invoice"),
        ]
        indexes = [
            models.Index(
                fields=["account", "subscription"],
                condition=Q(carried=True, billed_at=None),
                name="lines_still_carried",
            )
        ]
