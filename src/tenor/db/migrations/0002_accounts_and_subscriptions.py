"""Customers, how they pay, what they own, and the test clock."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.seller",
                    ),
                ),
                ("number", models.TextField()),
                ("name", models.TextField()),
                ("customer_type", models.TextField(default="business")),
                ("country", models.TextField()),
                ("region", models.TextField(blank=True, default="")),
                ("currency", models.TextField()),
                ("time_zone", models.TextField(default="UTC")),
                ("language", models.TextField(default="en")),
                ("vat_id", models.TextField(blank=True, default="")),
                ("vat_id_checked_on", models.DateField(blank=True, null=True)),
                ("street", models.TextField(blank=True, default="")),
                ("postal_code", models.TextField(blank=True, default="")),
                ("city", models.TextField(blank=True, default="")),
                ("invoice_email", models.EmailField(blank=True, default="", max_length=254)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "number"), name="an_account_number_is_given_once_a_seller"
                    ),
                    models.UniqueConstraint(fields=("id", "seller"), name="an_account_has_one_seller"),
                    tenor.db.constraints.Check(
                        name="a_customer_is_of_a_known_type", sql="customer_type IN ('business', 'consumer')"
                    ),
                    tenor.db.constraints.Check(name="an_accounts_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                    tenor.db.constraints.Check(name="an_accounts_country_is_a_code", sql="country ~ '^[A-Z]{2}$'"),
                    tenor.db.constraints.Check(
                        name="an_accounts_language_is_a_code", sql="language ~ '^[a-z]{2}(-[A-Z]{2})?$'"
                    ),
                    tenor.db.constraints.Check(name="an_account_has_a_time_zone", sql="time_zone <> ''"),
                    tenor.db.constraints.Check(
                        name="a_checked_vat_id_is_there", sql="vat_id_checked_on IS NULL OR vat_id <> ''"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.account",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("role", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["user"], name="accounts_of_a_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "user"), name="a_person_has_one_role_in_an_account"),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "buyer")), fields=("account",), name="an_account_has_one_buyer"
                    ),
                    tenor.db.constraints.Check(
                        name="a_role_is_known", sql="role IN ('buyer', 'billing_admin', 'user_admin', 'viewer')"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentMethod",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.account",
                    ),
                ),
                ("kind", models.TextField()),
                ("gateway", models.TextField()),
                ("gateway_reference", models.TextField(blank=True, default="")),
                ("label", models.TextField()),
                ("brand", models.TextField(blank=True, default="")),
                ("last4", models.TextField(blank=True, default="")),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("status", models.TextField(default="active")),
                ("is_default", models.BooleanField(default=False)),
                ("mandate_reference", models.TextField(blank=True, default="")),
                ("mandate_signed_on", models.DateField(blank=True, null=True)),
                ("setup_reference", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="a_payment_method_has_one_account"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("account",),
                        name="an_account_has_one_default_method",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("gateway_reference", ""), _negated=True),
                        fields=("account", "gateway", "gateway_reference"),
                        name="a_method_at_a_gateway_is_stored_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("setup_reference", ""), _negated=True),
                        fields=("account", "gateway", "setup_reference"),
                        name="a_setup_gives_one_method",
                    ),
                    tenor.db.constraints.Check(
                        name="a_method_is_of_a_known_kind", sql="kind IN ('card', 'paypal', 'direct_debit')"
                    ),
                    tenor.db.constraints.Check(
                        name="a_methods_status_is_known",
                        sql="status IN ('active', 'mandate_pending', 'invalid', 'removed')",
                    ),
                    tenor.db.constraints.Check(
                        name="a_method_keeps_four_digits_at_most", sql="last4 ~ '^([0-9A-Z]{4})?$'"
                    ),
                    tenor.db.constraints.Check(
                        name="a_removed_method_is_no_default", sql="NOT (is_default AND status = 'removed')"
                    ),
                    tenor.db.constraints.Check(
                        name="an_active_method_is_known_at_its_gateway",
                        sql="status <> 'active' OR gateway_reference <> ''",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.account",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.seller",
                    ),
                ),
                ("number", models.TextField()),
                ("product_code", models.TextField()),
                ("plan_code", models.TextField()),
                ("months", models.SmallIntegerField()),
                ("seats", models.IntegerField()),
                ("anchor", models.DateField()),
                ("renews_on", models.DateField()),
                ("status", models.TextField(default="active")),
                ("auto_renew", models.BooleanField(default=True)),
                ("channel", models.TextField(default="website")),
                ("processor", models.TextField(default="tenor")),
                ("reseller_name", models.TextField(blank=True, default="")),
                ("reseller_contact", models.TextField(blank=True, default="")),
                ("reseller_allows_auto_renew_off", models.BooleanField(default=False)),
                (
                    "payment_method",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.paymentmethod",
                    ),
                ),
                ("min_seats", models.IntegerField(blank=True, null=True)),
                ("max_seats", models.IntegerField(blank=True, null=True)),
                ("lapsed_on", models.DateField(blank=True, null=True)),
                ("renewal_claimed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["renews_on", "account"], name="renewals_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="a_subscription_has_one_account"),
                    models.UniqueConstraint(
                        fields=("account", "number"), name="a_subscription_number_is_given_once_an_account"
                    ),
                    tenor.db.constraints.Check(
                        name="a_subscriptions_status_is_known",
                        sql="status IN ('active', 'past_due', 'suspended', 'expired', 'canceled')",
                    ),
                    tenor.db.constraints.Check(
                        name="a_subscriptions_channel_is_known", sql="channel IN ('website', 'sales', 'reseller')"
                    ),
                    tenor.db.constraints.Check(name="a_subscription_has_a_seat_or_more", sql="seats >= 1"),
                    tenor.db.constraints.Check(name="a_subscriptions_term_has_a_month_or_more", sql="months >= 1"),
                    tenor.db.constraints.Check(
                        name="a_subscription_renews_from_its_anchor_on", sql="renews_on >= anchor"
                    ),
                    tenor.db.constraints.Check(
                        name="a_reseller_is_named_where_one_sold", sql="(channel = 'reseller') = (reseller_name <> '')"
                    ),
                    tenor.db.constraints.Check(
                        name="a_contracts_seats_have_a_range",
                        sql="min_seats >= 1 AND max_seats >= coalesce(min_seats, 1)",
                    ),
                    tenor.db.constraints.Check(
                        name="an_active_subscription_has_not_lapsed", sql="status <> 'active' OR lapsed_on IS NULL"
                    ),
                    tenor.db.constraints.Check(
                        name="a_lapsed_subscription_says_since_when",
                        sql="status NOT IN ('past_due', 'suspended', 'expired') OR lapsed_on IS NOT NULL",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduledChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.account",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.subscription",
                    ),
                ),
                ("kind", models.TextField()),
                ("value", models.TextField()),
                ("unit_price_minor", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.TextField(blank=True, null=True)),
                ("scheduled_at", models.DateTimeField()),
                ("scheduled_on", models.DateField()),
                ("scheduled_by", models.TextField()),
                ("scheduled_by_name", models.TextField()),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.scheduledchange",
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="a_scheduled_change_has_one_account"),
                    models.UniqueConstraint(
                        condition=models.Q(("claimed_at", None), ("replaced_at", None), ("undone_at", None)),
                        fields=("account", "subscription", "kind"),
                        name="one_change_of_a_kind_is_scheduled_at_a_time",
                    ),
                    tenor.db.constraints.Check(
                        name="a_scheduled_change_is_of_a_known_kind",
                        sql="kind IN ('term', 'plan', 'seats', 'method', 'auto_renew')",
                    ),
                    tenor.db.constraints.Check(
                        name="a_scheduled_change_ends_in_one_way",
                        sql="num_nonnulls(undone_at, replaced_at, claimed_at) <= 1",
                    ),
                    tenor.db.constraints.Check(
                        name="a_scheduled_price_has_a_currency", sql="(unit_price_minor IS NULL) = (currency IS NULL)"
                    ),
                    tenor.db.constraints.Check(name="a_scheduled_price_is_not_negative", sql="unit_price_minor >= 0"),
                    tenor.db.constraints.Check(
                        name="a_scheduled_prices_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"
                    ),
                    tenor.db.constraints.Check(
                        name="a_scheduled_change_does_not_replace_itself", sql="replaces_id <> id"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("ahead_by", models.DurationField(blank=True, null=True)),
                ("stands_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    tenor.db.constraints.Check(name="there_is_one_clock", sql="id = 1"),
                    tenor.db.constraints.Check(
                        name="a_clock_ticks_or_stands", sql="num_nonnulls(ahead_by, stands_at) = 1"
                    ),
                ],
            },
        ),
    ]
