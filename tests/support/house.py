"""The demo's whole house for tests: database, sandbox, worker and web server as processes, with two years of history.

The book is built once into a template database, which is kept from run to run until the code changes; each house is
a copy of it, made and started in a few seconds. Its clock stands at `demo_book.player.NOW` until a test moves it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

from tenor.cli.house import House
from tenor.gateways.file_locks import try_lock
from tenor.gateways.postgres.databases import create_database, drop_database, with_database, with_user
from tenor.gateways.postgres.embedded import free_port
from tenor.gateways.postgres.roles import APP
from tenor.gateways.processes.supervisor import Program, answers
from tenor.gateways.secret_files import write_private
from tests.support.sandbox import SandboxProcess, wait_until

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / ".make" / "test-house"
PREFIX = "house_"
# Only a process that hangs meets these, however busy the machine: a fixture that gives up takes all its tests along.
BUILDS_WITHIN = 1800.0
STARTS_WITHIN = 600.0
STOPS_WITHIN = 60.0
TRIES = 20
HISTORY_IS_MADE_BY = ("domain", "db", "gateways", "usecases", "cli/demo_book", "cli/seed.py", "cli/house.py")
"""What of src/tenor the book depends on: when it changes, the template is built anew."""
STORE = "sandbox.sqlite3"
_serials = count(1)


class HouseFailed(AssertionError):
    """A process of the house did not start; the message carries the end of its log."""


@dataclass(frozen=True)
class Template:
    """A database with the demo's book, and the sandbox's books that belong to it."""

    server_url: str
    database: str
    folder: Path

    @property
    def said(self) -> str:
        """What `tenor seed` said while it built the book, after one that was broken off."""
        return str(self._kept()["book"])

    @property
    def addresses(self) -> dict[str, str]:
        """Where the portal ("web") and the sandbox answered while the book was built."""
        return self._kept()

    def _kept(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads((self.folder / "ready").read_text(encoding="utf-8"))
        return kept

    @property
    def is_ready(self) -> bool:
        """Whether it is whole, on this very server."""
        return (self.folder / "ready").exists() and self.database in _databases(self.server_url)


@dataclass
class RunningHouse:
    """A house whose processes run. `url` is the portal's; the clock stands still unless told to tick."""

    house: House
    app_url: str
    sandbox: SandboxProcess
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the portal answers, without a slash at the end."""
        return self.house.web_url

    @property
    def owner_url(self) -> str:
        """The database's address as its owner."""
        return self.house.database_url

    @property
    def environment(self) -> dict[str, str]:
        """Tenor's environment with the owner's rights, for a process of one's own."""
        return {**_plain_environment(), **self.house.settings()}

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement as the owner, who sees everything; the rows, if it gives any."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def now(self) -> datetime:
        """The business instant; the clock has to stand still."""
        [(stands_at,)] = self.sql("SELECT stands_at FROM db_clock")
        assert stands_at is not None, "the clock ticks: there is no one instant to tell"
        return stands_at  # type: ignore[no-any-return]

    def set_clock(self, to: datetime) -> None:
        """Let business time stand at `to`, here and at the sandbox; the worker does what falls due."""
        assert to >= self.now(), "the clock only moves forward"
        self.sql("UPDATE db_clock SET stands_at = %s, ahead_by = NULL", to)
        self.sandbox.set_clock(to)

    def advance(self, **span: int) -> datetime:
        """Move the clock by days=, hours=, ...; returns the instant at which it stands then."""
        self.set_clock(self.now() + timedelta(**span))
        return self.now()

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Return as soon as `condition` holds; fail with `what` when it does not within a patient while."""
        wait_until(condition, what)

    def tenor(self, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `tenor` with the house's environment, and more if asked, to its end."""
        program = self._program("worker")
        argv = [*program.argv[:3], *arguments]
        return subprocess.run(
            argv, env={**self.environment, **environment}, capture_output=True, text=True, check=check, timeout=120
        )

    def log(self, name: str) -> str:
        """What the process said so far: "web", "worker" or "sandbox"."""
        path = self.house.home / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def pid(self, name: str) -> int:
        """The process's id."""
        return self._running[name].pid

    def start(self, name: str, **environment: str) -> None:
        """Start one of the processes, with more in its environment if asked; returns when it answers."""
        program = self._program(name)
        with (self.house.home / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                program.argv,
                env={**program.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._running[name] = child
        deadline = time.monotonic() + STARTS_WITHIN
        while program.ready_url and not answers(program.ready_url):
            why = ""
            if child.poll() is not None:
                why = f"it ended with code {child.returncode} before it answered at {program.ready_url}"
            elif time.monotonic() > deadline:
                why = f"{program.ready_url} did not answer within {STARTS_WITHIN:.0f} s (STARTS_WITHIN)"
            if why:
                raise HouseFailed(f"{name} does not serve: {why}\n{self.log(name)[-3000:]}")
            time.sleep(0.03)

    def ask_to_stop(self, name: str) -> None:
        """SIGTERM, and wait until it has ended."""
        self._end(name, subprocess.Popen.terminate)

    def kill(self, name: str) -> None:
        """SIGKILL, and wait. (The web server's own processes end with it.)"""
        self._end(name, subprocess.Popen.kill)

    def wait_for_end(self, name: str) -> int:
        """Wait until the process ends by itself (a crash point); its exit code."""
        try:
            return self._running.pop(name).wait(STARTS_WITHIN)
        except subprocess.TimeoutExpired as limit:
            raise HouseFailed(f"{name} did not end within {STARTS_WITHIN:.0f} s (STARTS_WITHIN)") from limit

    def stop(self) -> None:
        """End every process, and drop the database."""
        for name in reversed(list(self._running)):
            self._end(name, subprocess.Popen.terminate)
        drop_database(_maintenance(self.owner_url), urlsplit(self.owner_url).path.lstrip("/"))

    def _end(self, name: str, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        child = self._running.pop(name)
        with suppress(ProcessLookupError):
            how(child)
        try:
            child.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(STOPS_WITHIN)

    def _program(self, name: str) -> Program:
        return next(program for program in self.house.programs() if program.name == name)


PROCESSES = ("sandbox", "web", "worker")


@contextmanager
def running_house(template: Template, folder: Path, processes: tuple[str, ...] = PROCESSES) -> Iterator[RunningHouse]:
    """A copy of the template with its processes, for as long as the `with` lasts. `folder` gets its files and logs."""
    copied = copy_house(template, folder)
    try:
        for name in processes:
            copied.start(name)
        yield copied
    finally:
        copied.stop()


def copy_house(template: Template, folder: Path) -> RunningHouse:
    """A house with a database and sandbox books of its own; nothing of it runs yet."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{PREFIX}copy_{os.getpid()}_{next(_serials)}"
    url = _copy_database(template, name)
    house = House(folder, url, web_port=free_port(), sandbox_port=free_port())
    _keep_passwords(house)
    shutil.copy(template.folder / STORE, folder / STORE)
    copied = RunningHouse(house, _app_url(house), _sandbox(house))
    _move_in(copied, template.addresses)
    return copied


def _copy_database(template: Template, name: str) -> str:
    """A copy of the template's database. The server itself may look into the template for a moment: then again."""
    maintenance = _maintenance(template.server_url)
    drop_database(maintenance, name)
    for _ in range(TRIES):
        with suppress(psycopg.errors.ObjectInUse):
            return create_database(maintenance, name, template=template.database)
        time.sleep(0.2)
    raise HouseFailed(f"{template.database} can't be copied: somebody is connected to it")


def built_template(server_url: str) -> Template:
    """The template for today's code: built by whoever comes first, while the others wait."""
    template = _template(server_url)
    with _only_one():
        if not template.is_ready:
            _forget_old_ones(template)
            _build(template)
    return template


def _template(server_url: str) -> Template:
    with psycopg.connect(server_url, autocommit=True) as connection:
        row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    assert row is not None
    name = f"{PREFIX}template_{_digest()}"
    return Template(server_url, name, TEMPLATES / f"{row[0]}-{name}")


def _digest() -> str:
    source = ROOT / "src" / "tenor"
    found = (path for part in HISTORY_IS_MADE_BY for path in (source / part, *(source / part).rglob("*.py")))
    hashed = hashlib.sha256()
    for path in sorted(path for path in found if path.is_file()):
        hashed.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()[:12]


def _build(template: Template) -> None:
    maintenance = _maintenance(template.server_url)
    drop_database(maintenance, template.database)
    shutil.rmtree(template.folder, ignore_errors=True)
    template.folder.mkdir(parents=True)
    url = create_database(maintenance, template.database)
    house = House(template.folder, url, web_port=free_port(), sandbox_port=free_port())
    _keep_passwords(house)
    building = RunningHouse(house, _app_url(house), _sandbox(house))
    try:
        for step in house.preparations():
            _run(step)
        building.start("sandbox")
        book = house.openings()[0]
        _break_off(book, building)
        said = _run(book)
    finally:
        if "sandbox" in building._running:
            building.ask_to_stop("sandbox")
    building.sql("VACUUM ANALYZE")  # so that the server leaves the template alone, and plans copies well
    kept = {"web": house.web_url, "sandbox": house.sandbox_url, "book": said}
    (template.folder / "ready").write_text(json.dumps(kept), encoding="utf-8")


def _break_off(book: Program, building: RunningHouse) -> None:
    """Kill the first seed when it has sold and charged something: whoever builds the book builds it anew.

    So the one book that all tests use also shows (tests/cli/test_seed.py) that half a book is no harm.
    """
    with (building.house.home / "broken-off.log").open("wb") as log:
        child = subprocess.Popen(
            book.argv, env=dict(book.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: bool(building.sandbox.charges()), "the first charge of a seed that will be broken off")
    finally:
        child.kill()
        child.wait()


def _run(step: Program) -> str:
    try:
        done = subprocess.run(
            step.argv,
            env=dict(step.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=BUILDS_WITHIN,
        )
    except subprocess.TimeoutExpired as limit:
        raise HouseFailed(f"{step.name} was not done within {BUILDS_WITHIN:.0f} s (BUILDS_WITHIN)") from limit
    if done.returncode != 0:
        raise HouseFailed(f"{step.name} failed ({done.returncode}):\n{done.stdout[-6000:]}")
    return done.stdout


def _forget_old_ones(template: Template) -> None:
    """Templates of yesterday's code on this server, and copies that a killed run left."""
    for name in _databases(template.server_url):
        drop_database(_maintenance(template.server_url), name)
    server = template.folder.name.partition("-")[0]
    for folder in TEMPLATES.glob(f"{server}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _databases(server_url: str) -> list[str]:
    """Those of houses, on the server."""
    with psycopg.connect(_maintenance(server_url), autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"]).fetchall()
    return [row[0] for row in rows]


def _maintenance(url: str) -> str:
    """A database of the same server that nobody copies."""
    return with_database(url, "postgres")


def _keep_passwords(house: House) -> None:
    """The smaller roles keep the password that all tests of this server use: the owner's."""
    owners = unquote(urlsplit(house.database_url).password or "")
    write_private(house.home / "secrets.json", json.dumps({"app_password": owners, "staff_password": owners}))


def _app_url(house: House) -> str:
    return with_user(house.database_url, APP, house.settings()["TENOR_APP_PASSWORD"])


def _sandbox(house: House) -> SandboxProcess:
    """The handle of tests on the house's sandbox: its API; the house starts and stops it."""
    handle = SandboxProcess(house.home)
    handle.url = house.sandbox_url
    handle.key = house.settings()["TENOR_SANDBOX_KEY"]
    handle.webhook_secret = house.settings()["TENOR_SANDBOX_WEBHOOK_SECRET"]
    return handle


def _move_in(copied: RunningHouse, old: dict[str, str]) -> None:
    """Addresses that were written down while the book was built lead to this house instead."""
    statement = "UPDATE db_payment SET action_url = replace(action_url, %s, %s) WHERE action_url <> ''"
    copied.sql(statement, old["sandbox"], copied.house.sandbox_url)
    with sqlite3.connect(copied.house.home / STORE) as books:
        books.execute("UPDATE charges SET return_url = replace(return_url, ?, ?)", (old["web"], copied.house.web_url))
    books.close()


def _plain_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TENOR_")}
    kept.pop("DATABASE_URL", None)
    return kept


@contextmanager
def _only_one() -> Iterator[None]:
    """One process builds, the others wait for it."""
    deadline = time.monotonic() + BUILDS_WITHIN
    while (lock := try_lock(TEMPLATES / "lock")) is None:
        if time.monotonic() > deadline:
            raise HouseFailed(f"another process has been building it for {BUILDS_WITHIN:.0f} s (BUILDS_WITHIN)")
        time.sleep(0.1)
    try:
        yield
    finally:
        lock.close()
