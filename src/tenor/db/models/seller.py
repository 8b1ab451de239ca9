"""The legal entity that sells: its registrations for tax, and its series of gap-free numbers."""

from django.db import models

from tenor.db.constraints import Check, CompositeForeignKey, a_known
from tenor.db.models.base import Reference, Row
from tenor.domain.codes import COUNTRIES


class Seller(Row):
    """A seller. Whoever changes products, prices or settings adds one to `catalog_revision` in the same transaction."""

    code = models.TextField()
    name = models.TextField()
    legal_name = models.TextField()
    street = models.TextField(default="", blank=True)
    postal_code = models.TextField(default="", blank=True)
    city = models.TextField(default="", blank=True)
    region = models.TextField(default="", blank=True)
    country = models.TextField()
    vat_id = models.TextField(default="", blank=True)
    catalog_revision = models.BigIntegerField(default=1)
    policy = models.JSONField(default=dict, blank=True)
    support = models.JSONField(default=dict, blank=True)
    language = models.TextField(default="en", db_default="en")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="a_seller_code_is_given_once"),
            a_known("a_sellers_country_is_a_code", "country", COUNTRIES),
            Check(name="a_sellers_language_is_a_code", sql="language ~ '^[a-z]{2}$'"),
            Check(name="a_catalog_revision_counts_from_one", sql="catalog_revision >= 1"),
        ]


class TaxRegistration(Row):
    """Where the seller is registered for tax (rules 11). `scheme`: "standard", or "oss" for the EU's one-stop shop."""

    seller = Reference(Seller)
    country = models.TextField()
    region = models.TextField(default="", blank=True)
    scheme = models.TextField(default="standard")
    number = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "country", "region", "scheme"], name="a_seller_registers_once_a_place_and_scheme"
            ),
            a_known("a_registrations_country_is_a_code", "country", COUNTRIES),
            Check(name="a_registrations_scheme_is_known", sql="scheme IN ('standard', 'oss')"),
            CompositeForeignKey(
                name="a_registration_is_of_a_seller", fields=["seller"], to="db.Seller", to_fields=["id"]
            ),
        ]


class NumberSeries(Row):
    """The next number of a series, such as "invoice". Taken under a row lock (db/numbers.py): no gaps (rules 10)."""

    seller = Reference(Seller)
    series = models.TextField()
    prefix = models.TextField(default="", blank=True)
    next_number = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "series"], name="a_series_exists_once_a_seller"),
            Check(name="a_series_counts_from_one", sql="next_number >= 1"),
            CompositeForeignKey(name="a_series_is_of_a_seller", fields=["seller"], to="db.Seller", to_fields=["id"]),
        ]
