"""Whether the database is there, and as new as the code; and whether it was its absence that something failed by."""

from collections.abc import Iterator

import psycopg
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def missing_migrations() -> list[str] | None:
    """The migrations that the database has not had, such as "db.0010_rights"; None where there is no database."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return None
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


AWAY = ("08", "57P", "53")
"""Classes of SQLSTATE: connection exceptions, a server that goes down or comes up, one without resources."""


def is_database_away(error: BaseException) -> bool:
    """Whether the error, or what caused it, is a lost or refused connection, or a server without room."""
    return any(isinstance(each, psycopg.OperationalError) and _tells_so(each) for each in _chain(error))


def _tells_so(error: psycopg.OperationalError) -> bool:
    """Who never reached the server has no state to tell."""
    return error.sqlstate is None or error.sqlstate.startswith(AWAY)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
