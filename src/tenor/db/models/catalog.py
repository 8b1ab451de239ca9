"""What a seller sells: products, plans, published prices, promotions (rules 3). Codes are the keys, as in the core."""

from typing import Any

from django.db import models

from tenor.db.constraints import Check, CompositeForeignKey, a_known, by_language, lists_by_language, one_of
from tenor.db.models.base import Reference, Row
from tenor.db.models.seller import Seller
from tenor.domain.catalog import PlanKind
from tenor.domain.codes import CURRENCIES


def _of_product(name: str) -> CompositeForeignKey:
    return CompositeForeignKey(
        name=name, fields=["seller", "product_code"], to="db.Product", to_fields=["seller", "code"]
    )


def _of_plan(name: str) -> CompositeForeignKey:
    return CompositeForeignKey(
        name=name,
        fields=["seller", "product_code", "plan_code"],
        to="db.Plan",
        to_fields=["seller", "product_code", "code"],
    )


def _texts() -> "models.JSONField[Any, Any]":
    return models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)


class Product(Row):
    """Something sold by the seat."""

    seller = Reference(Seller)
    code = models.TextField()
    name = models.TextField()
    names = _texts()
    description = models.TextField(default="", blank=True)
    renewal_discount_percent = models.SmallIntegerField(default=10)
    min_seats = models.IntegerField(default=1)
    max_seats = models.IntegerField(default=10_000)
    discontinued_on = models.DateField(null=True, blank=True)
    successor_code = models.TextField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="a_product_code_is_given_once_a_seller"),
            by_language("a_products_names_are_by_language", "names"),
            Check(name="a_renewal_discount_is_a_percentage", sql="renewal_discount_percent BETWEEN 0 AND 100"),
            Check(name="a_products_seats_have_a_range", sql="min_seats >= 1 AND max_seats >= min_seats"),
            Check(name="a_product_does_not_succeed_itself", sql="successor_code <> code"),
            CompositeForeignKey(name="a_product_is_of_a_seller", fields=["seller"], to="db.Seller", to_fields=["id"]),
            CompositeForeignKey(
                name="a_successor_is_a_product_of_the_seller",
                fields=["seller", "successor_code"],
                to="db.Product",
                to_fields=["seller", "code"],
            ),
        ]


class Plan(Row):
    """A level of a product, such as Standard or Premium."""

    seller = Reference(Seller)
    product_code = models.TextField()
    code = models.TextField()
    name = models.TextField()
    names = _texts()
    contains = _texts()
    kind = models.TextField(default=PlanKind.SUBSCRIPTION.value)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "product_code", "code"], name="a_plan_code_is_given_once_a_product"
            ),
            by_language("a_plans_names_are_by_language", "names"),
            lists_by_language("what_a_plan_contains_is_by_language", "contains"),
            one_of("a_plan_is_of_a_known_kind", "kind", PlanKind),
            _of_product("a_plan_is_of_a_product"),
        ]


class PriceEntry(Row):
    """A published price a seat and term. Never edited: a new price is a new row, and a guard refuses anything else."""

    seller = Reference(Seller)
    product_code = models.TextField()
    plan_code = models.TextField()
    months = models.SmallIntegerField()
    currency = models.TextField()
    price_group = models.TextField(default="", blank=True)
    list_minor = models.BigIntegerField()
    renewal_minor = models.BigIntegerField(null=True, blank=True)
    tax_included = models.BooleanField(default=False)
    valid_from = models.DateField()
    announced_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "seller",
                    "product_code",
                    "plan_code",
                    "months",
                    "currency",
                    "price_group",
                    "valid_from",
                    "announced_on",
                ],
                name="a_price_is_announced_once",
            ),
            Check(name="a_price_is_for_a_month_or_more", sql="months >= 1"),
            Check(name="a_price_is_not_negative", sql="list_minor >= 0 AND coalesce(renewal_minor, 0) >= 0"),
            a_known("a_prices_currency_is_a_code", "currency", CURRENCIES),
            Check(name="a_price_is_announced_before_it_holds", sql="announced_on <= valid_from"),
            _of_plan("a_price_is_of_a_plan"),
        ]


class Promotion(Row):
    """A discount a seat while it runs: percent off or an amount off, for one plan and term or for any."""

    seller = Reference(Seller)
    code = models.TextField()
    name = models.TextField()
    names = _texts()
    product_code = models.TextField()
    plan_code = models.TextField(null=True, blank=True)
    months = models.SmallIntegerField(null=True, blank=True)
    percent = models.SmallIntegerField(null=True, blank=True)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.TextField(null=True, blank=True)
    min_seats = models.IntegerField(default=1)
    first_term_only = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="a_promotion_code_is_given_once_a_seller"),
            by_language("a_promotions_names_are_by_language", "names"),
            Check(
                name="a_promotion_takes_a_percentage_or_an_amount", sql="(percent IS NULL) <> (amount_minor IS NULL)"
            ),
            Check(name="a_promotions_percentage_is_one", sql="percent BETWEEN 0 AND 100"),
            Check(name="a_promotions_amount_is_not_negative", sql="amount_minor >= 0"),
            Check(name="a_promotions_amount_has_a_currency", sql="(amount_minor IS NULL) = (currency IS NULL)"),
            a_known("a_promotions_currency_is_a_code", "currency", CURRENCIES),
            Check(name="a_promotion_ends_after_it_starts", sql="ends_on > starts_on"),
            Check(name="a_promotion_is_for_a_month_or_more", sql="months >= 1"),
            Check(name="a_promotion_is_for_a_seat_or_more", sql="min_seats >= 1"),
            _of_product("a_promotion_is_of_a_product"),
            _of_plan("a_promotions_plan_is_of_its_product"),
        ]
