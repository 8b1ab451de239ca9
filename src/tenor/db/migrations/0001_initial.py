"""People, sellers, and what they sell."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254)),
                ("name", models.TextField()),
                ("language", models.TextField(default="en")),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("email",), name="an_address_belongs_to_one_person"),
                    tenor.db.constraints.Check(
                        name="an_address_is_in_small_letters", sql="email = lower(email) AND email <> ''"
                    ),
                    tenor.db.constraints.Check(
                        name="a_persons_language_is_a_code", sql="language ~ '^[a-z]{2}(-[A-Z]{2})?$'"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seller",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("legal_name", models.TextField()),
                ("street", models.TextField(blank=True, default="")),
                ("postal_code", models.TextField(blank=True, default="")),
                ("city", models.TextField(blank=True, default="")),
                ("region", models.TextField(blank=True, default="")),
                ("country", models.TextField()),
                ("vat_id", models.TextField(blank=True, default="")),
                ("catalog_revision", models.BigIntegerField(default=1)),
                ("policy", models.JSONField(blank=True, default=dict)),
                ("support", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="a_seller_code_is_given_once"),
                    tenor.db.constraints.Check(name="a_sellers_country_is_a_code", sql="country ~ '^[A-Z]{2}$'"),
                    tenor.db.constraints.Check(name="a_catalog_revision_counts_from_one", sql="catalog_revision >= 1"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRegistration",
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
                ("country", models.TextField()),
                ("region", models.TextField(blank=True, default="")),
                ("scheme", models.TextField(default="standard")),
                ("number", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "country", "region", "scheme"),
                        name="a_seller_registers_once_a_place_and_scheme",
                    ),
                    tenor.db.constraints.Check(name="a_registrations_country_is_a_code", sql="country ~ '^[A-Z]{2}$'"),
                    tenor.db.constraints.Check(
                        name="a_registrations_scheme_is_known", sql="scheme IN ('standard', 'oss')"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
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
                ("series", models.TextField()),
                ("prefix", models.TextField(blank=True, default="")),
                ("next_number", models.BigIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "series"), name="a_series_exists_once_a_seller"),
                    tenor.db.constraints.Check(name="a_series_counts_from_one", sql="next_number >= 1"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
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
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("description", models.TextField(blank=True, default="")),
                ("renewal_discount_percent", models.SmallIntegerField(default=10)),
                ("min_seats", models.IntegerField(default=1)),
                ("max_seats", models.IntegerField(default=10000)),
                ("discontinued_on", models.DateField(blank=True, null=True)),
                ("successor_code", models.TextField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "code"), name="a_product_code_is_given_once_a_seller"),
                    tenor.db.constraints.Check(
                        name="a_renewal_discount_is_a_percentage", sql="renewal_discount_percent BETWEEN 0 AND 100"
                    ),
                    tenor.db.constraints.Check(
                        name="a_products_seats_have_a_range", sql="min_seats >= 1 AND max_seats >= min_seats"
                    ),
                    tenor.db.constraints.Check(name="a_product_does_not_succeed_itself", sql="successor_code <> code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
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
                ("product_code", models.TextField()),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("kind", models.TextField(default="subscription")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "product_code", "code"), name="a_plan_code_is_given_once_a_product"
                    ),
                    tenor.db.constraints.Check(
                        name="a_plan_is_of_a_known_kind", sql="kind IN ('subscription', 'maintenance')"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceEntry",
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
                ("product_code", models.TextField()),
                ("plan_code", models.TextField()),
                ("months", models.SmallIntegerField()),
                ("currency", models.TextField()),
                ("price_group", models.TextField(blank=True, default="")),
                ("list_minor", models.BigIntegerField()),
                ("renewal_minor", models.BigIntegerField(blank=True, null=True)),
                ("tax_included", models.BooleanField(default=False)),
                ("valid_from", models.DateField()),
                ("announced_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "seller",
                            "product_code",
                            "plan_code",
                            "months",
                            "currency",
                            "price_group",
                            "valid_from",
                            "announced_on",
                        ),
                        name="a_price_is_announced_once",
                    ),
                    tenor.db.constraints.Check(name="a_price_is_for_a_month_or_more", sql="months >= 1"),
                    tenor.db.constraints.Check(
                        name="a_price_is_not_negative", sql="list_minor >= 0 AND coalesce(renewal_minor, 0) >= 0"
                    ),
                    tenor.db.constraints.Check(name="a_prices_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                    tenor.db.constraints.Check(
                        name="a_price_is_announced_before_it_holds", sql="announced_on <= valid_from"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Promotion",
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
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("product_code", models.TextField()),
                ("plan_code", models.TextField(blank=True, null=True)),
                ("months", models.SmallIntegerField(blank=True, null=True)),
                ("percent", models.SmallIntegerField(blank=True, null=True)),
                ("amount_minor", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.TextField(blank=True, null=True)),
                ("min_seats", models.IntegerField(default=1)),
                ("first_term_only", models.BooleanField(default=True)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "code"), name="a_promotion_code_is_given_once_a_seller"),
                    tenor.db.constraints.Check(
                        name="a_promotion_takes_a_percentage_or_an_amount",
                        sql="(percent IS NULL) <> (amount_minor IS NULL)",
                    ),
                    tenor.db.constraints.Check(name="a_promotions_percentage_is_one", sql="percent BETWEEN 0 AND 100"),
                    tenor.db.constraints.Check(name="a_promotions_amount_is_not_negative", sql="amount_minor >= 0"),
                    tenor.db.constraints.Check(
                        name="a_promotions_amount_has_a_currency", sql="(amount_minor IS NULL) = (currency IS NULL)"
                    ),
                    tenor.db.constraints.Check(name="a_promotions_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
                    tenor.db.constraints.Check(name="a_promotion_ends_after_it_starts", sql="ends_on > starts_on"),
                    tenor.db.constraints.Check(name="a_promotion_is_for_a_month_or_more", sql="months >= 1"),
                    tenor.db.constraints.Check(name="a_promotion_is_for_a_seat_or_more", sql="min_seats >= 1"),
                ],
            },
        ),
    ]
