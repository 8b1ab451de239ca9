"""The measurement of a renewal night: rounds of ceiling and night, then rounds of bare load and collecting."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Annotated
from uuid import UUID

import psutil
import typer
from django.conf import settings
from django.db import connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from tenor.cli.bench.book import Part, build, found_vendor, noon_after
from tenor.cli.bench.ceiling import write_ceiling
from tenor.cli.bench.processes import in_processes
from tenor.domain.account import MethodKind
from tenor.gateways.payments.registry import gateway
from tenor.gateways.payments.sandbox.controls import SandboxControls
from tenor.gateways.payments.sandbox.load import bare_load
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.renew_accounts import Renewed
from tenor.usecases.renew_due import BATCH, renew_due

app = typer.Typer(add_completion=False)
console = Console(highlight=False)

ROUNDS = 3
FIRST_NIGHT = date(2027, 3, 1)
MOST_FOR_THE_CEILING = 30_000
"""Renewals a round whose rows are kept in memory before they are written."""


@dataclass(slots=True)
class Measured:
    """Every round's figures; rates are a second, CPU and memory are the workers'."""

    renewals: int = 0
    ceilings: list[float] = field(default_factory=list[float])
    invoiced: list[float] = field(default_factory=list[float])
    loads: list[float] = field(default_factory=list[float])
    collected: list[float] = field(default_factory=list[float])
    worker_cpu: float = 0.0
    server_cpu: float = 0.0
    collecting_cpu: float = 0.0
    payments: int = 0
    peak_mb: float = 0.0

    def summary(self) -> dict[str, float]:
        """One object: medians, and the ratio of medians."""
        collecting = 1e6 / self.payments if self.payments else 0.0
        return {
            "renewals": self.renewals,
            "invoiced_per_s": _middle(self.invoiced),
            "ceiling_per_s": _middle(self.ceilings),
            "ratio": _ratio(self.invoiced, self.ceilings),
            "collected_per_s": _middle(self.collected),
            "gateway_alone_per_s": _middle(self.loads),
            "collect_ratio": _ratio(self.collected, self.loads),
            "cpu_s_per_million": round(self.worker_cpu * 1e6 / self.renewals, 1),
            "server_cpu_s_per_million": round(self.server_cpu * 1e6 / self.renewals, 1),
            "collecting_cpu_s_per_million": round(self.collecting_cpu * collecting, 1),
            "peak_mb": round(self.peak_mb, 1),
        }


@app.command()
def renewals(
    subscriptions: Annotated[int, typer.Option()],
    workers: Annotated[int, typer.Option()],
    collect: Annotated[int, typer.Option()],
    at_once: Annotated[int, typer.Option()],
    latency_ms: Annotated[int, typer.Option()],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Build, measure, print."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True),
    ) as progress:  # fmt: skip
        measured = _Measurement(progress, subscriptions, workers).measure(collect, at_once, latency_ms)
    if as_json:
        print(json.dumps(measured.summary()))  # noqa: T201 - this is the command's output
    else:
        _show(measured, subscriptions, workers)


@dataclass(slots=True)
class _Measurement:
    progress: Progress
    subscriptions: int
    workers: int
    measured: Measured = field(default_factory=Measured)

    def measure(self, collect: int, at_once: int, latency_ms: int) -> Measured:
        """All of it."""
        seller_id, card = found_vendor(), _good_card()
        share = self.subscriptions // ROUNDS
        ceiling = min(share, MOST_FOR_THE_CEILING)
        days = [FIRST_NIGHT + timedelta(days=n) for n in range(2 * ROUNDS)]
        parts = [Part(on, ceiling if n % 2 == 0 else share) for n, on in enumerate(days)]
        with _Bar(self.progress, "book", sum(part.subscriptions for part in parts)) as bar:
            build(seller_id, parts, card, bar.advance)
        for n in range(ROUNDS):
            self._ceiling(seller_id, days[2 * n], ceiling)
            self._night(days[2 * n + 1], share)
        _controls().set_faults(latency_ms=latency_ms)
        for _ in range(ROUNDS if collect else 0):
            self._collecting(card, collect // ROUNDS, at_once)
        return self.measured

    def _ceiling(self, seller_id: UUID, on: date, expected: int) -> None:
        with _Bar(self.progress, "ceiling", expected) as bar:
            shares = [(seller_id, on, noon_after(on), BATCH, (n, self.workers)) for n in range(self.workers)]
            done = in_processes(write_ceiling, shares)
            terms = sum(each.result[0] for each in done)
            self.measured.ceilings.append(terms / max(each.result[1] for each in done))
            bar.advance(terms)

    def _night(self, on: date, expected: int) -> None:
        with _Bar(self.progress, "night", expected) as bar:
            server_began = _server_cpu()
            done = in_processes(_renew, [(noon_after(on), on)] * self.workers)
            renewed = sum((each.result.renewed for each in done), Renewed())
            seconds = max(each.result.ended for each in done) - min(each.result.began for each in done)
            if renewed.terms != expected or renewed.parked or renewed.waiting:
                raise RuntimeError(f"{expected} renewals were due: {renewed}")
            bar.advance(renewed.terms)
        self.measured.renewals += renewed.terms
        self.measured.invoiced.append(renewed.terms / seconds)
        self.measured.server_cpu += _server_cpu() - server_began
        self.measured.worker_cpu += sum(each.cpu_seconds for each in done)
        self.measured.peak_mb = max(self.measured.peak_mb, *(each.peak_mb for each in done))

    def _collecting(self, card: str, count: int, at_once: int) -> None:
        with _Bar(self.progress, "gateway alone", count) as bar:
            load = bare_load(settings.SANDBOX_URL, settings.SANDBOX_KEY, card, count, at_once)
            self.measured.loads.append(load.per_second)
            bar.advance(count)
        with _Bar(self.progress, "collecting", count) as bar:
            (done,) = in_processes(_collect, [(count, at_once)])
            collected, seconds = done.result
            self.measured.collected.append(collected / seconds)
            bar.advance(collected)
        self.measured.payments += collected
        self.measured.collecting_cpu += done.cpu_seconds
        self.measured.peak_mb = max(self.measured.peak_mb, done.peak_mb)


@dataclass(frozen=True, slots=True)
class _Night:
    """What a worker did, and from when to when by the machine's own clock, which all processes share.

    As at the ceiling, the clock starts with a connection at hand: from the first claim to the last commit.
    """

    renewed: Renewed
    began: float
    ended: float


def _renew(now: datetime, until: date) -> _Night:
    connection.ensure_connection()
    began = perf_counter()
    renewed = renew_due(now=now, until=until)
    return _Night(renewed, began, perf_counter())


def _collect(count: int, at_once: int) -> tuple[int, float]:
    """How many, and the seconds: with connection and gateway at hand, as the bare load has its requests."""
    connection.ensure_connection()
    gateway("sandbox")
    began = perf_counter()
    collected = collect_due(now=noon_after(FIRST_NIGHT + timedelta(days=2 * ROUNDS)), at_once=at_once, most=count)
    if collected.counts["succeeded"] != collected.total:
        raise RuntimeError(f"every charge should succeed here: {dict(collected.counts)}")
    return collected.total, perf_counter() - began


def _controls() -> SandboxControls:
    return SandboxControls(settings.SANDBOX_URL, settings.SANDBOX_KEY)


def _good_card() -> str:
    controls = _controls()
    controls.set_clock(noon_after(FIRST_NIGHT + timedelta(days=2 * ROUNDS)))
    return controls.add_method(MethodKind.CARD, "paid").reference


def _server_cpu() -> float:
    """CPU seconds of the database server so far: of its processes that run, and of those that ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    master = psutil.Process(backend).parent()
    assert master is not None
    ended = master.cpu_times()
    running = [child.cpu_times() for child in master.children()]
    return float(ended.children_user + ended.children_system + sum(each.user + each.system for each in running))


class _Bar:
    """One line of progress, from its beginning to its end."""

    def __init__(self, progress: Progress, description: str, total: int) -> None:
        self._progress, self._began = progress, perf_counter()
        self._task = progress.add_task(f"{description:<14}", total=total, note="")
        self._done = 0

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop_task(self._task)

    def advance(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        rate = self._done / (perf_counter() - self._began)
        self._progress.update(self._task, advance=count, note=f"{rate:,.0f}/s")


def _middle(rates: list[float]) -> float:
    return round(median(rates), 1) if rates else 0.0


def _ratio(ours: list[float], best: list[float]) -> float:
    return round(median(ours) / median(best), 3) if ours and best else 0.0


def _show(measured: Measured, subscriptions: int, workers: int) -> None:
    table = Table(title=f"{subscriptions:,} renewals, {workers} worker{'s' * (workers > 1)}")
    for heading in ("", "median a second", *(f"round {n + 1}" for n in range(ROUNDS))):
        table.add_column(heading, justify="right" if heading else "left")
    named = {
        "ceiling: rows at hand, written": measured.ceilings,
        "night: claimed to committed": measured.invoiced,
        "gateway alone": measured.loads,
        "collected and recorded": measured.collected,
    }
    for name, rates in named.items():
        table.add_row(name, f"[bold]{_middle(rates):,.0f}[/bold]", *(f"{rate:,.0f}" for rate in rates))
    console.print(table)
    facts = measured.summary()
    console.print(f"night / ceiling: [bold]{facts['ratio']:.0%}[/bold]   collected / gateway alone: "
                  f"[bold]{facts['collect_ratio']:.0%}[/bold]")  # fmt: skip
    console.print(f"CPU seconds a million: worker {facts['cpu_s_per_million']:,.0f}, database "
                  f"{facts['server_cpu_s_per_million']:,.0f}, collecting {facts['collecting_cpu_s_per_million']:,.0f}"
                  f"   peak memory of a worker: {facts['peak_mb']:,.0f} MB")  # fmt: skip
