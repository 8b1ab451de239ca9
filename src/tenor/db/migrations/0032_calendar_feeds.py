"""The secret addresses at which calendar programs read renewals; with who may see and change them."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import tenor.db.constraints
import tenor.db.ids

APP, STAFF = "tenor_app", "tenor_staff"
RIGHTS = "SELECT, INSERT, UPDATE (token_digest, serial, turned_off_at)"

# A subquery, so that the setting is read once a statement and not once a row.
THE_ACCOUNT = "(SELECT nullif(current_setting('tenor.account_id', true), '')::uuid)"
OWN = f"account_id = {THE_ACCOUNT}"

# A calendar program comes without a session, before any account is set. Who left the account reads nothing any more.
FEED = """
CREATE FUNCTION calendar_feed_by_token(digest text)
RETURNS TABLE (account_id uuid, language text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
    SELECT f.account_id, u.language
    FROM db_calendarfeed f
    JOIN db_user u ON u.id = f.user_id AND u.is_active
    JOIN db_membership m ON m.account_id = f.account_id AND m.user_id = f.user_id
    WHERE f.token_digest = digest AND f.turned_off_at IS NULL
$$
"""
SIGNATURE = "calendar_feed_by_token(text)"


def make_function(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The function, for the two roles and nobody else."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        cursor.execute(FEED.format(schema=str(cursor.fetchone()[0])))
        cursor.execute(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {APP}, {STAFF}")


def drop_function(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Without it again."""
    schema_editor.execute(f"DROP FUNCTION {SIGNATURE}")


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0029_texts_by_language"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("token_digest", models.TextField()),
                ("serial", models.IntegerField(default=1)),
                ("turned_off_at", models.DateTimeField(blank=True, null=True)),
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
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["token_digest"], name="calendars_by_token")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "user"), name="a_person_has_one_calendar_of_an_account"),
                    tenor.db.constraints.Check(
                        name="a_calendars_token_is_kept_as_a_sha256", sql="token_digest ~ '^[0-9a-f]{64}$'"
                    ),
                    tenor.db.constraints.Check(name="a_calendar_is_given_out_once_or_more", sql="serial >= 1"),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("account",), name="a_calendar_is_of_an_account", to="db.Account", to_fields=("id",)
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("user",), name="a_calendar_is_a_persons", to="db.User", to_fields=("id",)
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            [
                f"REVOKE ALL ON db_calendarfeed FROM PUBLIC, {APP}, {STAFF}",
                f"GRANT {RIGHTS} ON db_calendarfeed TO {APP}, {STAFF}",
                "ALTER TABLE db_calendarfeed ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY the_account_of_the_transaction ON db_calendarfeed TO {APP} USING ({OWN}) WITH CHECK ({OWN})",
                f"CREATE POLICY every_account ON db_calendarfeed TO {STAFF} USING (true) WITH CHECK (true)",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(make_function, drop_function),
    ]
