"""Payment methods: a backup, the billing name, why one is beyond use, and when a mandate was used last."""

from django.db import migrations, models

import tenor.db.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0011_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="paymentmethod",
            name="billing_name",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="paymentmethod",
            name="invalid_because",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="paymentmethod",
            name="is_backup",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="paymentmethod",
            name="mandate_used_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="paymentmethod",
            index=models.Index(fields=["gateway", "gateway_reference"], name="methods_at_a_gateway"),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_backup", True)), fields=("account",), name="an_account_has_one_backup_method"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=tenor.db.constraints.Check(
                name="a_default_method_is_no_backup", sql="NOT (is_default AND is_backup)"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=tenor.db.constraints.Check(
                name="a_removed_method_is_no_backup", sql="NOT (is_backup AND status = 'removed')"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=tenor.db.constraints.Check(
                name="only_a_method_beyond_use_says_why", sql="invalid_because = '' OR status IN ('invalid', 'removed')"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=tenor.db.constraints.Check(
                name="a_mandate_says_when_it_was_signed", sql="mandate_reference = '' OR mandate_signed_on IS NOT NULL"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=tenor.db.constraints.Check(
                name="only_a_mandate_is_signed_and_used",
                sql="mandate_reference <> '' OR (mandate_signed_on IS NULL AND mandate_used_on IS NULL)",
            ),
        ),
    ]
