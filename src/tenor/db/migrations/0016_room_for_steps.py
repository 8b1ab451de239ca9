"""A step of an invoice or an order writes the row where it is, and none of its table's indexes.

PostgreSQL can do so when no column changes that an index speaks of, and the page has room. So two indexes ask a column
that stays the same from `open` to `paid`, not the status itself. The guard compares columns: turning both versions of
the row into JSON took longer than writing it.
"""

from django.db import migrations, models

SENTENCE = "an issued invoice never changes: correct it by a credit note (rules 10)"
GUARD = "an_issued_invoice_never_changes"

KEPT = (
    "id account_id kind number seller_id order_id corrects_id issued_on due_on currency net_minor tax_minor total_minor"
    " parties tax created_at"
).split()
"""Every column of an invoice but its status, and what is generated from that."""


def guard(changed: str) -> str:
    """The guard that refuses a change of an issued invoice, under that condition."""
    return (
        f"CREATE TRIGGER {GUARD} BEFORE UPDATE ON db_invoice FOR EACH ROW WHEN (OLD.status <> 'draft' AND ({changed}))"
        f" EXECUTE FUNCTION tenor_refuse('{SENTENCE}')"
    )


def row(version: str) -> str:
    """The kept columns of OLD or NEW."""
    return "(" + ", ".join(f"{version}.{column}" for column in KEPT) + ")"


BY_COLUMN = f"{row('OLD')} IS DISTINCT FROM {row('NEW')}"
AS_JSON = "to_jsonb(OLD) - ARRAY['status'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['status']"
NO_GUARD = f"DROP TRIGGER {GUARD} ON db_invoice"


class Migration(migrations.Migration):
    dependencies = [("db", "0015_night")]

    operations = [
        migrations.RunSQL(NO_GUARD, guard(AS_JSON)),
        migrations.RemoveConstraint(model_name="invoice", name="an_order_has_one_invoice_that_stands"),
        migrations.RemoveIndex(model_name="order", name="orders_that_may_expire"),
        migrations.AddField(
            model_name="invoice",
            name="stands",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(("kind", "invoice"), models.Q(("status__in", ["credited", "void"]), _negated=True)),
                    models.BooleanField(),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="may_expire",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(
                        models.Q(("action", "renew"), _negated=True),
                        ("status__in", ["processing", "requires_action", "submitted"]),
                    ),
                    models.BooleanField(),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("may_expire", True)), fields=["expires_at"], name="orders_that_may_expire"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stands", True)),
                fields=("account", "order"),
                name="an_order_has_one_invoice_that_stands",
            ),
        ),
        migrations.RunSQL(guard(BY_COLUMN), NO_GUARD),
        migrations.RunSQL(
            "ALTER TABLE db_invoice SET (fillfactor = 50); ALTER TABLE db_order SET (fillfactor = 50)",
            "ALTER TABLE db_invoice RESET (fillfactor); ALTER TABLE db_order RESET (fillfactor)",
        ),
    ]
