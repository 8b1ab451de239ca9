"""The balance of an account: its movements, what it pays of an invoice, and the liability in the books."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids

APP, STAFF = "tenor_app", "tenor_staff"
OWN = "account_id = (SELECT nullif(current_setting('tenor.account_id', true), '')::uuid)"

RIGHTS = (
    f"REVOKE ALL ON db_balancemovement FROM PUBLIC, {APP}, {STAFF}",
    f"GRANT SELECT, INSERT ON db_balancemovement TO {APP}, {STAFF}",
    "ALTER TABLE db_balancemovement ENABLE ROW LEVEL SECURITY",
    f"CREATE POLICY the_account_of_the_transaction ON db_balancemovement TO {APP} USING ({OWN}) WITH CHECK ({OWN})",
    f"CREATE POLICY every_account ON db_balancemovement TO {STAFF} USING (true) WITH CHECK (true)",
)
GUARD = (
    "CREATE TRIGGER a_movement_never_changes BEFORE UPDATE OR DELETE ON db_balancemovement FOR EACH ROW WHEN (true) "
    "EXECUTE FUNCTION tenor_refuse('a balance is added to, never changed: move the opposite (rules 10)')"
)

# The guard of issued invoices names every column: the new one, too.
KEPT = (
    "id account_id kind number seller_id order_id corrects_id issued_on due_on currency net_minor tax_minor total_minor"
    " parties tax created_at"
).split()
INVOICE_GUARD = "an_issued_invoice_never_changes"
SENTENCE = "an issued invoice never changes: correct it by a credit note (rules 10)"


def invoice_guard(*columns: str) -> tuple[str, str]:
    """The guard that refuses a change of any of these columns, in place of the one that is there."""
    old, new = (", ".join(f"{version}.{column}" for column in columns) for version in ("OLD", "NEW"))
    return (
        f"DROP TRIGGER {INVOICE_GUARD} ON db_invoice",
        f"CREATE TRIGGER {INVOICE_GUARD} BEFORE UPDATE ON db_invoice FOR EACH ROW"
        f" WHEN (OLD.status <> 'draft' AND ({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION"
        f" tenor_refuse('{SENTENCE}')",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0022_returned_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="BalanceMovement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.IntegerField()),
                ("reason", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("after_minor", models.BigIntegerField()),
                ("currency", models.TextField()),
                ("moved_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="an_order_never_pays_out",
        ),
        migrations.RemoveConstraint(
            model_name="posting",
            name="a_posting_debits_a_known_account",
        ),
        migrations.RemoveConstraint(
            model_name="posting",
            name="a_posting_credits_a_known_account",
        ),
        migrations.RemoveConstraint(
            model_name="posting",
            name="a_posting_has_a_known_reason",
        ),
        migrations.AddField(
            model_name="invoice",
            name="from_balance_minor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=tenor.db.constraints.Check(
                name="the_balance_pays_no_more_than_the_invoice",
                sql="from_balance_minor BETWEEN least(total_minor, 0) AND greatest(total_minor, 0)",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=tenor.db.constraints.Check(
                name="only_a_change_of_plan_brings_a_credit", sql="total_minor >= 0 OR action = 'change_plan'"
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=tenor.db.constraints.Check(
                name="a_posting_debits_a_known_account",
                sql="debit IN ('receivable', 'deferred_revenue', 'revenue', 'tax_payable', 'clearing', 'unapplied', 'customer_balance')",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=tenor.db.constraints.Check(
                name="a_posting_credits_a_known_account",
                sql="credit IN ('receivable', 'deferred_revenue', 'revenue', 'tax_payable', 'clearing', 'unapplied', 'customer_balance')",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=tenor.db.constraints.Check(
                name="a_posting_has_a_known_reason",
                sql="reason IN ('invoice_net', 'invoice_tax', 'credit_note_net', 'credit_note_tax', 'payment', 'refund', 'unclaimed_money', 'unclaimed_refund', 'recognition', 'balance_credited', 'balance_used')",
            ),
        ),
        migrations.AddField(
            model_name="balancemovement",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="db.account",
            ),
        ),
        migrations.AddField(
            model_name="balancemovement",
            name="invoice",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="db.invoice",
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=models.UniqueConstraint(
                fields=("account", "position"), name="a_balance_moves_one_step_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=models.UniqueConstraint(
                fields=("account", "invoice", "reason"), name="a_document_moves_the_balance_once_for_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(
                name="a_movement_has_a_known_reason", sql="reason IN ('credit', 'used', 'released', 'returned')"
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(name="a_movement_has_its_place", sql="position >= 1"),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(name="a_movement_moves_something", sql="amount_minor <> 0"),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(name="a_balance_is_never_below_zero", sql="after_minor >= 0"),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(
                name="what_is_used_is_taken_from_the_balance",
                sql="reason = 'returned' OR (reason = 'used') = (amount_minor < 0)",
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(name="a_movements_currency_is_a_code", sql="currency ~ '^[A-Z]{3}$'"),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.CompositeForeignKey(
                fields=("account",), name="a_movement_is_of_an_account", to="db.Account", to_fields=("id",)
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.CompositeForeignKey(
                fields=("account", "invoice"),
                name="a_movement_is_for_its_accounts_document",
                to="db.Invoice",
                to_fields=("account", "id"),
            ),
        ),
        migrations.RunSQL(invoice_guard(*KEPT, "from_balance_minor"), invoice_guard(*KEPT)),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, "DROP TRIGGER a_movement_never_changes ON db_balancemovement"),
    ]
