"""Payments, refunds and the books."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids
import tenor.domain.lifecycle


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0004_invoices_and_periods"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
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
                ("tries", models.IntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True, default="")),
                (
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.invoice",
                    ),
                ),
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
                ("gateway", models.TextField()),
                ("request", models.JSONField(default=dict)),
                ("status", models.TextField(default="pending")),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.TextField()),
                ("gateway_reference", models.TextField(blank=True, default="")),
                ("action_url", models.TextField(blank=True, default="")),
                ("decline_code", models.TextField(blank=True, default="")),
                ("attempts", models.IntegerField(default=0)),
                ("first_sent_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "invoice"], name="payments_of_an_invoice"),
                    models.Index(
                        condition=models.Q(
                            ("parked_at", None),
                            (
                                "status__in",
                                [
                                    tenor.domain.lifecycle.PaymentStatus["PENDING"],
                                    tenor.domain.lifecycle.PaymentStatus["PROCESSING"],
                                    tenor.domain.lifecycle.PaymentStatus["REQUIRES_ACTION"],
                                    tenor.domain.lifecycle.PaymentStatus["SENDING"],
                                    tenor.domain.lifecycle.PaymentStatus["UNKNOWN"],
                                ],
                            ),
                        ),
                        fields=["next_try_at"],
                        name="payments_to_work_on",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="a_payment_has_one_account"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    tenor.domain.lifecycle.PaymentStatus["PENDING"],
                                    tenor.domain.lifecycle.PaymentStatus["PROCESSING"],
                                    tenor.domain.lifecycle.PaymentStatus["REQUIRES_ACTION"],
                                    tenor.domain.lifecycle.PaymentStatus["SENDING"],
                                    tenor.domain.lifecycle.PaymentStatus["UNKNOWN"],
                                ],
                            )
                        ),
                        fields=("account", "invoice"),
                        name="one_payment_of_an_invoice_is_in_flight_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "succeeded")),
                        fields=("account", "invoice"),
                        name="an_invoice_is_paid_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("gateway_reference", ""), _negated=True),
                        fields=("account", "gateway", "gateway_reference"),
                        name="a_charge_at_a_gateway_is_one_payment",
                    ),
                    tenor.db.constraints.Check(
                        name="a_payments_status_is_known",
                        sql="status IN ('pending', 'sending', 'unknown', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled', 'refunded', 'reversed')",
                    ),
                    tenor.db.constraints.Check(name="a_payment_is_above_zero", sql="amount_minor > 0"),
                    tenor.db.constraints.Check(
                        name="a_payment_that_succeeded_says_when", sql="status <> 'succeeded' OR settled_at IS NOT NULL"
                    ),
                    tenor.db.constraints.Check(name="a_payments_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
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
                ("tries", models.IntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True, default="")),
                (
                    "payment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.payment",
                    ),
                ),
                (
                    "credit_note",
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
                ("status", models.TextField(default="pending")),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.TextField()),
                ("reason", models.TextField()),
                ("gateway_reference", models.TextField(blank=True, default="")),
                ("attempts", models.IntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("parked_at", None),
                            (
                                "status__in",
                                [
                                    tenor.domain.lifecycle.PaymentStatus["PENDING"],
                                    tenor.domain.lifecycle.PaymentStatus["PROCESSING"],
                                    tenor.domain.lifecycle.PaymentStatus["SENDING"],
                                    tenor.domain.lifecycle.PaymentStatus["UNKNOWN"],
                                ],
                            ),
                        ),
                        fields=["next_try_at"],
                        name="refunds_to_work_on",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="a_refund_has_one_account"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    tenor.domain.lifecycle.PaymentStatus["PENDING"],
                                    tenor.domain.lifecycle.PaymentStatus["PROCESSING"],
                                    tenor.domain.lifecycle.PaymentStatus["SENDING"],
                                    tenor.domain.lifecycle.PaymentStatus["UNKNOWN"],
                                ],
                            )
                        ),
                        fields=("account", "payment"),
                        name="one_refund_of_a_payment_is_in_flight_at_a_time",
                    ),
                    tenor.db.constraints.Check(
                        name="a_refunds_status_is_known",
                        sql="status IN ('pending', 'sending', 'unknown', 'processing', 'succeeded', 'failed')",
                    ),
                    tenor.db.constraints.Check(name="a_refund_is_above_zero", sql="amount_minor > 0"),
                    tenor.db.constraints.Check(name="a_refund_has_a_reason", sql="reason <> ''"),
                    tenor.db.constraints.Check(
                        name="a_refund_that_succeeded_says_when", sql="status <> 'succeeded' OR settled_at IS NOT NULL"
                    ),
                    tenor.db.constraints.Check(name="a_refunds_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
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
                ("debit", models.TextField()),
                ("credit", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.TextField()),
                ("reason", models.TextField()),
                (
                    "invoice",
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
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.payment",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.refund",
                    ),
                ),
                ("booked_on", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "booked_on"], name="postings_of_an_account"),
                    models.Index(fields=["account", "invoice"], name="postings_of_an_invoice"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("payment__isnull", False), ("refund", None)),
                        fields=("account", "payment", "reason", "debit", "credit"),
                        name="a_payment_is_booked_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("refund__isnull", False)),
                        fields=("account", "refund", "reason", "debit", "credit"),
                        name="a_refund_is_booked_once",
                    ),
                    tenor.db.constraints.Check(name="a_posting_moves_something", sql="amount_minor > 0"),
                    tenor.db.constraints.Check(name="a_posting_moves_between_two_accounts", sql="debit <> credit"),
                    tenor.db.constraints.Check(
                        name="a_posting_debits_a_known_account",
                        sql="debit IN ('receivable', 'deferred_revenue', 'revenue', 'tax_payable', 'clearing', 'unapplied')",
                    ),
                    tenor.db.constraints.Check(
                        name="a_posting_credits_a_known_account",
                        sql="credit IN ('receivable', 'deferred_revenue', 'revenue', 'tax_payable', 'clearing', 'unapplied')",
                    ),
                    tenor.db.constraints.Check(
                        name="a_posting_has_a_known_reason",
                        sql="reason IN ('invoice_net', 'invoice_tax', 'credit_note_net', 'credit_note_tax', 'payment', 'refund', 'unclaimed_money', 'unclaimed_refund', 'recognition')",
                    ),
                    tenor.db.constraints.Check(
                        name="a_posting_has_a_source", sql="num_nonnulls(invoice_id, payment_id, refund_id) >= 1"
                    ),
                    tenor.db.constraints.Check(name="a_postings_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                ],
            },
        ),
    ]
