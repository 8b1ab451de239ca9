"""What fails alone waits alone: steps of duties, single renewals; and terms that were over before anybody charged."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids

APP, STAFF = "tenor_app", "tenor_staff"
OWN = "account_id = (SELECT nullif(current_setting('tenor.account_id', true), '')::uuid)"

# The portal has no business with what waits for a person; it may see which terms of its account were missed.
RIGHTS = (
    f"REVOKE ALL ON db_setaside FROM PUBLIC, {APP}, {STAFF}",
    f"GRANT SELECT ON db_setaside TO {STAFF}",
    f"REVOKE ALL ON db_missedterm FROM PUBLIC, {APP}, {STAFF}",
    f"GRANT SELECT, INSERT ON db_missedterm TO {APP}",
    f"GRANT SELECT, INSERT, UPDATE ON db_missedterm TO {STAFF}",
    "ALTER TABLE db_missedterm ENABLE ROW LEVEL SECURITY",
    f"CREATE POLICY the_account_of_the_transaction ON db_missedterm TO {APP} USING ({OWN}) WITH CHECK ({OWN})",
    f"CREATE POLICY every_account ON db_missedterm TO {STAFF} USING (true) WITH CHECK (true)",
)
NO_RIGHTS = (
    "DROP POLICY every_account ON db_missedterm",
    "DROP POLICY the_account_of_the_transaction ON db_missedterm",
    "ALTER TABLE db_missedterm DISABLE ROW LEVEL SECURITY",
)


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0024_known_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="MissedTerm",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("months", models.SmallIntegerField()),
                ("plan_code", models.TextField()),
                ("seats", models.IntegerField()),
                ("found_at", models.DateTimeField()),
                ("forgiven_at", models.DateTimeField(blank=True, null=True)),
                ("forgiven_by", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
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
                ("duty", models.TextField()),
                ("account_id", models.UUIDField()),
                ("subject_id", models.UUIDField()),
            ],
        ),
        migrations.AddField(
            model_name="renewalclaim",
            name="subscription_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="renewalclaim",
            constraint=tenor.db.constraints.Check(
                name="a_claim_of_a_subscription_is_of_one_account",
                sql="subscription_id IS NULL OR cardinality(account_ids) = 1",
            ),
        ),
        migrations.AddField(
            model_name="missedterm",
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
            model_name="missedterm",
            name="order",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="db.order",
            ),
        ),
        migrations.AddField(
            model_name="missedterm",
            name="subscription",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="db.subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.UniqueConstraint(fields=("duty", "subject_id"), name="a_step_is_set_aside_once"),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=tenor.db.constraints.Check(
                name="a_step_set_aside_is_of_a_known_duty", sql="duty IN ('age', 'retry', 'expire', 'renew', 'remind')"
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=tenor.db.constraints.Check(
                name="a_step_set_aside_says_why", sql="parked_at IS NULL OR error <> ''"
            ),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=models.UniqueConstraint(fields=("account", "id"), name="a_missed_term_has_one_account"),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=models.UniqueConstraint(
                fields=("account", "subscription", "starts_on"), name="a_term_is_missed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=tenor.db.constraints.Check(name="a_missed_term_ends_after_it_starts", sql="ends_on > starts_on"),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=tenor.db.constraints.Check(name="a_missed_term_has_a_month_or_more", sql="months >= 1"),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=tenor.db.constraints.Check(name="a_missed_term_has_a_seat_or_more", sql="seats >= 1"),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=tenor.db.constraints.Check(
                name="a_forgiven_term_says_by_whom", sql="(forgiven_at IS NULL) = (forgiven_by = '')"
            ),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=tenor.db.constraints.CompositeForeignKey(
                fields=("account",), name="a_missed_term_is_of_an_account", to="db.Account", to_fields=("id",)
            ),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=tenor.db.constraints.CompositeForeignKey(
                fields=("account", "subscription"),
                name="a_missed_term_is_of_the_accounts_subscription",
                to="db.Subscription",
                to_fields=("account", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="missedterm",
            constraint=tenor.db.constraints.CompositeForeignKey(
                fields=("account", "order"),
                name="a_missed_term_is_billed_by_the_accounts_order",
                to="db.Order",
                to_fields=("account", "id"),
            ),
        ),
        migrations.RunSQL(RIGHTS, NO_RIGHTS),
    ]
