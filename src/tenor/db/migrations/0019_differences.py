"""Where our books and a gateway's disagree, and which duty has run on which day; since when a refund is on its way."""

from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids

APP, STAFF = "tenor_app", "tenor_staff"

# The portal has no business here; the staff reads.
RIGHTS = tuple(
    statement
    for table in ("db_difference", "db_run")
    for statement in (
        f"REVOKE ALL ON {table} FROM PUBLIC, {APP}, {STAFF}",
        f"GRANT SELECT ON {table} TO {STAFF}",
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0018_dunning"),
    ]

    operations = [
        migrations.CreateModel(
            name="Difference",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.TextField()),
                ("gateway", models.TextField()),
                ("reference", models.TextField()),
                ("facts", models.JSONField(default=dict)),
                ("look", models.UUIDField()),
                ("about_at", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at", None)),
                        fields=("kind", "gateway", "reference"),
                        name="a_difference_is_open_once",
                    ),
                    tenor.db.constraints.Check(
                        name="a_difference_is_of_a_known_kind",
                        sql="kind IN ('charge_unknown_here', 'charge_unknown_there', 'amount_differs', 'answer_lost', 'status_differs', 'charged_twice', 'refund_unknown_here', 'refund_unknown_there', 'refund_differs', 'refund_answer_lost')",
                    ),
                    tenor.db.constraints.Check(
                        name="a_difference_names_what_it_is_about", sql="gateway <> '' AND reference <> ''"
                    ),
                    tenor.db.constraints.Check(
                        name="a_difference_is_resolved_after_it_was_found", sql="resolved_at >= found_at"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("duty", models.TextField()),
                ("day", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("summary", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("duty", "day"), name="a_duty_runs_once_a_day"),
                    tenor.db.constraints.Check(name="a_run_is_of_a_duty", sql="duty <> ''"),
                    tenor.db.constraints.Check(name="a_run_ends_after_it_started", sql="finished_at >= started_at"),
                ],
            },
        ),
        migrations.AddField(
            model_name="refund",
            name="first_sent_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
