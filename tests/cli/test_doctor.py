"""The doctor: each thing that can be wrong is found, with its remedy; and `tenor migrate` is the cure."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pytest

from tenor.cli.doctor import Check, Fault, Finding, examine
from tenor.gateways.postgres.databases import create_database, drop_database, with_database
from tenor.gateways.postgres.embedded import free_port


def broken() -> str:
    raise Fault("It is broken.", "Mend it.")


def test_what_stands_on_a_fault_is_not_asked() -> None:
    checks = [
        Check("first", lambda: "fine"),
        Check("second", broken, needs=["first"]),
        Check("third", lambda: "fine", needs=["second"]),
        Check("fourth", lambda: "fine", needs=["third"]),
    ]
    assert examine(checks) == [
        Finding("first", True, "fine"),
        Finding("second", False, "It is broken.", "Mend it."),
        Finding("third", None, "not asked: second comes first"),
        Finding("fourth", None, "not asked: third comes first"),
    ]


@dataclass(frozen=True)
class Installation:
    """A database of its own, and commands run on it as an operator would."""

    url: str

    def run(self, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "tenor.cli.main", command]
        told = {**os.environ, "DATABASE_URL": self.url, **environment}
        return subprocess.run(argv, check=False, capture_output=True, text=True, env=told)


@pytest.fixture
def installation(postgres_url: str) -> Iterator[Installation]:
    server, name = with_database(postgres_url, "postgres"), f"tenor_doctor_{os.getpid()}"
    drop_database(server, name)
    yield Installation(create_database(server, name))
    drop_database(server, name)


def test_an_empty_database_needs_migrating_and_then_is_well(installation: Installation) -> None:
    before = installation.run("doctor")
    assert before.returncode == 1
    assert "migrations are not applied" in before.stdout
    assert "-> Run `tenor migrate`." in before.stdout
    migrated = installation.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    after = installation.run("doctor")
    assert after.returncode == 0, after.stdout
    assert "wrong" not in after.stdout


def test_a_missing_setting_is_named(installation: Installation) -> None:
    told = installation.run("doctor", TENOR_SECRET_KEY="short")
    assert told.returncode == 1
    assert "TENOR_SECRET_KEY" in told.stdout
    assert "database: not asked" in told.stdout


def test_an_unreachable_database_is_told(postgres_url: str) -> None:
    told = Installation(f"postgresql://tenor_owner:none@127.0.0.1:{free_port()}/tenor").run("doctor")
    assert told.returncode == 1
    assert "-> Start PostgreSQL, or correct DATABASE_URL." in told.stdout


def test_a_wrong_password_of_a_role_is_found(installation: Installation) -> None:
    told = installation.run("doctor", TENOR_APP_PASSWORD="wrong")
    assert told.returncode == 1
    assert "tenor_app can't log in" in told.stdout


def test_a_sandbox_that_is_not_there_is_found(installation: Installation) -> None:
    told = installation.run("doctor", TENOR_SANDBOX_URL=f"http://127.0.0.1:{free_port()}")
    assert "payment sandbox: Nothing answers" in told.stdout


def test_migrations_refuse_to_run_with_the_smaller_rights(installation: Installation) -> None:
    password = unquote(urlsplit(installation.url).password or "")
    told = installation.run("migrate", TENOR_DATABASE_ROLE="app", TENOR_APP_PASSWORD=password)
    assert told.returncode == 1
    assert "as the owner of the tables" in told.stderr
