"""`tenor doctor`: is everything in place? Each check says what is the matter and what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import typer
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console

from tenor.cli.bootstrap import set_up_django
from tenor.db.queries.watch import count_differences, count_parked, find_last_run
from tenor.gateways.postgres.databases import with_user
from tenor.gateways.postgres.roles import APP, STAFF, role_attributes
from tenor.gateways.processes.supervisor import answers

app = typer.Typer(add_completion=False)
OLDEST = 160000
"""PostgreSQL 16: the first whose CREATEROLE owners manage the roles that they made."""


class Fault(Exception):
    """What is the matter, and what to do about it."""

    def __init__(self, matter: str, remedy: str) -> None:
        super().__init__(matter)
        self.remedy = remedy


@dataclass(frozen=True)
class Check:
    """One question. `ask` returns what it found, or raises `Fault`; it is not asked when one that it `needs` failed."""

    name: str
    ask: Callable[[], str]
    needs: Sequence[str] = ()


@dataclass(frozen=True)
class Finding:
    """The answer to one check. `good` is None when it could not be asked."""

    name: str
    good: bool | None
    words: str
    remedy: str = ""


def check_configuration() -> str:
    """The environment is complete and Django accepts it."""
    try:
        set_up_django()
    except (SystemExit, ImproperlyConfigured) as error:
        raise Fault(str(error), "Set what is missing (or run this beside a running `tenor demo`).") from error
    return f"served at {settings.PUBLIC_URL}"


def check_database() -> str:
    """The database answers, and is not too old."""
    try:
        with _connect() as session:
            version = session.info.server_version
    except psycopg.OperationalError as error:
        raise Fault(str(error).strip(), "Start PostgreSQL, or correct DATABASE_URL.") from error
    if version < OLDEST:
        raise Fault(f"PostgreSQL {version // 10000} is too old.", "Use PostgreSQL 16 or later.")
    return f"PostgreSQL {version // 10000}.{version % 10000}"


def check_roles() -> str:
    """The smaller roles exist, can't look past row-level security, and let us in."""
    environment = settings.ENVIRONMENT
    given = {APP: environment.app_password, STAFF: environment.staff_password}
    with _connect() as session:
        for role, password in given.items():
            _check_role(role, role_attributes(session, role))
            if password is not None:
                _check_password(role, password.get_secret_value())
    return " and ".join(given)


def _check_role(role: str, rights: dict[str, bool] | None) -> None:
    if rights is None or not rights["login"]:
        raise Fault(f"The role {role} is missing or may not log in.", "Run `tenor migrate`.")
    if rights["superuser"] or rights["bypass"]:
        remedy = f"As a superuser run: ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS;"
        raise Fault(f"The role {role} could look past row-level security.", remedy)


def _check_password(role: str, password: str) -> None:
    url = with_user(settings.ENVIRONMENT.database_url, role, password)
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise Fault(
            f"{role} can't log in: {str(error).strip()}", "Run `tenor migrate`: it sets the password."
        ) from error


def check_migrations() -> str:
    """Every migration has been applied."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Fault(str(error).strip(), "Run `tenor migrate`.") from error
    if missing:
        raise Fault(f"{len(missing)} migrations are not applied.", "Run `tenor migrate`.")
    return "all applied"


def check_sandbox() -> str:
    """The payment provider in miniature answers, where one is configured."""
    if not settings.SANDBOX_URL:
        return "not used"
    if not answers(f"{settings.SANDBOX_URL}/healthz"):
        remedy = "Start it (`python -m tenor.gateways.payments.sandbox --help`), or correct TENOR_SANDBOX_URL."
        raise Fault(f"Nothing answers at {settings.SANDBOX_URL}.", remedy)
    return settings.SANDBOX_URL


def check_books() -> str:
    """The books agreed with themselves when the worker last asked."""
    last = find_last_run("check")
    if last is None:
        return "not checked yet: a worker does it once a day, and `tenor check` at once"
    broken = last.summary.get("broken", {})
    if broken:
        raise Fault(f"{len(broken)} invariants did not hold on {last.finished_at:%Y-%m-%d}.", "Run `tenor check`.")
    return f"checked on {last.finished_at:%Y-%m-%d}"


def check_gateways_books() -> str:
    """The gateway's books and ours tell the same."""
    open_ones = count_differences()
    last = find_last_run("reconcile")
    if open_ones:
        raise Fault(f"{open_ones} differences from the gateway's books are open.", "Run `tenor reconcile`.")
    if last is None:
        return "not compared yet: a worker does it once a day, and `tenor reconcile` at once"
    return f"compared on {last.finished_at:%Y-%m-%d}"


def check_parked() -> str:
    """Nothing waits for a person."""
    parked = count_parked()
    if parked:
        told = ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in parked.items())
        raise Fault(f"Set aside for a person: {told}.", "Run `tenor parked`: it tells why, and how to go on.")
    return "nothing waits for a person"


CHECKS = (
    Check("configuration", check_configuration),
    Check("database", check_database, needs=["configuration"]),
    Check("roles", check_roles, needs=["database"]),
    Check("migrations", check_migrations, needs=["database"]),
    Check("payment sandbox", check_sandbox, needs=["configuration"]),
    Check("books", check_books, needs=["migrations"]),
    Check("gateway's books", check_gateways_books, needs=["migrations"]),
    Check("parked", check_parked, needs=["migrations"]),
)


def examine(checks: Sequence[Check]) -> list[Finding]:
    """Asks the checks in order; what can't be asked because of an earlier fault is found neither good nor bad."""
    findings: dict[str, Finding] = {}
    for check in checks:
        missing = [name for name in check.needs if not findings[name].good]
        if missing:
            findings[check.name] = Finding(check.name, None, f"not asked: {missing[0]} comes first")
            continue
        try:
            findings[check.name] = Finding(check.name, True, check.ask())
        except Fault as fault:
            findings[check.name] = Finding(check.name, False, str(fault), fault.remedy)
    return list(findings.values())


@app.command()
def doctor() -> None:
    """Checks the installation and says what to do. Exit code 1 when something is wrong."""
    console = Console(highlight=False, soft_wrap=True)
    marks = {True: "[green]ok[/green]   ", False: "[red]wrong[/red]", None: "[dim]-[/dim]    "}
    findings = examine(CHECKS)
    for finding in findings:
        console.print(f"{marks[finding.good]} {finding.name}: ", end="")
        console.print(finding.words, markup=False)
        if finding.remedy:
            console.print(f"      -> {finding.remedy}", markup=False)
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


def _connect() -> psycopg.Connection[Any]:
    return psycopg.connect(settings.ENVIRONMENT.database_url, connect_timeout=5)
