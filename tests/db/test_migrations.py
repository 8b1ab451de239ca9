"""Migrations run in order on an empty database, back to nothing, and forth again."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tenor.gateways.postgres.databases import create_database, drop_database

NAME = "tenor_migrations_forth_and_back"


@pytest.fixture
def empty_database(postgres_url: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own, as Django's connection "empty"."""
    drop_database(postgres_url, NAME)
    url = create_database(postgres_url, NAME)
    settings = {**connections["default"].settings_dict, "NAME": NAME}
    connections.databases["empty"] = settings
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield url
        connections["empty"].close()
    del connections.databases["empty"]
    del connections["empty"]
    drop_database(postgres_url, NAME)


def leftovers(url: str) -> list[str]:
    """Tables, functions and types that nobody but us would have made."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')"
            " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
    return [name for (name,) in found]


@pytest.mark.slow
def test_migrations_go_forth_back_and_forth_again(empty_database: str) -> None:
    def migrate(*targets: tuple[str, str | None]) -> None:
        executor = MigrationExecutor(connections["empty"])
        executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())

    migrate()
    assert {"db_account", "account_access", "tenor_refuse", "shared_cache"} <= set(leftovers(empty_database))
    migrate(("db", None))
    ours = [name for name in leftovers(empty_database) if name.startswith(("db_", "tenor_", "shared_", "account_"))]
    assert ours == []
    migrate()
    assert "db_account" in leftovers(empty_database)
