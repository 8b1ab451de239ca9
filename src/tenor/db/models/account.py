"""A customer. Every write locks this row first: one writer an account."""

from django.db import models

from tenor.db.constraints import Check, CompositeForeignKey, a_known, one_of
from tenor.db.models.base import Reference, Row
from tenor.db.models.seller import Seller
from tenor.domain.account import CustomerType
from tenor.domain.codes import COUNTRIES, CURRENCIES, LANGUAGES, MADE_UP_LANGUAGE


class Account(Row):
    """One customer of one seller. Business dates are in `time_zone` (rules 1).

    `reminded_on` is the local day on which it was last looked at for what it is to be told (see `remind_accounts`).
    """

    seller = Reference(Seller)
    number = models.TextField()
    name = models.TextField()
    customer_type = models.TextField(default=CustomerType.BUSINESS.value)
    country = models.TextField()
    region = models.TextField(default="", blank=True)
    currency = models.TextField()
    time_zone = models.TextField(default="UTC")
    language = models.TextField(default="en")
    vat_id = models.TextField(default="", blank=True)
    vat_id_checked_on = models.DateField(null=True, blank=True)
    street = models.TextField(default="", blank=True)
    postal_code = models.TextField(default="", blank=True)
    city = models.TextField(default="", blank=True)
    invoice_email = models.EmailField(default="", blank=True)
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="an_account_number_is_given_once_a_seller"),
            models.UniqueConstraint(fields=["id", "seller"], name="an_account_has_one_seller"),
            one_of("a_customer_is_of_a_known_type", "customer_type", CustomerType),
            a_known("an_accounts_currency_is_a_code", "currency", CURRENCIES),
            a_known("an_accounts_country_is_a_code", "country", COUNTRIES),
            a_known("an_accounts_language_is_a_code", "language", {*LANGUAGES, MADE_UP_LANGUAGE}),
            Check(name="an_account_has_a_time_zone", sql="time_zone <> ''"),
            Check(name="a_checked_vat_id_is_there", sql="vat_id_checked_on IS NULL OR vat_id <> ''"),
            CompositeForeignKey(name="an_account_is_of_a_seller", fields=["seller"], to="db.Seller", to_fields=["id"]),
            CompositeForeignKey(
                name="an_accounts_time_zone_is_known", fields=["time_zone"], to="db.TimeZone", to_fields=["name"]
            ),
        ]
