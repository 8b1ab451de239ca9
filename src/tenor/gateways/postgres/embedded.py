"""A PostgreSQL server of our own, made of the wheel's binaries: what a newcomer has instead of an installed one.

It is a child process that we start, wait for and stop. It listens on 127.0.0.1 only, asks for a password, and syncs
every commit to the disk. It is meant for trying out and for tests; `DATABASE_URL` names the real one.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from tenor.gateways.file_locks import try_lock
from tenor.gateways.postgres.orphans import FAST_SHUTDOWN, stop_orphans
from tenor.gateways.postgres.places import binaries, data_place, known_place
from tenor.gateways.postgres.server_user import server_user
from tenor.gateways.processes.parent import ends_with_parent
from tenor.gateways.secret_files import kept_secrets

HOST = "127.0.0.1"
DATABASE = "tenor"
OWNER = "tenor_owner"
SUPERUSER = "tenor_superuser"
READY_WITHIN = 120.0
"""Seconds. It takes less than one, but much longer after a crash, when the log has to be played back."""
LOG_LIMIT = 10_000_000
"""Bytes. A longer log is begun anew at the next start."""

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # no socket file: no limit on the length of its path, no stale lock of it
    "shared_buffers": "128MB",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "password_encryption": "scram-sha-256",
}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For tests only. A killed process loses nothing even so; a machine that loses its power would."""

INITDB = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
"""The same order of letters on every machine, whatever its system library thinks."""


class ServerFailed(Exception):
    """The server could not be made or started; the sentence says where its log lies."""


class ServerBusy(Exception):
    """Another process of ours runs a server in this folder."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class EmbeddedServer:
    """One server with its data in `folder` (as root perhaps elsewhere, see `places.py`). Usable as a context manager.

    `url` is known before the server is started. Start it from the main thread: the kernel ends it with that thread.
    """

    def __init__(self, folder: Path, *, port: int | None = None, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.port = port or free_port()
        self.log = self.folder / "postgres.log"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def url(self) -> str:
        """The address of the database `tenor` as its owner, with the password."""
        password = quote(self._passwords()["owner"], safe="")
        return f"postgresql://{OWNER}:{password}@{HOST}:{self.port}/{DATABASE}"

    @property
    def pid(self) -> int | None:
        """The postmaster's process, or None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def claim(self) -> None:
        """Takes the folder for this process, until `stop`; `start` does so by itself. Raises `ServerBusy`."""
        if self._lock is None:
            self._lock = try_lock(self.folder / "lock")
        if self._lock is None:
            raise ServerBusy(f"Another process runs the database in {self.folder}: stop it first.")

    def start(self) -> None:
        """Makes what is missing, clears away what a killed run left, starts, and returns when queries are answered.

        Raises `ServerBusy`, `ServerFailed`, `OrphanSurvives`, `NoServerUser` or `NoBinaries`.
        """
        if self.pid is not None:
            return
        self.claim()
        try:
            self._launch()
            self._wait_until_ready()
            self._ensure_owner()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server as gently as it lets us, and waits for it. Harmless when it does not run."""
        if self._process is not None:
            for number, seconds in FAST_SHUTDOWN:
                if self._process.poll() is None:
                    self._process.send_signal(number)
                try:
                    self._process.wait(seconds)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def destroy(self) -> None:
        """Stops the server and removes its data, wherever it lies, and its folder. For good."""
        self.stop()
        if not self.folder.exists():
            return
        self.claim()
        place = known_place(self.folder)
        if place is not None:
            stop_orphans(place / "data")
            shutil.rmtree(place)
        shutil.rmtree(self.folder)
        self.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _passwords(self) -> dict[str, str]:
        return kept_secrets(self.folder / "passwords.json", ["superuser", "owner"])

    def _launch(self) -> None:
        user = server_user()
        programs = binaries(user)
        place = data_place(self.folder, user)
        expected = user.uid if user is not None else os.geteuid()
        if place.stat().st_uid != expected:
            raise ServerFailed(f"The data in {place} is another user's: run as that user, or `make demo-reset`.")
        stop_orphans(place / "data")
        if not (place / "data").exists():
            self._initialize(programs / "initdb", place)
        settings = {**SETTINGS, **(DURABLE if self._durable else FORGETFUL), "port": str(self.port)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.unlink()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(place / "data"), *options],
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is ours to handle: the database stops last
                preexec_fn=ends_with_parent(signal.SIGINT),
                **_as_server_user(),
            )

    def _initialize(self, initdb: Path, place: Path) -> None:
        """Into a draft that is renamed when whole, so that a killed initdb leaves nothing that looks like data."""
        draft = place / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        user = server_user()
        with tempfile.NamedTemporaryFile("w", dir=place) as password:
            password.write(self._passwords()["superuser"])
            password.flush()
            if user is not None:
                user.own(Path(password.name))
            command = [str(initdb), "-D", str(draft), "-U", SUPERUSER, "--auth=scram-sha-256", *INITDB]
            command += [f"--pwfile={password.name}", *([] if self._durable else ["--no-sync"])]
            self._run(command)
        draft.rename(place / "data")

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(
            command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **_as_server_user()
        )
        if done.returncode != 0:
            raise ServerFailed(f"{Path(command[0]).name} failed ({done.returncode}):\n{done.stdout}")

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user=SUPERUSER,
            password=self._passwords()["superuser"],
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while True:
            if self._process is None or self._process.poll() is not None:
                raise ServerFailed(f"PostgreSQL ended at once:\n{self._last_words()}\nIts log: {self.log}")
            try:
                self._connect().close()
                return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise ServerFailed(
                        f"The password kept in {self.folder} does not open the data: `make demo-reset` starts anew."
                    ) from error
                if time.monotonic() > deadline:
                    raise ServerFailed(f"PostgreSQL does not answer ({error}). Its log: {self.log}") from error
            time.sleep(0.03)

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])

    def _ensure_owner(self) -> None:
        """The role that everything belongs to. Not a superuser: those ignore row-level security."""
        owner, password = sql.Identifier(OWNER), sql.Literal(self._passwords()["owner"])
        rights = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB CREATEROLE")
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            connection.execute(sql.SQL("{} ROLE {} {} PASSWORD {}").format(verb, owner, rights, password))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), owner))


def _as_server_user() -> dict[str, Any]:
    """Arguments of `subprocess` for what the server's user runs: its rights, and nothing of our environment."""
    user = server_user()
    rights = {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    return {"cwd": "/", "env": environment, "stdin": subprocess.DEVNULL, "umask": 0o077, **rights}
