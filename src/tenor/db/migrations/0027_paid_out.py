"""A balance that is paid out: refunds without a credit note, and movements without a document."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0026_surplus_payments"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="balancemovement",
            name="a_movement_has_a_known_reason",
        ),
        migrations.RemoveConstraint(
            model_name="balancemovement",
            name="what_is_used_is_taken_from_the_balance",
        ),
        migrations.RemoveConstraint(
            model_name="posting",
            name="a_posting_has_a_known_reason",
        ),
        migrations.RemoveConstraint(
            model_name="refund",
            name="money_without_a_claim_is_given_back_once",
        ),
        migrations.AddField(
            model_name="balancemovement",
            name="refund",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="db.refund",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="from_balance",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="balancemovement",
            name="invoice",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="db.invoice",
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=models.UniqueConstraint(
                fields=("account", "refund", "reason"), name="a_refund_moves_the_balance_once_for_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(
                name="a_movement_is_for_a_document_or_a_refund",
                sql="(refund_id IS NULL) = (invoice_id IS NOT NULL) AND (refund_id IS NOT NULL) = (reason IN ('paid_out', 'not_paid_out'))",
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(
                name="a_movement_has_a_known_reason",
                sql="reason IN ('credit', 'used', 'released', 'returned', 'paid_out', 'not_paid_out')",
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.Check(
                name="what_is_used_is_taken_from_the_balance",
                sql="reason = 'returned' OR (reason IN ('used', 'paid_out')) = (amount_minor < 0)",
            ),
        ),
        migrations.AddConstraint(
            model_name="balancemovement",
            constraint=tenor.db.constraints.CompositeForeignKey(
                fields=("account", "refund"),
                name="a_movement_is_for_its_accounts_refund",
                to="db.Refund",
                to_fields=("account", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=tenor.db.constraints.Check(
                name="a_posting_has_a_known_reason",
                sql="reason IN ('invoice_net', 'invoice_tax', 'credit_note_net', 'credit_note_tax', 'payment', 'refund', 'unclaimed_money', 'unclaimed_refund', 'recognition', 'balance_credited', 'balance_used', 'balance_paid_out')",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("credit_note", None), ("from_balance", False)),
                fields=("account", "payment"),
                name="money_without_a_claim_is_given_back_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=tenor.db.constraints.Check(
                name="what_is_paid_out_has_no_credit_note", sql="NOT from_balance OR credit_note_id IS NULL"
            ),
        ),
    ]
