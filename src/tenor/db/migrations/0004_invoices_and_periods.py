"""Lines of orders and invoices, and the periods that they pay for."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0003_quotes_and_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderLine",
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
                ("position", models.SmallIntegerField()),
                ("kind", models.TextField()),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.subscription",
                    ),
                ),
                ("product_code", models.TextField()),
                ("plan_code", models.TextField()),
                ("seats", models.IntegerField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("unit_price_minor", models.BigIntegerField()),
                ("denominator", models.IntegerField()),
                ("currency", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("explanation", models.JSONField()),
                ("carried", models.BooleanField(default=False)),
                ("billed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "carried_invoice",
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
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("billed_at", None), ("carried", True)),
                        fields=["account", "subscription"],
                        name="lines_still_carried",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="an_order_line_has_one_account"),
                    models.UniqueConstraint(
                        fields=("account", "order", "position"), name="an_order_line_has_its_own_place"
                    ),
                    tenor.db.constraints.Check(
                        name="an_order_line_is_of_a_known_kind", sql="kind IN ('seats', 'term', 'carried')"
                    ),
                    tenor.db.constraints.Check(name="an_order_line_ends_after_it_starts", sql="ends_on > starts_on"),
                    tenor.db.constraints.Check(name="an_order_line_is_a_share_of_some_days", sql="denominator >= 1"),
                    tenor.db.constraints.Check(name="an_order_lines_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                    tenor.db.constraints.Check(
                        name="only_a_carried_line_is_billed_later", sql="carried OR billed_at IS NULL"
                    ),
                    tenor.db.constraints.Check(
                        name="a_line_on_another_invoice_was_billed",
                        sql="billed_at IS NOT NULL OR carried_invoice_id IS NULL",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
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
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.invoice",
                    ),
                ),
                ("position", models.SmallIntegerField()),
                ("kind", models.TextField()),
                (
                    "order_line",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.orderline",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.subscription",
                    ),
                ),
                ("product_code", models.TextField(blank=True, default="")),
                ("plan_code", models.TextField(blank=True, default="")),
                ("seats", models.IntegerField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("unit_price_minor", models.BigIntegerField()),
                ("denominator", models.IntegerField()),
                ("currency", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_category", models.TextField()),
                ("tax_rate", models.DecimalField(decimal_places=6, max_digits=7)),
                ("explanation", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="an_invoice_line_has_one_account"),
                    models.UniqueConstraint(
                        fields=("account", "invoice", "position"), name="an_invoice_line_has_its_own_place"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invoice_line_is_of_a_known_kind", sql="kind IN ('seats', 'term', 'carried')"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invoice_lines_tax_category_is_known", sql="tax_category IN ('S', 'AE', 'O', 'G')"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invoice_lines_tax_rate_is_a_share", sql="tax_rate >= 0 AND tax_rate < 1"
                    ),
                    tenor.db.constraints.Check(name="an_invoice_line_ends_after_it_starts", sql="ends_on > starts_on"),
                    tenor.db.constraints.Check(name="an_invoice_line_is_a_share_of_some_days", sql="denominator >= 1"),
                    tenor.db.constraints.Check(
                        name="an_invoice_lines_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceTaxLine",
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
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.invoice",
                    ),
                ),
                ("category", models.TextField()),
                ("rate", models.DecimalField(decimal_places=6, max_digits=7)),
                ("currency", models.TextField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "invoice", "category", "rate"), name="an_invoice_sums_a_tax_rate_once"
                    ),
                    tenor.db.constraints.Check(
                        name="a_tax_lines_category_is_known", sql="category IN ('S', 'AE', 'O', 'G')"
                    ),
                    tenor.db.constraints.Check(name="a_tax_lines_rate_is_a_share", sql="rate >= 0 AND rate < 1"),
                    tenor.db.constraints.Check(
                        name="only_the_standard_category_is_taxed", sql="category = 'S' OR (rate = 0 AND tax_minor = 0)"
                    ),
                    tenor.db.constraints.Check(name="a_tax_lines_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaidPeriod",
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
                ("kind", models.TextField(default="term")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("unit_price_minor", models.BigIntegerField()),
                ("currency", models.TextField()),
                ("denominator", models.IntegerField()),
                ("price_kind", models.TextField(default="list")),
                (
                    "invoice_line",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.invoiceline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "subscription", "starts_on"), name="a_subscription_is_renewed_once_a_period"
                    ),
                    tenor.db.constraints.Check(name="a_period_is_of_a_known_kind", sql="kind IN ('term', 'extension')"),
                    tenor.db.constraints.Check(
                        name="a_periods_price_is_of_a_known_kind", sql="price_kind IN ('list', 'renewal')"
                    ),
                    tenor.db.constraints.Check(name="a_period_ends_after_it_starts", sql="ends_on > starts_on"),
                    tenor.db.constraints.Check(
                        name="a_period_is_no_longer_than_what_its_price_is_for",
                        sql="ends_on - starts_on <= denominator",
                    ),
                    tenor.db.constraints.Check(
                        name="an_extension_is_shorter_than_a_term",
                        sql="kind <> 'extension' OR ends_on - starts_on < denominator",
                    ),
                    tenor.db.constraints.Check(name="a_periods_price_is_not_negative", sql="unit_price_minor >= 0"),
                    tenor.db.constraints.Check(name="a_periods_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                ],
            },
        ),
    ]
