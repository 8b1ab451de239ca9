"""Who uses what a customer owns, who is asked to join, and the buyer's role on its way; with who may see and do it."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import tenor.db.constraints
import tenor.db.ids

APP, STAFF = "tenor_app", "tenor_staff"

# table: rights of the portal and of the staff. Of what ended the row stays; a membership that ended is deleted,
# because a role is what somebody may do now: who had which one is told by the events.
RIGHTS = {
    "db_invitation": (
        "SELECT, INSERT, UPDATE (token_digest, serial, expires_at, accepted_at, accepted_by_id, revoked_at)"
    ),
    "db_seatassignment": "SELECT, INSERT, UPDATE (released_at, leaves_at_renewal)",
    "db_handover": "SELECT, INSERT, UPDATE (accepted_at, declined_at, withdrawn_at)",
}
MEMBERSHIP = "INSERT, UPDATE (role), DELETE"

# A subquery, so that the setting is read once a statement and not once a row.
THE_ACCOUNT = "(SELECT nullif(current_setting('tenor.account_id', true), '')::uuid)"

# An invitation is looked at before any account is set, by somebody who may not be known yet.
INVITATION = """
CREATE FUNCTION invitation_by_token(digest text)
RETURNS TABLE (
    id uuid, account_id uuid, account_name text, country text, email text, role text, language text, invited_by text,
    expires_at timestamptz, accepted_at timestamptz, revoked_at timestamptz, person_id uuid, person_name text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
    SELECT i.id, i.account_id, a.name, a.country, i.email, i.role, i.language, inviter.name,
           i.expires_at, i.accepted_at, i.revoked_at, known.id, known.name
    FROM db_invitation i
    JOIN db_account a ON a.id = i.account_id
    JOIN db_user inviter ON inviter.id = i.invited_by_id
    LEFT JOIN db_user known ON known.email = i.email
    WHERE i.token_digest = digest
$$
"""

# The portal may not add people as it likes: only such without a password, who don't work for the seller.
PERSON = """
CREATE FUNCTION person_with_address(new_id uuid, address text, called text, speaks text)
RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
    INSERT INTO db_user (id, email, name, language, is_active, is_staff, password)
    VALUES (new_id, lower(address), called, speaks, true, false, '!' || replace(gen_random_uuid()::text, '-', ''))
    ON CONFLICT (email) DO NOTHING;
    SELECT id FROM db_user WHERE email = lower(address)
$$
"""
FUNCTIONS = {
    "invitation_by_token(text)": INVITATION,
    "person_with_address(uuid, text, text, text)": PERSON,
}


def make_functions(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The functions, for the two roles and nobody else."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = str(cursor.fetchone()[0])
        for signature, body in FUNCTIONS.items():
            cursor.execute(body.format(schema=schema))
            cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {APP}, {STAFF}")


def drop_functions(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Without them again."""
    for signature in FUNCTIONS:
        schema_editor.execute(f"DROP FUNCTION {signature}")


def _secure(table: str, rights: str) -> migrations.RunSQL:
    """Rights, and row-level security. Dropping the table takes both away."""
    own = f"account_id = {THE_ACCOUNT}"
    return migrations.RunSQL(
        [
            f"REVOKE ALL ON {table} FROM PUBLIC, {APP}, {STAFF}",
            f"GRANT {rights} ON {table} TO {APP}, {STAFF}",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY the_account_of_the_transaction ON {table} TO {APP} USING ({own}) WITH CHECK ({own})",
            f"CREATE POLICY every_account ON {table} TO {STAFF} USING (true) WITH CHECK (true)",
        ],
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0010_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("offered_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
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
                    "offered_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "offered_to",
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at", None), ("declined_at", None), ("withdrawn_at", None)),
                        fields=("account",),
                        name="the_buyers_role_is_offered_to_one_person_at_a_time",
                    ),
                    tenor.db.constraints.Check(
                        name="the_buyers_role_is_offered_to_somebody_else", sql="offered_to_id <> offered_by_id"
                    ),
                    tenor.db.constraints.Check(
                        name="an_offer_of_the_buyers_role_ends_in_one_way",
                        sql="num_nonnulls(accepted_at, declined_at, withdrawn_at) <= 1",
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("account",),
                        name="an_offer_of_the_buyers_role_is_in_an_account",
                        to="db.Account",
                        to_fields=("id",),
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("offered_by",),
                        name="the_buyers_role_is_offered_by_a_person",
                        to="db.User",
                        to_fields=("id",),
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("offered_to",),
                        name="the_buyers_role_is_offered_to_a_person",
                        to="db.User",
                        to_fields=("id",),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("email", models.EmailField(max_length=254)),
                ("role", models.TextField()),
                ("language", models.TextField(default="en")),
                ("token_digest", models.TextField()),
                ("serial", models.IntegerField(default=1)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "invited_by",
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
                "indexes": [models.Index(fields=["token_digest"], name="invitations_by_token")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        fields=("account", "email"),
                        name="an_address_is_invited_once_at_a_time",
                    ),
                    tenor.db.constraints.Check(
                        name="an_invitation_is_to_a_role_that_can_be_given",
                        sql="role IN ('billing_admin', 'user_admin', 'viewer')",
                    ),
                    tenor.db.constraints.Check(
                        name="an_invited_address_is_in_small_letters", sql="email = lower(email) AND email <> ''"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invitations_language_is_a_code", sql="language ~ '^[a-z]{2}(-[A-Z]{2})?$'"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invitations_token_is_kept_as_a_sha256", sql="token_digest ~ '^[0-9a-f]{64}$'"
                    ),
                    tenor.db.constraints.Check(name="an_invitation_is_sent_once_or_more", sql="serial >= 1"),
                    tenor.db.constraints.Check(
                        name="an_invitation_expires_after_it_is_sent", sql="expires_at > invited_at"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invitation_ends_in_one_way", sql="num_nonnulls(accepted_at, revoked_at) <= 1"
                    ),
                    tenor.db.constraints.Check(
                        name="an_invitation_accepted_by_somebody_says_when",
                        sql="accepted_by_id IS NULL OR accepted_at IS NOT NULL",
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("account",), name="an_invitation_is_to_an_account", to="db.Account", to_fields=("id",)
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("invited_by",),
                        name="an_invitation_is_made_by_a_person",
                        to="db.User",
                        to_fields=("id",),
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("accepted_by",),
                        name="an_invitation_is_accepted_by_a_person",
                        to="db.User",
                        to_fields=("id",),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatAssignment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("assigned_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("leaves_at_renewal", models.BooleanField(default=False)),
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
                    "subscription",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.subscription",
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at", None)),
                        fields=("account", "subscription", "user"),
                        name="a_person_has_one_seat_of_a_subscription",
                    ),
                    tenor.db.constraints.Check(
                        name="a_seat_is_released_after_it_was_assigned", sql="released_at >= assigned_at"
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("account", "subscription"),
                        name="a_seat_is_of_the_accounts_subscription",
                        to="db.Subscription",
                        to_fields=("account", "id"),
                    ),
                    tenor.db.constraints.CompositeForeignKey(
                        fields=("user",), name="a_seat_is_used_by_a_person", to="db.User", to_fields=("id",)
                    ),
                ],
            },
        ),
        *(_secure(table, rights) for table, rights in RIGHTS.items()),
        migrations.RunSQL(
            [f"GRANT {MEMBERSHIP} ON db_membership TO {APP}", f"GRANT DELETE ON db_membership TO {STAFF}"],
            [f"REVOKE {MEMBERSHIP} ON db_membership FROM {APP}", f"REVOKE DELETE ON db_membership FROM {STAFF}"],
        ),
        migrations.RunPython(make_functions, drop_functions),
    ]
