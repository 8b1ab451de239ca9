"""The kill storm: a night during which workers and database die at random, and what the books say afterwards."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.models import Q
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tenor.cli.bench.book import Part, build, found_vendor, noon_after
from tenor.cli.bench.processes import in_processes
from tenor.db.leases import claim
from tenor.db.models import Payment
from tenor.db.queries.clock import let_it_stand
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.domain.account import MethodKind
from tenor.gateways.payments.port import ChargeStatus
from tenor.gateways.payments.registry import gateway
from tenor.gateways.payments.sandbox.controls import SandboxControls
from tenor.gateways.postgres.embedded import EmbeddedServer
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.renew_due import renew_due

console = Console(highlight=False, stderr=True)
Result = TypeVar("Result")

NIGHT = date(2027, 3, 1)
WORKERS = 2
KILL_EVERY = (0.5, 4.0)
RESTART_EVERY = (6.0, 10.0)
"""Seconds between two kills of a worker, and of the whole database. A worker needs some of them to begin at all."""

LATENCY_MS = 250
"""How long the provider takes to book a charge while it storms: time enough to die, or to be taken for dead."""

TAKEN_FOR_DEAD_EVERY, TAKEN_OVER = 0.3, 4
"""Seconds after which the leases of those who wait for the provider are taken away, and how many payments somebody
else goes on with at once."""

CALM_ROUND, MOST_ROUNDS = 60.0, 12
"""Seconds that workers live undisturbed before time passes, and how often it does."""

# Time passes: leases of the dead run out, and silent payments are asked about again. Only while no worker lives.
_LATER = (
    "UPDATE db_payment SET lease_until = NULL, next_try_at = NULL"
    " WHERE status IN ('pending', 'sending', 'unknown', 'processing')",
    "UPDATE db_renewalclaim SET lease_until = NULL, next_try_at = NULL WHERE parked_at IS NULL",
    "UPDATE db_gatewayevent SET lease_until = NULL, next_try_at = NULL WHERE processed_at IS NULL",
)
# The same in the middle of the storm, of payments that nobody writes to at this moment: whoever holds them lives and
# waits for the provider's answer. The next one asks, is told of no charge, and sends the payment, too: only its key
# keeps it from being charged twice.
_TAKEN_FOR_DEAD = """
UPDATE db_payment SET lease_until = NULL, next_try_at = NULL
WHERE id IN (SELECT id FROM db_payment WHERE status IN ('sending', 'unknown') FOR UPDATE SKIP LOCKED)
"""
_LEFT = """
SELECT (SELECT count(*) FROM db_subscription WHERE renews_on <= %(day)s AND status = 'active'),
       (SELECT count(*) FROM db_payment WHERE status IN ('pending', 'sending', 'unknown')),
       (SELECT count(*) FROM db_renewalclaim)
"""
_WRONG_TERMS = """
SELECT count(*) FROM db_subscription s
WHERE (SELECT count(*) FROM db_ordersubscription o WHERE o.account_id = s.account_id AND o.subscription_id = s.id) <> 1
   OR (SELECT count(*) FROM db_paidperiod p
       WHERE p.account_id = s.account_id AND p.subscription_id = s.id AND p.starts_on = %(day)s) <> 1
"""
_PARKED = """
SELECT (SELECT count(*) FROM db_renewalclaim WHERE parked_at IS NOT NULL)
     + (SELECT count(*) FROM db_payment WHERE parked_at IS NOT NULL)
     + (SELECT count(*) FROM db_gatewayevent WHERE parked_at IS NOT NULL)
"""
_TRACES = """
SELECT (SELECT count(*) FROM db_order), (SELECT count(*) FROM db_invoice), (SELECT count(*) FROM db_payment),
       (SELECT count(*) FROM db_posting), (SELECT count(*) FROM db_paidperiod),
       (SELECT md5(string_agg(renews_on::text, ',' ORDER BY id)) FROM db_subscription)
"""


class Scratch(Protocol):
    """What the storm is let loose on."""

    @property
    def server(self) -> EmbeddedServer:
        """The database."""


@dataclass(slots=True)
class Verdict:
    """What was done to the night, and what is wrong afterwards; every count of `faults` should be zero."""

    renewals: int
    workers_killed: int = 0
    databases_killed: int = 0
    charges: int = 0
    faults: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.faults.values())


def app(scratch: Scratch, renewals: int, seconds: float, seed: int, *, without_idempotency: bool) -> bool:
    """Let the storm loose, wait until the night is done, and judge. Returns whether all is well."""
    sandbox = SandboxControls(settings.SANDBOX_URL, settings.SANDBOX_KEY)
    settle_in(renewals, sandbox)
    sandbox.set_faults(lose_percent=15, fail_percent=5, latency_ms=LATENCY_MS, ignore_idempotency=without_idempotency)
    verdict = Verdict(renewals)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as progress:
        _storm(scratch.server, seconds, random.Random(seed), verdict, progress)  # noqa: S311 - no secret
        sandbox.set_faults(lose_percent=0, fail_percent=0, latency_ms=0)
        _calm(progress, renewals)
    _judge(verdict)
    _show(verdict)
    return verdict.is_well


def settle_in(renewals: int, sandbox: SandboxControls) -> None:
    """A book of which everything renews on one day, a card that pays, and a clock that stands at noon of that day."""
    now = noon_after(NIGHT)
    sandbox.set_clock(now)
    card = sandbox.add_method(MethodKind.CARD, "paid").reference
    build(found_vendor(), [Part(NIGHT, renewals)], card, lambda _: None)
    let_it_stand(now)


def _storm(server: EmbeddedServer, seconds: float, chance: random.Random, verdict: Verdict, progress: Progress) -> None:
    task = progress.add_task("storm", total=seconds)
    began = time.monotonic()
    database_at = began + chance.uniform(*RESTART_EVERY)
    with _workers() as alive:
        while (now := time.monotonic()) - began < seconds:
            _blow(min(chance.uniform(*KILL_EVERY), max(0.0, began + seconds - now)))
            _kill(alive.pop(chance.randrange(len(alive))))
            verdict.workers_killed += 1
            alive.append(_worker())
            if time.monotonic() > database_at:
                _kill_database(server)
                verdict.databases_killed += 1
                database_at = time.monotonic() + chance.uniform(*RESTART_EVERY)
            note = f"storm: {verdict.workers_killed} workers, {verdict.databases_killed} databases killed"
            progress.update(task, completed=time.monotonic() - began, description=note)
        for process in alive:
            _kill(process)


def _blow(seconds: float) -> None:
    """Let the workers live so long, though nobody believes that they do."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, TAKEN_FOR_DEAD_EVERY))
        try:
            _take_for_dead()
        except (DatabaseError, InterfaceError):  # the storm does not spare its own connection
            connections.close_all()


@contextmanager
def _workers() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two of them; whoever lives at the end is ended."""
    alive = [_worker() for _ in range(WORKERS)]
    try:
        yield alive
    finally:
        for process in alive:
            process.terminate()
        for process in alive:
            process.wait()


def _worker() -> subprocess.Popen[bytes]:
    """A worker with this process's environment. Dying loses no words worth keeping."""
    command = [sys.executable, "-m", "tenor.cli.main", "worker"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _kill_database(server: EmbeddedServer) -> None:
    """The postmaster, without a word; its children end when they see it gone. What was committed is there again."""
    pid = server.pid
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        while server.pid is not None:
            time.sleep(0.02)
    connections.close_all()
    server.start()


def _calm(progress: Progress, renewals: int) -> None:
    """Workers that nobody kills, until nothing is left; between two rounds time passes."""
    task = progress.add_task("calm", total=renewals)
    for _ in range(MOST_ROUNDS):
        _surely(_let_time_pass)
        with _workers():
            deadline = time.monotonic() + CALM_ROUND
            while time.monotonic() < deadline and any(left := _surely(_left)):
                progress.update(task, completed=renewals - max(left[0], left[1]), description=f"calm: {left} left")
                time.sleep(0.5)
        if not any(_surely(_left)):
            progress.update(task, completed=renewals, description="calm: nothing left")
            return


def _surely(work: Callable[[], Result]) -> Result:
    """Again after a lost connection: this process's own was cut, too."""
    try:
        return work()
    except (DatabaseError, InterfaceError):
        connections.close_all()
        return work()


def _let_time_pass() -> None:
    with connection.cursor() as cursor:
        for statement in _LATER:
            cursor.execute(statement)


def _take_for_dead() -> None:
    """Take leases away from the living, and do what a worker does that finds some."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN_FOR_DEAD)
    for payment in claim(Payment, Q(status__in=["sending", "unknown"]), TAKEN_OVER):
        reconcile_payment(account_id=payment.account_id, payment_id=payment.id, now=noon_after(NIGHT))


def _row(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"day": NIGHT})
        return tuple(cursor.fetchone())


def _left() -> tuple[int, ...]:
    return _row(_LEFT)


def _judge(verdict: Verdict) -> None:
    known = _payments()
    moved: Counter[str] = Counter()
    amounts: dict[str, int] = {}
    for charge in gateway("sandbox").list_charges(datetime(2027, 1, 1, tzinfo=UTC)):
        if charge.status is ChargeStatus.SUCCEEDED:
            moved[charge.reference] += 1
            amounts[charge.reference] = charge.amount.minor
    invoices = Counter(known[reference][0] for reference in moved.elements() if reference in known)
    verdict.charges = moved.total()
    verdict.faults = {
        "left undone": sum(_left()),
        "terms not renewed exactly once": _row(_WRONG_TERMS)[0],
        "invoices charged more than once": sum(count > 1 for count in invoices.values()),
        "invoices charged never": len({invoice for invoice, _ in known.values()} - invoices.keys()),
        "charges that are not ours": sum(reference not in known for reference in moved),
        "wrong amounts": sum(known[ref][1] != minor for ref, minor in amounts.items() if ref in known),
        "parked": _row(_PARKED)[0],
        "invariants broken": sum(bool(find_offenders(invariant, 1)) for invariant in INVARIANTS),
        "changed by more nights": _changed_by_more_nights(),
    }


def _payments() -> dict[str, tuple[str, int]]:
    """The invoice and the amount of every payment, by its id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text, invoice_id::text, amount_minor FROM db_payment")
        return {payment: (invoice, minor) for payment, invoice, minor in cursor.fetchall()}


def _changed_by_more_nights() -> int:
    """The same night three times at once, and the next day's: 0 where that leaves no trace."""
    before = _row(_TRACES)
    for day in (NIGHT, NIGHT + timedelta(days=1)):
        in_processes(_renew, [(noon_after(day),)] * 3)
    return int(_row(_TRACES) != before)


def _renew(now: datetime) -> int:
    return renew_due(now=now, until=NIGHT).terms


def _show(verdict: Verdict) -> None:
    killed = f"{verdict.workers_killed} workers and {verdict.databases_killed} databases killed"
    title = f"{verdict.renewals:,} renewals, {killed}, {verdict.charges:,} charges"
    table = Table(title=title, show_header=False)
    for name, count in verdict.faults.items():
        table.add_row(name, f"[red]{count:,}[/red]" if count else "0")
    Console(highlight=False).print(table)
