"""The queue of the renewal night, room for what it writes into subscriptions, and renewal orders without a quote."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids

APP, STAFF = "tenor_app", "tenor_staff"
TABLE = "db_renewalclaim"

# A subquery, so that the setting is read once a statement and not once a row.
OWN = "account_id = (SELECT nullif(current_setting('tenor.account_id', true), '')::uuid)"

SECURE = (
    f"REVOKE ALL ON {TABLE} FROM PUBLIC, {APP}, {STAFF}",
    f"GRANT SELECT, INSERT ON {TABLE} TO {APP}",
    f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {STAFF}",
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"CREATE POLICY the_account_of_the_transaction ON {TABLE} TO {APP} USING ({OWN}) WITH CHECK ({OWN})",
    f"CREATE POLICY every_account ON {TABLE} TO {STAFF} USING (true) WITH CHECK (true)",
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
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.account",
                    ),
                ),
                ("due_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account",), name="an_account_waits_for_its_renewals_once"),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("account",),
                        name="a_renewal_claim_is_of_an_account",
                        to="db.Account",
                        to_fields=("id",),
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
