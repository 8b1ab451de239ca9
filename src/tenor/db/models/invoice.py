"""Invoices and credit notes: from their number on they never change, only their status does (rules 10)."""

from django.db import models

from tenor.db.constraints import Check, CompositeForeignKey, a_currency, one_of, own_ids, same_account
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.order import Order, OrderLine
from tenor.db.models.seller import Seller
from tenor.db.models.subscription import Subscription
from tenor.domain.invoices import DocumentKind
from tenor.domain.lifecycle import InvoiceStatus
from tenor.domain.quote import LineKind
from tenor.domain.tax import TaxCategory

GIVEN_UP = [InvoiceStatus.CREDITED.value, InvoiceStatus.VOID.value]
"""Documents that nobody has to pay: another may take their place."""


class Invoice(AccountRow):
    """A document. `number` comes with being issued; `parties` and `tax` are as they were on that day.

    A credit note names the invoice that it corrects, and its amounts are negative. `stands`: an invoice that has to be
    paid, or was; neither void nor credited. `from_balance_minor` is what the account's balance pays of the total, below
    zero what it gets: a payment collects, or a refund gives back, the rest.
    """

    kind = models.TextField(default=DocumentKind.INVOICE.value)
    number = models.TextField(null=True, blank=True)
    seller = Reference(Seller)
    order = Reference(Order, null=True, blank=True)
    corrects = Reference("self", null=True, blank=True)
    status = models.TextField(default=InvoiceStatus.DRAFT.value)
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    currency = models.TextField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    from_balance_minor = models.BigIntegerField(default=0, db_default=0)
    parties = models.JSONField()
    tax = models.JSONField()
    created_at = models.DateTimeField()
    # Said by a column of its own: an index over the status would make every step write each of the table's indexes.
    stands = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(kind=DocumentKind.INVOICE.value) & ~models.Q(status__in=GIVEN_UP), models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            own_ids("an_invoice_has_one_account"),
            # Gap-free numbers are the seller's, not the account's: one of the few keys that span accounts.
            models.UniqueConstraint(
                fields=["seller", "kind", "number"], name="an_invoice_number_is_given_once_a_seller"
            ),
            models.UniqueConstraint(
                fields=["account", "order"],
                condition=models.Q(stands=True),
                name="an_order_has_one_invoice_that_stands",
            ),
            one_of("a_document_is_of_a_known_kind", "kind", DocumentKind),
            one_of("an_invoices_status_is_known", "status", InvoiceStatus),
            Check(name="an_invoice_has_a_number_once_issued", sql="(status IN ('draft', 'void')) = (number IS NULL)"),
            Check(
                name="an_issued_invoice_is_dated", sql="num_nulls(number, issued_on, due_on) IN (0, 3) AND number <> ''"
            ),
            Check(name="an_invoice_is_not_due_before_it_is_issued", sql="due_on >= issued_on"),
            Check(name="an_invoices_net_and_tax_make_its_total", sql="net_minor + tax_minor = total_minor"),
            Check(
                name="the_balance_pays_no_more_than_the_invoice",
                sql="from_balance_minor BETWEEN least(total_minor, 0) AND greatest(total_minor, 0)",
            ),
            Check(
                name="a_credit_note_names_what_it_corrects", sql="(kind = 'credit_note') = (corrects_id IS NOT NULL)"
            ),
            Check(name="an_invoice_does_not_correct_itself", sql="corrects_id <> id"),
            a_currency("an_invoices_currency_is_a_code"),
            CompositeForeignKey(
                name="an_invoice_is_from_the_accounts_seller",
                fields=["account", "seller"],
                to="db.Account",
                to_fields=["id", "seller"],
            ),
            same_account("an_invoice_bills_its_accounts_order", "order", "db.Order"),
            same_account("a_credit_note_corrects_its_accounts_invoice", "corrects", "db.Invoice"),
        ]
        indexes = [
            models.Index(fields=["account", "-issued_on"], name="invoices_of_an_account"),
            models.Index(fields=["account", "order"], name="invoices_of_an_order"),
        ]


class InvoiceLine(AccountRow):
    """One line with the operands that explain it. Never changed: a guard refuses it.

    `tax_position` is the place of the invoice's tax line that sums it; `tax_included`: its amount has the tax in it.
    """

    invoice = Reference(Invoice)
    position = models.SmallIntegerField()
    kind = models.TextField()
    order_line = Reference(OrderLine, null=True, blank=True)
    subscription = Reference(Subscription, null=True, blank=True)
    product_code = models.TextField(default="", blank=True)
    plan_code = models.TextField(default="", blank=True)
    seats = models.IntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    unit_price_minor = models.BigIntegerField()
    denominator = models.IntegerField()
    currency = models.TextField()
    amount_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    tax_category = models.TextField()
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6)
    tax_position = models.SmallIntegerField(default=1)
    tax_included = models.BooleanField(default=False)
    explanation = models.JSONField()

    class Meta:
        constraints = [
            own_ids("an_invoice_line_has_one_account"),
            models.UniqueConstraint(
                fields=["account", "invoice", "position"], name="an_invoice_line_has_its_own_place"
            ),
            one_of("an_invoice_line_is_of_a_known_kind", "kind", LineKind),
            one_of("an_invoice_lines_tax_category_is_known", "tax_category", TaxCategory),
            Check(name="an_invoice_lines_tax_rate_is_a_share", sql="tax_rate >= 0 AND tax_rate < 1"),
            Check(name="an_invoice_line_ends_after_it_starts", sql="ends_on > starts_on"),
            Check(name="an_invoice_line_is_a_share_of_some_days", sql="denominator >= 1"),
            a_currency("an_invoice_lines_currency_is_a_code"),
            same_account("an_invoice_line_is_of_the_accounts_invoice", "invoice", "db.Invoice"),
            same_account("an_invoice_line_bills_its_accounts_order_line", "order_line", "db.OrderLine"),
            same_account("an_invoice_line_is_about_the_accounts_subscription", "subscription", "db.Subscription"),
        ]


class InvoiceTaxLine(AccountRow):
    """Tax of one kind on the sum of its line nets (rules 11): category, rate, whose tax it is and why, priced with it
    or without. Never changed: a guard refuses it.

    `tax` is its decision, null where that is the invoice's. A credit note's has the place of the one that it corrects.
    """

    invoice = Reference(Invoice)
    position = models.SmallIntegerField(default=1)
    category = models.TextField()
    rate = models.DecimalField(max_digits=7, decimal_places=6)
    currency = models.TextField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    tax = models.JSONField(null=True, blank=True)
    tax_included = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "invoice", "position"], name="a_tax_line_has_its_own_place"),
            one_of("a_tax_lines_category_is_known", "category", TaxCategory),
            Check(name="a_tax_lines_rate_is_a_share", sql="rate >= 0 AND rate < 1"),
            Check(name="only_the_standard_category_is_taxed", sql="category = 'S' OR (rate = 0 AND tax_minor = 0)"),
            a_currency("a_tax_lines_currency_is_a_code"),
            same_account("a_tax_line_is_of_the_accounts_invoice", "invoice", "db.Invoice"),
        ]
