"""The smaller roles: made by an owner who is no superuser, with their limits, and mended when loosened."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from tenor.gateways.postgres.databases import create_database, drop_database, with_database, with_user
from tenor.gateways.postgres.roles import APP, OWNER_TIMEOUTS, STAFF, TIMEOUTS, ensure_roles, role_attributes


@pytest.fixture
def password(postgres_url: str) -> str:
    return unquote(urlsplit(postgres_url).password or "")


@pytest.mark.parametrize("role", [APP, STAFF])
def test_a_role_has_no_right_to_look_past_row_level_security(postgres_url: str, role: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert role_attributes(connection, role) == {"login": True, "superuser": False, "bypass": False}
        assert role_attributes(connection, "nobody_we_know") is None


@pytest.mark.parametrize("role", [APP, STAFF])
def test_a_role_s_sessions_have_its_timeouts(postgres_url: str, password: str, role: str) -> None:
    with psycopg.connect(with_user(postgres_url, role, password)) as connection:
        row = connection.execute(
            "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'),"
            " current_setting('idle_in_transaction_session_timeout')"
        ).fetchone()
    wanted = {name: value.replace("60s", "1min") for name, value in TIMEOUTS[role].items()}
    assert row == tuple(wanted.values())


def test_the_owner_s_sessions_have_theirs(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT current_setting('lock_timeout')").fetchone()
    assert row == (OWNER_TIMEOUTS["lock_timeout"],)


def test_running_it_again_changes_nothing_but_mends_what_was_loosened(postgres_url: str, password: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ALTER ROLE tenor_app CREATEDB")
        connection.execute("ALTER ROLE tenor_app SET statement_timeout = 0")
    ensure_roles(postgres_url, app_password=password, staff_password=password)
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT rolcreatedb FROM pg_roles WHERE rolname = 'tenor_app'").fetchone() == (False,)
    with psycopg.connect(with_user(postgres_url, APP, password)) as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("5s",)


def test_the_password_works_and_another_does_not(postgres_url: str, password: str) -> None:
    with psycopg.connect(with_user(postgres_url, APP, password)):
        pass
    with (
        pytest.raises(psycopg.OperationalError, match="password authentication failed"),
        psycopg.connect(with_user(postgres_url, APP, "wrong")),
    ):
        pass


@pytest.fixture
def copied(postgres_url: str) -> Iterator[str]:
    server = with_database(postgres_url, "postgres")
    names = ("tenor_template_of_test", "tenor_copy_of_test")
    for name in names:
        drop_database(server, name)
    with psycopg.connect(create_database(server, names[0])) as connection:
        connection.execute("CREATE TABLE words AS SELECT 'copied' AS word")
    yield create_database(server, names[1], template=names[0])
    for name in names:
        drop_database(server, name)


def test_a_copy_has_what_its_template_has_and_is_dropped_under_open_sessions(copied: str) -> None:
    with psycopg.connect(copied) as session:
        assert session.execute("SELECT word FROM words").fetchone() == ("copied",)
        drop_database(with_database(copied, "postgres"), "tenor_copy_of_test")
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
