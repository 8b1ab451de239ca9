"""`tenor renew`: the renewal night by hand. What is due is invoiced and collected, until nothing due remains."""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from tenor.db.night import queue
from tenor.db.queries.renewals import pending_payments
from tenor.gateways import clock
from tenor.usecases.collect_payments import Collected, collect_due
from tenor.usecases.expire_orders import expire_orders
from tenor.usecases.renew_accounts import Renewed
from tenor.usecases.renew_due import Night, renew_due

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What one run did, and what it left to somebody."""

    renewed: Renewed
    collected: Collected
    parked: int
    waiting: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """One object for scripts."""
        return {
            "terms": self.renewed.terms,
            "invoices": self.renewed.invoices,
            "accounts": self.renewed.done,
            "payments": dict(self.collected.counts),
            "payments_left": self.collected.left,
            "parked": self.parked,
            "waiting_for_an_order": self.waiting,
            "seconds": round(self.seconds, 1),
        }


@app.command()
def renew(
    until: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Only what was due by this renewal date; default: today."),
    ] = None,
    collect: Annotated[bool, typer.Option(help="Ask for the money, too; a worker may do that later.")] = True,
    at_once: Annotated[int, typer.Option(min=1, help="Charges asked for at a time.")] = 16,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and no progress.")] = False,
) -> None:
    """Renews everything that is due, and collects it. Harmless when repeated, and beside workers.

    Exit code 1 where an account is parked: a person has to look at it.
    """
    now = clock.now()
    day = until.date() if until else date.max
    if until and day > now.date():
        sys.exit(f"{day} has not come yet: a term is charged on its renewal date, not before. (`tenor clock set {day}`"
                 " moves a test clock there.)")  # fmt: skip
    began = perf_counter()
    expire_orders(now=now)
    with _progress(quiet=as_json) as progress:
        renewed = _renew(progress, now, day)
        collected = _collect(progress, now, at_once) if collect else Collected(Counter())
    left = queue.waiting()
    done = Done(renewed, collected, left.parked, left.open, perf_counter() - began)
    if as_json:
        typer.echo(json.dumps(done.as_json()))
    else:
        _show(done)
    if left.parked:
        raise typer.Exit(1)


def _renew(progress: Progress, now: datetime, day: date) -> Renewed:
    arrived = Night(now, day).begin()
    task = progress.add_task("accounts", total=max(arrived, queue.waiting().open), note="")
    began, sums = perf_counter(), Renewed()

    def advanced(renewed: Renewed) -> None:
        nonlocal sums
        sums += renewed
        rate = sums.terms / (perf_counter() - began)
        note = f"{sums.terms:,} terms, {sums.parked:,} parked, {rate:,.0f}/s"
        progress.update(task, completed=sums.done + sums.parked, note=note)

    return renew_due(now=now, until=day, on_progress=advanced)


def _collect(progress: Progress, now: datetime, at_once: int) -> Collected:
    task = progress.add_task("payments", total=pending_payments(), note="")
    began = perf_counter()

    def advanced(counts: Counter[str]) -> None:
        total = counts.total()
        rate = total / (perf_counter() - began)
        note = f"{counts['succeeded']:,} paid, {total - counts['succeeded']:,} not, {rate:,.0f}/s"
        progress.update(task, completed=total, note=note)

    return collect_due(now=now, at_once=at_once, on_progress=advanced)


def _progress(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True), disable=quiet,
    )  # fmt: skip


WORDS = {
    "succeeded": "paid",
    "processing": "debit under way",
    "requires_action": "the bank asks the customer",
    "failed": "declined",
    "unknown": "no answer: asked again later",
    "canceled": "called off",
}


def _show(done: Done) -> None:
    console = Console(highlight=False)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_row("terms renewed", f"[bold]{done.renewed.terms:,}[/bold]", f"on {done.renewed.invoices:,} invoices")
    for status, count in sorted(done.collected.counts.items()):
        table.add_row("payments", f"{count:,}", WORDS.get(status, status))
    if done.collected.left:
        table.add_row("payments", f"{done.collected.left:,}", "left: the gateway fails, or somebody holds them")
    if done.waiting:
        table.add_row("accounts", f"{done.waiting:,}", "wait for an open order, and are looked at again")
    if done.parked:
        table.add_row("accounts", f"[red]{done.parked:,}[/red]", "parked: `tenor doctor` tells why")
    console.print(table)
    console.print(f"[dim]{done.seconds:,.1f} s. Nothing else is due.[/dim]")
