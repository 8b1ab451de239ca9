"""Who may do what: rights of the portal's and the staff's role, row-level security, and the one way around it.

The owner's role (migrations, worker, command line) owns the tables, so that policies don't bind it. `tenor_app` sees
one account a transaction: the one in the setting `tenor.account_id`, and none where it is not set.
"""

from typing import Any

from django.db import IntegrityError, ProgrammingError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

APP, STAFF = "tenor_app", "tenor_staff"

READ, READ_ADD, WRITE = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE"
KEEP = "SELECT, INSERT, UPDATE, DELETE"

# table: rights of the portal, rights of the staff. Nobody deletes but what sign-in and the cache throw away.
RIGHTS = {
    "db_user": ("SELECT, UPDATE", WRITE),
    "db_seller": (READ, "SELECT, UPDATE"),
    "db_taxregistration": (READ, WRITE),
    "db_numberseries": ("SELECT, UPDATE (next_number)", "SELECT, UPDATE (next_number)"),
    "db_product": (READ, WRITE),
    "db_plan": (READ, WRITE),
    "db_priceentry": (READ, READ_ADD),
    "db_promotion": (READ, WRITE),
    "db_account": (
        "SELECT, UPDATE (name, language, vat_id, vat_id_checked_on, street, postal_code, city, invoice_email)",
        WRITE,
    ),
    "db_membership": (READ, WRITE),
    "db_paymentmethod": (WRITE, WRITE),
    "db_subscription": (WRITE, WRITE),
    "db_paidperiod": (READ_ADD, READ_ADD),
    "db_scheduledchange": (
        "SELECT, INSERT, UPDATE (undone_at, replaced_at, claimed_at)",
        "SELECT, INSERT, UPDATE (undone_at, replaced_at, claimed_at)",
    ),
    "db_quote": ("SELECT, INSERT, UPDATE (accepted_at)", "SELECT, INSERT, UPDATE (accepted_at)"),
    "db_order": (WRITE, WRITE),
    "db_ordersubscription": ("SELECT, INSERT, UPDATE (open)", "SELECT, INSERT, UPDATE (open)"),
    "db_orderline": (
        "SELECT, INSERT, UPDATE (subscription_id, carried, billed_at, carried_invoice_id)",
        "SELECT, INSERT, UPDATE (subscription_id, carried, billed_at, carried_invoice_id)",
    ),
    "db_invoice": (
        "SELECT, INSERT, UPDATE (status, number, issued_on, due_on, parties, tax)",
        "SELECT, INSERT, UPDATE (status, number, issued_on, due_on, parties, tax)",
    ),
    "db_invoiceline": (READ_ADD, READ_ADD),
    "db_invoicetaxline": (READ_ADD, READ_ADD),
    "db_payment": (WRITE, WRITE),
    "db_refund": (WRITE, WRITE),
    "db_posting": (READ_ADD, READ_ADD),
    "db_event": (READ_ADD, READ_ADD),
    "db_mail": (READ_ADD, WRITE),
    "db_sentmail": (READ_ADD, READ_ADD),
    "db_gatewayevent": ("INSERT, SELECT (id, gateway, event_id)", WRITE),
    "db_clock": (READ, READ),
    "shared_cache": (KEEP, KEEP),
    "django_session": (KEEP, KEEP),
    "django_content_type": (READ, READ),
    "django_migrations": (READ, READ),
    "account_emailaddress": (KEEP, KEEP),
    "account_emailconfirmation": (KEEP, KEEP),
}

OF_ACCOUNT = (
    "db_membership db_paymentmethod db_subscription db_paidperiod db_scheduledchange db_quote db_order "
    "db_ordersubscription db_orderline db_invoice db_invoiceline db_invoicetaxline db_payment db_refund db_posting "
    "db_event db_mail"
).split()
SECURED = {"db_account": "id", **dict.fromkeys(OF_ACCOUNT, "account_id")}

# A subquery, so that the setting is read once a statement and not once a row.
THE_ACCOUNT = "(SELECT nullif(current_setting('tenor.account_id', true), '')::uuid)"

# Which accounts a signed-in person may enter is asked before any account is set. Its owner's rights answer that.
ACCESS = """
CREATE FUNCTION account_access(person uuid)
RETURNS TABLE (account_id uuid, number text, name text, country text, time_zone text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
    SELECT account.id, account.number, account.name, account.country, account.time_zone, membership.role
    FROM db_membership membership JOIN db_account account ON account.id = membership.account_id
    WHERE membership.user_id = person
    ORDER BY account.name, account.id
$$
"""


class RolesMissing(Exception):
    """The smaller roles are not there, and the migrating role may not make them."""


def make_missing_roles(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The roles as such: without a password nobody signs in as them. `tenor.gateways.postgres` gives them one."""
    for role in (APP, STAFF):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                _make(cursor, role)


def _make(cursor: Any, role: str) -> None:
    try:
        with transaction.atomic():
            cursor.execute(f"CREATE ROLE {role} NOLOGIN")
    except IntegrityError:
        pass  # roles belong to the whole server: another database's migration was faster
    except ProgrammingError as error:
        if "already exists" not in str(error):
            raise RolesMissing(
                f"The role {role} is missing and may not be made by this one. As the server's administrator run: "
                f"CREATE ROLE {role}; or give the migrating role CREATEROLE."
            ) from error


def grant(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Takes every right away and gives those of the table above."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA {_schema(cursor)} TO {APP}, {STAFF}")
        for table, rights in RIGHTS.items():
            cursor.execute(f"REVOKE ALL ON {table} FROM PUBLIC, {APP}, {STAFF}")
            for role, granted in zip((APP, STAFF), rights, strict=True):
                cursor.execute(f"GRANT {granted} ON {table} TO {role}")


def revoke(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Takes every right away."""
    with schema_editor.connection.cursor() as cursor:
        for table in RIGHTS:
            cursor.execute(f"REVOKE ALL ON {table} FROM {APP}, {STAFF}")


def make_access(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The function, for the two roles and nobody else."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(ACCESS.format(schema=_schema(cursor)))
        cursor.execute("REVOKE ALL ON FUNCTION account_access(uuid) FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION account_access(uuid) TO {APP}, {STAFF}")


def drop_access(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Without it again."""
    schema_editor.execute("DROP FUNCTION account_access(uuid)")


def _schema(cursor: Any) -> str:
    cursor.execute("SELECT quote_ident(current_schema())")
    return str(cursor.fetchone()[0])


def _secure(table: str, column: str) -> migrations.RunSQL:
    own = f"{column} = {THE_ACCOUNT}"
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY the_account_of_the_transaction ON {table} TO {APP} USING ({own}) WITH CHECK ({own})",
            f"CREATE POLICY every_account ON {table} TO {STAFF} USING (true) WITH CHECK (true)",
        ],
        [
            f"DROP POLICY every_account ON {table}",
            f"DROP POLICY the_account_of_the_transaction ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0009_shared_cache"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(make_missing_roles, migrations.RunPython.noop),
        migrations.RunPython(grant, revoke),
        *(_secure(table, column) for table, column in SECURED.items()),
        migrations.RunPython(make_access, drop_access),
    ]
