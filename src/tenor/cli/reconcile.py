"""`tenor reconcile`: do the payment gateway's books and ours tell the same? What differs is told, with what to do."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tenor.db.models import Difference
from tenor.domain.reconciling import DifferenceKind
from tenor.gateways.clock import now
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.registry import gateways_in_use
from tenor.usecases.reconcile_books import BEGINNING, Reconciled, reconcile_books

app = typer.Typer(add_completion=False)

_K = DifferenceKind
WORDS: dict[DifferenceKind, tuple[str, str]] = {
    _K.CHARGE_UNKNOWN_HERE: (
        "charges that nobody here knows",
        "Newer than a restored backup, or made by others: find the customer by the amount; book it, or give it back.",
    ),
    _K.CHARGE_UNKNOWN_THERE: (
        "payments that the gateway does not know",
        "Ask the gateway's support; until then the invoice counts as paid by money that is nowhere.",
    ),
    _K.AMOUNT_DIFFERS: (
        "amounts that differ",
        "Nothing is recorded for it: compare the invoice with the charge, and give back or collect the rest.",
    ),
    _K.ANSWER_LOST: (
        "answers that never arrived",
        "`tenor reconcile --mend` records them; the worker does so, too, every night.",
    ),
    _K.STATUS_DIFFERS: (
        "states that exclude each other",
        "Look at the payment's events; a payment that is pending here and charged there is not to be sent again.",
    ),
    _K.CHARGED_TWICE: (
        "invoices that were charged twice",
        "Give all but one of the charges back at the gateway, and tell the customer before they ask.",
    ),
    _K.REFUND_UNKNOWN_HERE: (
        "refunds that nobody here knows",
        "Made at the gateway by hand: issue the credit note that belongs to it.",
    ),
    _K.REFUND_UNKNOWN_THERE: (
        "refunds that the gateway does not know",
        "The customer has no money back: ask the gateway's support.",
    ),
    _K.REFUND_DIFFERS: (
        "refunds that differ",
        "Compare the credit note with the refund; what is missing is given back by hand.",
    ),
    _K.REFUND_ANSWER_LOST: (
        "answers about refunds that never arrived",
        "`tenor reconcile --mend` records them; the worker does so, too, every night.",
    ),
}
"""What each kind is called, and what to do about it."""

WIDE = 110
"""Columns of a window in which a difference fits on one line."""

Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Compare what was charged since; else all.")]
Json = Annotated[bool, typer.Option("--json", help="The answer as one JSON object.")]
Mend = Annotated[bool, typer.Option("--mend", help="Record answers that never arrived. Moves no money.")]
Most = Annotated[int, typer.Option(min=1, help="How many differences of each kind are shown.")]


@app.command()
def reconcile(since: Since = None, as_json: Json = False, mend: Mend = False, most: Most = 50) -> None:
    """Compares every charge and refund with ours, both ways. Exit code 1 when anything differs."""
    start = BEGINNING if since is None else since.replace(tzinfo=UTC)
    try:
        done = {name: _reconcile(name, start, mend=mend, quiet=as_json) for name in gateways_in_use()}
    except GatewayError as fault:
        sys.exit(f"The gateway stopped answering, and nothing is certain: {fault}")
    differences = {name: open_differences(name, start) for name in done}
    if as_json:
        typer.echo(json.dumps([_as_json(name, done[name], rows) for name, rows in differences.items()], indent=2))
    else:
        for name, rows in differences.items():
            _show(name, done[name], rows, most)
    if any(differences.values()):
        raise typer.Exit(1)


def open_differences(gateway: str, since: datetime) -> list[Difference]:
    """Those about charges since then that no later look has resolved."""
    rows = Difference.objects.filter(gateway=gateway, resolved_at=None, about_at__gte=since)
    return list(rows.order_by("kind", "about_at", "reference"))


def _reconcile(name: str, since: datetime, *, mend: bool, quiet: bool) -> Reconciled:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True, disable=quiet) as progress:
        task = progress.add_task(f"{name}: 0 charges compared")
        return reconcile_books(
            gateway=name,
            now=now(),
            since=since,
            mend=mend,
            on_progress=lambda count: progress.update(task, description=f"{name}: {count:,} charges compared"),
        )


def _show(name: str, done: Reconciled, rows: list[Difference], most: int) -> None:
    console = Console(highlight=False)
    for kind in DifferenceKind:
        alike = [row for row in rows if row.kind == kind]
        if alike:
            words, remedy = WORDS[kind]
            console.print(f"[red]{words}[/red]: {len(alike):,}")
            console.print(_table(alike[:most], console.width))
            if len(alike) > most:
                console.print(f"  ... and {len(alike) - most} more: --most shows them", style="dim")
            console.print(Padding(f"-> {remedy}", (0, 0, 1, 2)), markup=False)
    told = f"{name}: {_count(done.charges, 'charge')} compared, {_count(len(rows), 'difference')}"
    told += f" ({done.new} new)" if rows else ""
    told += f", {done.mended} mended" if done.mended else ""
    told += f", {done.resolved} resolved" if done.resolved else ""
    console.print(f"{'[red]wrong[/red]' if rows else '[green]ok[/green]   '} {told}.")


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}" if number else f"no {word}s"


def _table(rows: Iterable[Difference], width: int) -> Table:
    """References are long and are copied: where a window is narrow, what they stand for goes below them, unbroken."""
    table = Table(box=None, padding=(0, 0, 0, 2), show_header=width >= WIDE)
    for name in ("reference", "customer, invoice", "here", "there") if width >= WIDE else ("",):
        table.add_column(name, overflow="fold")
    for row in rows:
        facts = row.facts
        whose = " ".join(part for part in (facts.get("account"), facts.get("invoice")) if part)
        cells = (row.reference, whose or facts.get("charge", ""), facts["here"], facts["there"].replace(", ", "\n"))
        if width >= WIDE:
            table.add_row(*cells)
        else:
            table.add_row(row.reference)
            table.add_row(Padding(f"{cells[1]}\nhere: {cells[2]}\nthere: {facts['there']}", (0, 0, 0, 2)))
    return table


def _as_json(name: str, done: Reconciled, rows: Iterable[Difference]) -> dict[str, object]:
    return {
        "gateway": name,
        "charges": done.charges,
        "new": done.new,
        "mended": done.mended,
        "resolved": done.resolved,
        "differences": [
            {
                "kind": row.kind,
                "reference": row.reference,
                "found_at": row.found_at.isoformat(),
                "remedy": WORDS[DifferenceKind(row.kind)][1],
                **row.facts,
            }
            for row in rows
        ],
    }
