"""Whether the database is there, and as new as the code."""

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
