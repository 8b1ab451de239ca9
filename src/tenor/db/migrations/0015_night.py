"""The queue of the renewal night, room for what it writes into subscriptions, and renewal orders without a quote."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids

APP, STAFF = "tenor_app", "tenor_staff"
TABLE = "db_renewalclaim"

SECURE = (
    f"REVOKE ALL ON {TABLE} FROM PUBLIC, {APP}, {STAFF}",
    f"GRANT SELECT, UPDATE ON {TABLE} TO {STAFF}",
)

# Claiming a renewal and beginning a term write the subscription where it is, if its page has room for another version.
ROOM = "ALTER TABLE db_subscription SET (fillfactor = 80)"


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0014_collecting"),
    ]

    operations = [
        migrations.CreateModel(
            name="RenewalClaim",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("tries", models.IntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True, default="")),
                ("account_ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("due_on", models.DateField()),
                ("place", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    tenor.db.constraints.Check(
                        name="a_renewal_claim_is_of_an_account_or_more", sql="cardinality(account_ids) >= 1"
                    ),
                    tenor.db.constraints.Check(
                        name="a_parked_renewal_is_of_one_account",
                        sql="parked_at IS NULL OR cardinality(account_ids) = 1",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="order",
            name="quote",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="db.quote",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=tenor.db.constraints.Check(
                name="only_a_renewal_has_no_quote", sql="quote_id IS NOT NULL OR action = 'renew'"
            ),
        ),
        migrations.RunSQL(SECURE, migrations.RunSQL.noop),
        migrations.RunSQL(ROOM, "ALTER TABLE db_subscription RESET (fillfactor)"),
    ]
