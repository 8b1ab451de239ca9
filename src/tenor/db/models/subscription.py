"""What a customer owns: subscriptions, the periods paid for, and what is to change at the next renewal."""

from django.db import models
from django.db.models import F, Q

from tenor.db.constraints import (
    Check,
    CompositeForeignKey,
    a_currency,
    no_longer_than,
    one_line,
    one_of,
    own_ids,
    same_account,
)
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.payment_method import PaymentMethod
from tenor.db.models.seller import Seller
from tenor.domain.account import ChangeKind, Channel, PeriodKind, PriceKind, SubscriptionStatus
from tenor.domain.texts import LONGEST_COST_CENTER, LONGEST_LABEL


class Subscription(AccountRow):
    """Seats of a product's plan. `renews_on` is the end of the last paid period; `anchor` gives all its boundaries.

    `renewal_claimed_at` is set from when the renewal night claims it until its next term has begun. `coming_...` is a
    term that is paid ahead: what the subscription becomes on the day on which it begins. `label` and `cost_center` are
    the customer's own words.
    """

    seller = Reference(Seller)
    number = models.TextField()
    product_code = models.TextField()
    plan_code = models.TextField()
    months = models.SmallIntegerField()
    seats = models.IntegerField()
    anchor = models.DateField()
    renews_on = models.DateField()
    status = models.TextField(default=SubscriptionStatus.ACTIVE.value)
    auto_renew = models.BooleanField(default=True)
    channel = models.TextField(default=Channel.WEBSITE.value)
    processor = models.TextField(default="tenor")
    reseller_name = models.TextField(default="", blank=True)
    reseller_contact = models.TextField(default="", blank=True)
    reseller_allows_auto_renew_off = models.BooleanField(default=False)
    payment_method = Reference(PaymentMethod, null=True, blank=True)
    min_seats = models.IntegerField(null=True, blank=True)
    max_seats = models.IntegerField(null=True, blank=True)
    lapsed_on = models.DateField(null=True, blank=True)
    renewal_claimed_at = models.DateTimeField(null=True, blank=True)
    coming_on = models.DateField(null=True, blank=True)
    coming_months = models.SmallIntegerField(null=True, blank=True)
    coming_plan_code = models.TextField(null=True, blank=True)
    coming_seats = models.IntegerField(null=True, blank=True)
    label = models.TextField(default="", db_default="", blank=True)
    cost_center = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = [
            own_ids("a_subscription_has_one_account"),
            models.UniqueConstraint(
                fields=["account", "number"], name="a_subscription_number_is_given_once_an_account"
            ),
            one_of("a_subscriptions_status_is_known", "status", SubscriptionStatus),
            one_of("a_subscriptions_channel_is_known", "channel", Channel),
            Check(name="a_subscription_has_a_seat_or_more", sql="seats >= 1"),
            Check(name="a_subscriptions_term_has_a_month_or_more", sql="months >= 1"),
            Check(name="a_subscription_renews_from_its_anchor_on", sql="renews_on >= anchor"),
            Check(name="a_reseller_is_named_where_one_sold", sql="(channel = 'reseller') = (reseller_name <> '')"),
            Check(name="a_contracts_seats_have_a_range", sql="min_seats >= 1 AND max_seats >= coalesce(min_seats, 1)"),
            Check(name="an_active_subscription_has_not_lapsed", sql="status <> 'active' OR lapsed_on IS NULL"),
            Check(
                name="a_lapsed_subscription_says_since_when",
                sql="status NOT IN ('past_due', 'suspended', 'expired') OR lapsed_on IS NOT NULL",
            ),
            Check(
                name="a_coming_term_is_known_whole",
                sql="num_nonnulls(coming_on, coming_months, coming_plan_code, coming_seats) IN (0, 4)",
            ),
            Check(name="a_coming_term_has_a_month_or_more", sql="coming_months >= 1"),
            Check(name="a_coming_term_has_a_seat_or_more", sql="coming_seats >= 1"),
            Check(name="a_coming_term_is_paid_to_the_renewal_date", sql="coming_on < renews_on"),
            one_line("a_label_is_on_one_line", "label"),
            no_longer_than("a_label_is_short", "label", LONGEST_LABEL),
            one_line("a_cost_center_is_on_one_line", "cost_center"),
            no_longer_than("a_cost_center_is_short", "cost_center", LONGEST_COST_CENTER),
            CompositeForeignKey(
                name="a_subscription_is_bought_from_the_accounts_seller",
                fields=["account", "seller"],
                to="db.Account",
                to_fields=["id", "seller"],
            ),
            CompositeForeignKey(
                name="a_subscription_is_of_a_plan",
                fields=["seller", "product_code", "plan_code"],
                to="db.Plan",
                to_fields=["seller", "product_code", "code"],
            ),
            CompositeForeignKey(
                name="a_coming_term_is_of_a_plan",
                fields=["seller", "product_code", "coming_plan_code"],
                to="db.Plan",
                to_fields=["seller", "product_code", "code"],
            ),
            same_account("a_subscription_is_paid_by_its_own_account", "payment_method", "db.PaymentMethod"),
        ]
        indexes = [
            # Whatever asks by the day asks of what is active: what ended years ago is not looked through each night.
            models.Index(fields=["renews_on", "account"], condition=Q(status="active"), name="renewals_by_day"),
        ]


class PaidPeriod(AccountRow):
    """Days that were paid for, with the unit price and the days of the whole that the price is for (rules 4).

    `stopped_on` is the first day on which another price took its place; on its first day: it was returned whole.
    `tax_included`: the unit price has tax in it; null where that is not known.
    """

    subscription = Reference(Subscription)
    kind = models.TextField(default=PeriodKind.TERM.value)
    starts_on = models.DateField()
    ends_on = models.DateField()
    unit_price_minor = models.BigIntegerField()
    currency = models.TextField()
    denominator = models.IntegerField()
    price_kind = models.TextField(default=PriceKind.LIST.value)
    tax_included = models.BooleanField(null=True, blank=True)
    invoice_line = Reference("db.InvoiceLine", null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "subscription", "starts_on"],
                condition=Q(stopped_on=None) | Q(stopped_on__gt=F("starts_on")),
                name="a_subscription_is_renewed_once_a_period",
            ),
            Check(name="a_period_stops_within_its_days", sql="stopped_on >= starts_on AND stopped_on < ends_on"),
            one_of("a_period_is_of_a_known_kind", "kind", PeriodKind),
            one_of("a_periods_price_is_of_a_known_kind", "price_kind", PriceKind),
            Check(name="a_period_ends_after_it_starts", sql="ends_on > starts_on"),
            Check(name="a_period_is_no_longer_than_what_its_price_is_for", sql="ends_on - starts_on <= denominator"),
            Check(
                name="an_extension_is_shorter_than_a_term",
                sql="kind <> 'extension' OR ends_on - starts_on < denominator",
            ),
            Check(name="a_periods_price_is_not_negative", sql="unit_price_minor >= 0"),
            a_currency("a_periods_currency_is_a_code"),
            same_account("a_period_is_of_the_accounts_subscription", "subscription", "db.Subscription"),
            same_account("a_period_is_paid_by_the_accounts_invoice", "invoice_line", "db.InvoiceLine"),
        ]


LIVE_CHANGE = Q(undone_at=None, replaced_at=None, claimed_at=None)
"""An entry that is still on the list "at your next renewal"."""


class ScheduledChange(AccountRow):
    """One entry of that list. It ends by being undone, replaced by a newer one, or claimed by the renewal (rules 6)."""

    subscription = Reference(Subscription)
    kind = models.TextField()
    value = models.TextField()
    unit_price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.TextField(null=True, blank=True)
    scheduled_at = models.DateTimeField()
    scheduled_on = models.DateField()
    scheduled_by = models.TextField()
    scheduled_by_name = models.TextField()
    replaces = Reference("self", null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            own_ids("a_scheduled_change_has_one_account"),
            models.UniqueConstraint(
                fields=["account", "subscription", "kind"],
                condition=LIVE_CHANGE,
                name="one_change_of_a_kind_is_scheduled_at_a_time",
            ),
            one_of("a_scheduled_change_is_of_a_known_kind", "kind", ChangeKind),
            Check(
                name="a_scheduled_change_ends_in_one_way", sql="num_nonnulls(undone_at, replaced_at, claimed_at) <= 1"
            ),
            Check(name="a_scheduled_price_has_a_currency", sql="(unit_price_minor IS NULL) = (currency IS NULL)"),
            Check(name="a_scheduled_price_is_not_negative", sql="unit_price_minor >= 0"),
            a_currency("a_scheduled_prices_currency_is_a_code"),
            Check(name="a_scheduled_change_does_not_replace_itself", sql="replaces_id <> id"),
            same_account("a_scheduled_change_is_of_the_accounts_subscription", "subscription", "db.Subscription"),
            same_account("a_scheduled_change_replaces_one_of_its_account", "replaces", "db.ScheduledChange"),
        ]
