"""The smaller database roles, made and kept right by the owner: no superuser is needed (PostgreSQL 16 and later).

What each role may do with which table is said by the migrations, beside the tables.
"""

import time
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, InternalError_

APP = "tenor_app"
"""The portal and the API: sees one account at a time, by row-level security."""
STAFF = "tenor_staff"
"""The staff's console."""

TIMEOUTS: Mapping[str, Mapping[str, str]] = {
    APP: {"lock_timeout": "4s", "statement_timeout": "5s", "idle_in_transaction_session_timeout": "30s"},
    STAFF: {"lock_timeout": "4s", "statement_timeout": "15s", "idle_in_transaction_session_timeout": "60s"},
}
OWNER_TIMEOUTS = {
    "lock_timeout": "10s",
    "statement_timeout": "30min",
    "idle_in_transaction_session_timeout": "10min",
}
"""Migrations and the renewal night take long; what they wait for must not."""

RIGHTS = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION")
TRIES = 5


class RolesRefused(Exception):
    """The owner may not make or change the roles; the sentence says what the database's administrator shall run."""


def ensure_roles(url: str, *, app_password: str, staff_password: str) -> None:
    """Creates or mends `tenor_app` and `tenor_staff` and everybody's timeouts. Running it again changes nothing.

    `url` is the owner's, who needs CREATEROLE. Raises `RolesRefused`, or psycopg's `OperationalError` when the
    database can't be reached. Roles belong to the whole server: two runs at once may collide, and are tried again.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with psycopg.connect(url, connect_timeout=10) as connection:
                _ensure_role(connection, APP, app_password)
                _ensure_role(connection, STAFF, staff_password)
                _set_timeouts(connection, sql.SQL("CURRENT_USER"), OWNER_TIMEOUTS)
            return
        except InsufficientPrivilege as error:
            raise RolesRefused(
                f"The owner role may not manage {APP} and {STAFF} ({error.diag.message_primary}). As the server's "
                f"administrator run: ALTER ROLE <owner> CREATEROLE; and, where the two exist already: "
                f"GRANT {APP}, {STAFF} TO <owner> WITH ADMIN OPTION;"
            ) from error
        except (InternalError_, psycopg.errors.UniqueViolation):  # "tuple concurrently updated", or made by the other
            if attempt == TRIES:
                raise
            time.sleep(0.1 * attempt)


def role_attributes(connection: psycopg.Connection[Any], role: str) -> dict[str, bool] | None:
    """Whether the role may log in, is a superuser, ignores row-level security; None when there is no such role."""
    row = connection.execute(
        "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    return None if row is None else {"login": row[0], "superuser": row[1], "bypass": row[2]}


def _ensure_role(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    name = sql.Identifier(role)
    if role_attributes(connection, role) is None:
        connection.execute(sql.SQL("CREATE ROLE {} {}").format(name, RIGHTS))
    else:
        _correct_rights(connection, role)
    # Hashed here, so that the password itself reaches neither the server nor its log.
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(hashed)))
    # So that the owner may act as the role: to test its rights, and to end its sessions when a database is dropped.
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE").format(name))
    _set_timeouts(connection, name, TIMEOUTS[role])


def _correct_rights(connection: psycopg.Connection[Any], role: str) -> None:
    """Takes away what the owner can take away; only a superuser may even say `NOSUPERUSER` of an existing role."""
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    if row != (False,):
        remedy = f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS NOREPLICATION;"
        raise RolesRefused(f"The role {role} could look past row-level security. As a superuser run: {remedy}")
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN NOCREATEDB NOCREATEROLE").format(sql.Identifier(role)))


def _set_timeouts(connection: psycopg.Connection[Any], role: sql.Composable, timeouts: Mapping[str, str]) -> None:
    for name, value in timeouts.items():
        connection.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(role, sql.Identifier(name), sql.Literal(value)))
