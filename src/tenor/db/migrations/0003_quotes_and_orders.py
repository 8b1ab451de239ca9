"""What customers asked for, what they ordered, and the document about it."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids
import tenor.domain.lifecycle


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0002_accounts_and_subscriptions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quote",
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
                ("action", models.TextField()),
                ("request", models.JSONField()),
                ("outcome", models.JSONField()),
                ("fingerprint", models.TextField()),
                ("priced_at", models.DateTimeField()),
                ("priced_on", models.DateField()),
                ("expires_at", models.DateTimeField()),
                ("created_by", models.TextField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.quote",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="a_quote_has_one_account"),
                    tenor.db.constraints.Check(name="a_quote_is_for_an_action", sql="action <> ''"),
                    tenor.db.constraints.Check(name="a_fingerprint_is_a_sha256", sql="fingerprint ~ '^[0-9a-f]{64}$'"),
                    tenor.db.constraints.Check(name="a_quote_expires_after_it_is_priced", sql="expires_at > priced_at"),
                    tenor.db.constraints.Check(name="a_quote_does_not_replace_itself", sql="replaces_id <> id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
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
                ("number", models.TextField()),
                (
                    "quote",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.quote",
                    ),
                ),
                ("action", models.TextField()),
                ("status", models.TextField(default="submitted")),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("total_minor", models.BigIntegerField()),
                ("currency", models.TextField()),
                (
                    "method",
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
                ("placed_by", models.TextField()),
                ("placed_by_name", models.TextField()),
                ("placed_by_staff", models.TextField(blank=True, default="")),
                ("placed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("effects", models.JSONField()),
                ("effects_applied_at", models.DateTimeField(blank=True, null=True)),
                ("fulfilled_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("waiting_for", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "-placed_at"], name="orders_of_an_account"),
                    models.Index(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    tenor.domain.lifecycle.OrderStatus["PROCESSING"],
                                    tenor.domain.lifecycle.OrderStatus["REQUIRES_ACTION"],
                                    tenor.domain.lifecycle.OrderStatus["SUBMITTED"],
                                ],
                            )
                        ),
                        fields=["expires_at"],
                        name="orders_that_may_expire",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="an_order_has_one_account"),
                    models.UniqueConstraint(fields=("account", "quote"), name="a_quote_becomes_one_order"),
                    models.UniqueConstraint(
                        fields=("account", "number"), name="an_order_number_is_given_once_an_account"
                    ),
                    tenor.db.constraints.Check(
                        name="an_orders_status_is_known",
                        sql="status IN ('submitted', 'requires_action', 'processing', 'paid', 'fulfilled', 'failed', 'canceled', 'expired')",
                    ),
                    tenor.db.constraints.Check(name="an_orders_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                    tenor.db.constraints.Check(
                        name="an_orders_net_and_tax_make_its_total", sql="net_minor + tax_minor = total_minor"
                    ),
                    tenor.db.constraints.Check(name="an_order_never_pays_out", sql="total_minor >= 0"),
                    tenor.db.constraints.Check(
                        name="an_order_expires_after_it_is_placed", sql="expires_at > placed_at"
                    ),
                    tenor.db.constraints.Check(
                        name="a_fulfilled_order_says_when", sql="(status = 'fulfilled') = (fulfilled_at IS NOT NULL)"
                    ),
                    tenor.db.constraints.Check(
                        name="a_fulfilled_order_has_had_its_effects",
                        sql="status <> 'fulfilled' OR effects_applied_at IS NOT NULL",
                    ),
                    tenor.db.constraints.Check(
                        name="an_order_given_up_says_when",
                        sql="(status IN ('failed', 'canceled', 'expired')) = (closed_at IS NOT NULL)",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderSubscription",
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
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.order",
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
                ("open", models.BooleanField(default=True)),
            ],
            options={
                "indexes": [models.Index(fields=["account", "subscription"], name="orders_of_a_subscription")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "order", "subscription"), name="an_order_names_a_subscription_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("open", True)),
                        fields=("account", "subscription"),
                        name="one_order_is_open_on_a_subscription_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
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
                ("kind", models.TextField(default="invoice")),
                ("number", models.TextField(blank=True, null=True)),
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
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.order",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.invoice",
                    ),
                ),
                ("status", models.TextField(default="draft")),
                ("issued_on", models.DateField(blank=True, null=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("currency", models.TextField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("total_minor", models.BigIntegerField()),
                ("parties", models.JSONField()),
                ("tax", models.JSONField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "-issued_on"], name="invoices_of_an_account"),
                    models.Index(fields=["account", "order"], name="invoices_of_an_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="an_invoice_has_one_account"),
                    models.UniqueConstraint(
                        fields=("seller", "kind", "number"), name="an_invoice_number_is_given_once_a_seller"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind", "invoice"), models.Q(("status__in", ["credited", "void"]), _negated=True)
                        ),
                        fields=("account", "order"),
                        name="an_order_has_one_invoice_that_stands",
                    ),
                    tenor.db.constraints.Check(
                        name="a_document_is_of_a_known_kind", sql="kind IN ('invoice', 'credit_note')"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invoices_status_is_known",
                        sql="status IN ('draft', 'open', 'paid', 'void', 'credited')",
                    ),
                    tenor.db.constraints.Check(
                        name="an_invoice_has_a_number_once_issued",
                        sql="(status IN ('draft', 'void')) = (number IS NULL)",
                    ),
                    tenor.db.constraints.Check(
                        name="an_issued_invoice_is_dated",
                        sql="num_nulls(number, issued_on, due_on) IN (0, 3) AND number <> ''",
                    ),
                    tenor.db.constraints.Check(
                        name="an_invoice_is_not_due_before_it_is_issued", sql="due_on >= issued_on"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invoices_net_and_tax_make_its_total", sql="net_minor + tax_minor = total_minor"
                    ),
                    tenor.db.constraints.Check(
                        name="a_credit_note_names_what_it_corrects",
                        sql="(kind = 'credit_note') = (corrects_id IS NOT NULL)",
                    ),
                    tenor.db.constraints.Check(name="an_invoice_does_not_correct_itself", sql="corrects_id <> id"),
                    tenor.db.constraints.Check(name="an_invoices_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                ],
            },
        ),
    ]
