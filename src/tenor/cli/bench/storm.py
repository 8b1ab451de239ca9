"""The kill storm: a night during which workers and database die at random, and what the books say afterwards."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tenor.cli.bench.book import Part, build, found_vendor, noon_after
from tenor.cli.bench.fire import Fire, workers
from tenor.cli.bench.processes import in_processes
from tenor.cli.bench.promised import Promised, broken, promised_for
from tenor.db.queries.clock import let_it_stand
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.domain.account import MethodKind
from tenor.gateways.payments.port import ChargeStatus
from tenor.gateways.payments.registry import gateway
from tenor.gateways.payments.sandbox.controls import SandboxControls
from tenor.gateways.postgres.embedded import EmbeddedServer
from tenor.usecases.renew_due import renew_due

console = Console(highlight=False, stderr=True)
Result = TypeVar("Result")

NIGHT = date(2027, 3, 1)
LATENCY_MS = 250
"""How long the provider takes to book a charge while it storms: time enough to die, or to be taken for dead."""

BLIND_PERCENT = 50
"""How often the provider knows nothing of a charge that it is asked about: its reads lag behind its writes. So what got
no answer, and what is taken from the living, is sent again, and only its key keeps it from being charged twice."""

ENOUGH = 10
"""Payments sent twice, or the storm goes on for a while (see `Fire`)."""

NOT_A_STORM = 3
LEAST_SHARE = 5
"""One of so many charges at least was made while processes were killed, or the run says nothing."""

CALM_ROUND, MOST_ROUNDS = 60.0, 12
"""Seconds that workers live undisturbed before time passes, and how often it does."""

# Time passes: leases of the dead run out, and silent payments are asked about again. Only while no worker lives.
_LATER = (
    "UPDATE db_payment SET lease_until = NULL, next_try_at = NULL"
    " WHERE status IN ('pending', 'sending', 'unknown', 'processing')",
    "UPDATE db_renewalclaim SET lease_until = NULL, next_try_at = NULL WHERE parked_at IS NULL",
    "UPDATE db_gatewayevent SET lease_until = NULL, next_try_at = NULL WHERE processed_at IS NULL",
)
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
    under_fire: int = 0
    """Payments charged while processes were killed."""
    sent_twice: int = 0
    """Requests for a charge that was under way or booked already: each is a double charge, but for its key."""
    faults: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.faults.values())

    @property
    def not_a_storm(self) -> str:
        """Why the run says nothing, however well it ended; "" where it says something."""
        if self.under_fire * LEAST_SHARE < self.charges:
            return f"only {self.under_fire:,} of {self.charges:,} payments were charged while processes were killed"
        return "" if self.sent_twice else "no payment was sent twice"

    @property
    def exit_code(self) -> int:
        """0: all is well. 1: something is wrong. 3: nothing is, and it was not a storm."""
        if not self.is_well:
            return 1
        return NOT_A_STORM if self.not_a_storm else 0


def app(scratch: Scratch, renewals: int, seconds: float, seed: int, *, without_idempotency: bool) -> int:
    """Let the storm loose, wait until the night is done, and judge. Returns the exit code (see `Verdict`)."""
    sandbox = SandboxControls(settings.SANDBOX_URL, settings.SANDBOX_KEY)
    settle_in(renewals, sandbox)
    promised = promised_for(NIGHT)
    sandbox.set_faults(
        lose_percent=15,
        fail_percent=5,
        latency_ms=LATENCY_MS,
        ignore_idempotency=without_idempotency,
        blind_percent=BLIND_PERCENT,
    )
    verdict = Verdict(renewals)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as progress:
        fire = Fire(
            server=scratch.server,
            chance=random.Random(seed),  # noqa: S311 - no secret
            now=noon_after(NIGHT),
            on_blow=_shown_by(progress, seconds),
            is_enough=lambda: sandbox.asked_again() >= ENOUGH and len(_charged()) * LEAST_SHARE > renewals,
        )
        fire.rage(seconds)
        verdict.workers_killed, verdict.databases_killed = fire.workers_killed, fire.databases_killed
        verdict.under_fire, verdict.sent_twice = len(_charged()), sandbox.asked_again()
        sandbox.set_faults(lose_percent=0, fail_percent=0, latency_ms=0, blind_percent=0)
        _calm(progress, renewals)
    _judge(verdict, promised)
    _show(verdict)
    return verdict.exit_code


def settle_in(renewals: int, sandbox: SandboxControls) -> None:
    """A book of which everything renews on one day, a card that pays, and a clock that stands at noon of that day."""
    now = noon_after(NIGHT)
    sandbox.set_clock(now)
    card = sandbox.add_method(MethodKind.CARD, "paid").reference
    build(found_vendor(), [Part(NIGHT, renewals)], card, lambda _: None)
    let_it_stand(now)


def _shown_by(progress: Progress, seconds: float) -> Callable[[Fire, float], None]:
    task = progress.add_task("storm", total=seconds)

    def show(fire: Fire, passed: float) -> None:
        note = f"storm: {fire.workers_killed} workers, {fire.databases_killed} databases killed"
        progress.update(task, completed=passed, description=note)

    return show


def _calm(progress: Progress, renewals: int) -> None:
    """Workers that nobody kills, until nothing is left; between two rounds time passes."""
    task = progress.add_task("calm", total=renewals)
    for _ in range(MOST_ROUNDS):
        _surely(_let_time_pass)
        with workers():
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


def _row(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"day": NIGHT})
        return tuple(cursor.fetchone())


def _left() -> tuple[int, ...]:
    return _row(_LEFT)


def _charged() -> dict[str, list[int]]:
    """By payment, the amounts that the provider took for it."""
    found: dict[str, list[int]] = {}
    for charge in gateway("sandbox").list_charges(datetime(2027, 1, 1, tzinfo=UTC)):
        if charge.status is ChargeStatus.SUCCEEDED:
            found.setdefault(charge.reference, []).append(charge.amount.minor)
    return found


def _judge(verdict: Verdict, promised: dict[str, Promised]) -> None:
    known, charged = _payments(), _charged()
    moved = Counter({reference: len(amounts) for reference, amounts in charged.items()})
    taken = [(reference, minor) for reference, amounts in charged.items() for minor in amounts]
    invoices = Counter(known[reference][0] for reference in moved.elements() if reference in known)
    verdict.charges = moved.total()
    verdict.faults = {
        "left undone": sum(_left()),
        "terms not renewed exactly once": _row(_WRONG_TERMS)[0],
        "invoices charged more than once": sum(count > 1 for count in invoices.values()),
        "invoices charged never": len({invoice for invoice, _ in known.values()} - invoices.keys()),
        "charges that are not ours": sum(reference not in known for reference in moved),
        "wrong amounts": sum(known[reference][1] != minor for reference, minor in taken if reference in known),
        "promises not kept": broken(promised, NIGHT),
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
    table.add_row("payments charged under fire", f"{verdict.under_fire:,}")
    table.add_row("sent twice under fire", f"{verdict.sent_twice:,}", end_section=True)
    for name, count in verdict.faults.items():
        table.add_row(name, f"[red]{count:,}[/red]" if count else "0")
    said = Console(highlight=False)
    said.print(table)
    if verdict.not_a_storm:
        said.print(f"[red]Not a storm:[/red] {verdict.not_a_storm}. The run says nothing.")
