"""Each line keeps the tax it was sold with, and an invoice sums several kinds of tax.

What is there was sold at one decision a document, priced with tax in it or without throughout: that is filled in.
"""

from django.db import migrations, models


def _guarded(table: str, guard: str, update: str) -> str:
    """An update of rows that nobody else may change: they come to say what they meant."""
    return f"ALTER TABLE {table} DISABLE TRIGGER {guard}; {update}; ALTER TABLE {table} ENABLE TRIGGER {guard}"


ORDER_LINES = """
UPDATE db_orderline l SET tax_included = true
FROM (SELECT account_id, order_id FROM db_orderline GROUP BY 1, 2 HAVING bool_or(amount_minor <> net_minor)) d
WHERE d.account_id = l.account_id AND d.order_id = l.order_id
"""

WAITING_LINES = """
UPDATE db_orderline l SET tax = q.outcome -> 'tax'
FROM db_order o JOIN db_quote q ON q.account_id = o.account_id AND q.id = o.quote_id
WHERE o.account_id = l.account_id AND o.id = l.order_id AND l.carried AND l.billed_at IS NULL
"""

INVOICE_LINES = """
UPDATE db_invoiceline l SET tax_included = true
FROM (SELECT account_id, invoice_id FROM db_invoiceline GROUP BY 1, 2 HAVING bool_or(amount_minor <> net_minor)) d
WHERE d.account_id = l.account_id AND d.invoice_id = l.invoice_id
"""

TAX_LINES = """
UPDATE db_invoicetaxline t SET tax_included = true
FROM (SELECT DISTINCT account_id, invoice_id FROM db_invoiceline WHERE tax_included) d
WHERE d.account_id = t.account_id AND d.invoice_id = t.invoice_id AND t.rate > 0
"""

PERIODS = """
UPDATE db_paidperiod p SET tax_included = l.tax_included
FROM db_orderline l
WHERE l.account_id = p.account_id AND l.subscription_id = p.subscription_id AND l.kind IN ('term', 'extension', 'plan')
  AND l.starts_on = p.starts_on AND l.ends_on = p.ends_on AND l.unit_price_minor = p.unit_price_minor
"""

FILL = "; ".join(
    (
        ORDER_LINES,
        WAITING_LINES,
        _guarded("db_invoiceline", "an_invoice_line_never_changes", INVOICE_LINES),
        _guarded("db_invoicetaxline", "a_tax_line_never_changes", TAX_LINES),
        PERIODS,
    )
)


class Migration(migrations.Migration):
    dependencies = [("db", "0020_renewals_by_day")]

    operations = [
        migrations.AddField("orderline", "tax", models.JSONField(blank=True, null=True)),
        migrations.AddField("orderline", "tax_included", models.BooleanField(default=False)),
        migrations.AddField("invoiceline", "tax_position", models.SmallIntegerField(default=1)),
        migrations.AddField("invoiceline", "tax_included", models.BooleanField(default=False)),
        migrations.AddField("invoicetaxline", "position", models.SmallIntegerField(default=1)),
        migrations.AddField("invoicetaxline", "tax", models.JSONField(blank=True, null=True)),
        migrations.AddField("invoicetaxline", "tax_included", models.BooleanField(default=False)),
        migrations.AddField("paidperiod", "tax_included", models.BooleanField(blank=True, null=True)),
        migrations.RemoveConstraint("invoicetaxline", "an_invoice_sums_a_tax_rate_once"),
        migrations.AddConstraint(
            "invoicetaxline",
            models.UniqueConstraint(fields=("account", "invoice", "position"), name="a_tax_line_has_its_own_place"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
