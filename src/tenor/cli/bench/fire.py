"""What the storm does to a night: workers and the database are killed, and payments taken from workers that live."""

import math
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection, connections

from tenor.gateways.postgres.embedded import EmbeddedServer
from tenor.usecases.reconcile_payment import reconcile_payment

Result = TypeVar("Result")

WORKERS = 2
LIVES = (0.5, 4.0)
"""Seconds that a worker lives at least once it is at work."""

SPARED = 2 / 3
"""So many of them live until something was charged since they came, for as long as there is something to charge: on a
busy machine whoever dies after seconds has charged nothing, and a storm of such kills would be none."""

RESTART_EVERY = (6.0, 10.0)
"""Seconds between two kills of the whole database."""

STARTS_WITHIN = 120.0
"""Seconds after which a worker that never came to work is a fault of the machine."""

LONGEST = 4
"""A storm in which less than `Enough` happened goes on, for as many times its seconds at most."""

TAKEN_FOR_DEAD_EVERY, TAKEN_OVER = 0.3, 8
"""Seconds after which the leases of those who wait for the provider are taken away, and how many payments somebody
else goes on with each time."""

_NAMES = count(1)
_AT_WORK = "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'storm-%%'"
_PROGRESS = """
SELECT count(*) FILTER (WHERE status = 'succeeded'), count(*) FILTER (WHERE status <> 'succeeded') FROM db_payment
"""
# Of payments that nobody writes to at this moment: whoever holds them lives and waits for the provider's answer, or is
# about to send them. The next one asks, may be told of no charge, and sends the payment, too: only its key keeps it
# from being charged twice.
_TAKEN_FOR_DEAD = """
UPDATE db_payment SET lease_until = NULL, next_try_at = NULL
WHERE id IN (SELECT id FROM db_payment WHERE status IN ('sending', 'unknown') FOR UPDATE SKIP LOCKED)
"""
# What was claimed a moment ago, most likely by somebody who lives: what the dead had claimed is sent once, by another.
_TAKEN_OVER = """
UPDATE db_payment SET lease_until = now() + interval '60 seconds'
WHERE id IN (
    SELECT id FROM db_payment WHERE status IN ('sending', 'unknown')
      AND first_sent_at > clock_timestamp() - interval '3 seconds'
    ORDER BY random() LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING account_id, id
"""


@dataclass(slots=True)
class Worker:
    """A process of `tenor worker`, known to the database by its name.

    It dies at an instant of the monotonic clock, or later, when as many payments are paid as `dies_after`.
    """

    name: str
    process: "subprocess.Popen[bytes]"
    dies_at: float = math.inf
    dies_after: int = 0

    def kill(self) -> None:
        """-9, and wait."""
        self.process.kill()
        self.process.wait()


def start_worker() -> Worker:
    """A worker with this process's environment. Dying loses no words worth keeping."""
    name = f"storm-{os.getpid()}-{next(_NAMES)}"
    command, environment = [sys.executable, "-m", "tenor.cli.main", "worker"], {**os.environ, "PGAPPNAME": name}
    return Worker(
        name, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    )


@contextmanager
def workers() -> Iterator[list[Worker]]:
    """As many as there are; whoever lives at the end is ended."""
    alive = [start_worker() for _ in range(WORKERS)]
    try:
        yield alive
    finally:
        for worker in alive:
            worker.process.terminate()
        for worker in alive:
            worker.process.wait()


@dataclass(frozen=True, slots=True)
class Progress:
    """Payments that were charged, as far as the database knows, and those that are not yet."""

    paid: int = 0
    left: int = 0


@dataclass(slots=True)
class Fire:
    """The storm while it lasts: `seconds` from the moment at which there is something to charge.

    It goes on for longer while `is_enough` says no (see LONGEST).
    """

    server: EmbeddedServer
    chance: random.Random
    now: datetime
    on_blow: Callable[["Fire", float], None]
    is_enough: Callable[[], bool]
    workers_killed: int = 0
    databases_killed: int = 0
    _database_at: float = field(default=math.inf)
    _progress: Progress = field(default_factory=Progress)

    def rage(self, seconds: float) -> None:
        """Kill until the time is over; at the end nobody lives."""
        launched, began = time.monotonic(), math.inf
        with workers() as alive, ThreadPoolExecutor(TAKEN_OVER, thread_name_prefix="storm") as others:
            while self._goes_on(seconds, launched, began):
                self._look(alive)
                if began == math.inf and self._progress != Progress():
                    began = time.monotonic()
                    self._database_at = began + self.chance.uniform(*RESTART_EVERY)
                self._take_for_dead(others)
                self._kill(alive)
                self.on_blow(self, max(0.0, time.monotonic() - began))
                time.sleep(TAKEN_FOR_DEAD_EVERY)
            for worker in alive:
                worker.kill()

    def _goes_on(self, seconds: float, launched: float, began: float) -> bool:
        if began == math.inf:
            return time.monotonic() - launched < STARTS_WITHIN
        passed = time.monotonic() - began
        return passed < seconds or (passed < LONGEST * seconds and self._progress.left > 0 and not self.is_enough())

    def _look(self, alive: list[Worker]) -> None:
        """See how far the night is. Whoever has come to work since the last look gets the instant of its death."""
        self._progress = _tolerant(_progress) or self._progress
        names = _tolerant(_at_work) or frozenset()
        for worker in alive:
            if worker.dies_at == math.inf and worker.name in names:
                worker.dies_at = time.monotonic() + self.chance.uniform(*LIVES)
                worker.dies_after = self._progress.paid + 1 if self.chance.random() < SPARED else 0

    def _kill(self, alive: list[Worker]) -> None:
        now = time.monotonic()
        for place, worker in enumerate(alive):
            has_charged = self._progress.paid >= worker.dies_after or self._progress.left == 0 < self._progress.paid
            if worker.dies_at <= now and has_charged:
                worker.kill()
                self.workers_killed += 1
                alive[place] = start_worker()
        if now >= self._database_at:
            _kill_database(self.server)
            self.databases_killed += 1
            self._database_at = time.monotonic() + self.chance.uniform(*RESTART_EVERY)

    def _take_for_dead(self, others: ThreadPoolExecutor) -> None:
        """Take leases away from the living, and let others do what a worker does that finds some."""
        for account_id, payment_id in _tolerant(_taken_over) or ():
            others.submit(_tolerant, partial(self._go_on, account_id, payment_id))

    def _go_on(self, account_id: UUID, payment_id: UUID) -> None:
        try:
            reconcile_payment(account_id=account_id, payment_id=payment_id, now=self.now)
        finally:
            connections.close_all()


def _tolerant(work: Callable[[], Result]) -> Result | None:
    """None where the connection was cut: the storm does not spare its own."""
    try:
        return work()
    except (DatabaseError, InterfaceError):
        connections.close_all()
        return None


def _at_work() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(_AT_WORK)
        return frozenset(name for (name,) in cursor.fetchall())


def _progress() -> Progress:
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS)
        return Progress(*cursor.fetchone())


def _taken_over() -> list[tuple[UUID, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN_FOR_DEAD)
        cursor.execute(_TAKEN_OVER, [TAKEN_OVER])
        return [(account_id, payment_id) for account_id, payment_id in cursor.fetchall()]


def _kill_database(server: EmbeddedServer) -> None:
    """The postmaster, without a word; its children end when they see it gone. What was committed is there again."""
    pid = server.pid
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        while server.pid is not None:
            time.sleep(0.02)
    connections.close_all()
    server.start()
