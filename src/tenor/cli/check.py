"""`tenor check`: do the books agree with themselves? Each invariant is asked of the database, its breaches are told."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tenor.db.queries.invariants import INVARIANTS, Offender, find_offenders
from tenor.db.queries.invariants.invariant import Invariant

app = typer.Typer(add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="The answer as one JSON object.")]
Most = Annotated[int, typer.Option(min=1, help="How many offenders of each invariant are shown.")]


@dataclass(frozen=True)
class Breach:
    """An invariant that does not hold, with the first rows that break it; `more` when there are others."""

    invariant: Invariant
    offenders: tuple[Offender, ...]
    more: bool


@app.command()
def check(as_json: Json = False, most: Most = 20) -> None:
    """Checks that the books agree with themselves. Exit code 1 when something is wrong."""
    breaches = list(_find_breaches(most, quiet=as_json))
    if as_json:
        typer.echo(json.dumps(_as_json(breaches), indent=2))
    else:
        _show(breaches)
    if breaches:
        raise typer.Exit(1)


def _find_breaches(most: int, *, quiet: bool) -> Iterator[Breach]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True, disable=quiet) as progress:
        task = progress.add_task("", total=len(INVARIANTS))
        for invariant in INVARIANTS:
            progress.update(task, description=words_of(invariant))
            found = find_offenders(invariant, most + 1)
            if found:
                yield Breach(invariant, tuple(found[:most]), len(found) > most)
            progress.advance(task)


def words_of(invariant: Invariant) -> str:
    """Its name for people."""
    return invariant.name.replace("_", " ")


def _show(breaches: list[Breach]) -> None:
    console = Console(highlight=False)
    for breach in breaches:
        console.print(f"[red]broken[/red]: {words_of(breach.invariant)}")
        console.print(Padding(breach.invariant.wrong, (0, 0, 0, 6)), markup=False)
        for offender in breach.offenders:
            whose = f"{offender.account} " if offender.account else ""
            console.print(Padding(f"{whose}{offender.what}: {offender.facts}", (0, 0, 0, 8)), markup=False)
        if breach.more:
            console.print(Padding("... and more: --most shows them", (0, 0, 0, 8)), style="dim")
        console.print(Padding(f"-> {breach.invariant.remedy}", (0, 0, 0, 6)), markup=False)
    held = len(INVARIANTS) - len(breaches)
    if breaches:
        console.print(f"{held} of {len(INVARIANTS)} invariants hold.")
    else:
        console.print(f"[green]ok[/green]    all {held} invariants hold.")


def _as_json(breaches: list[Breach]) -> dict[str, object]:
    return {
        "checked": len(INVARIANTS),
        "broken": [
            {
                "invariant": breach.invariant.name,
                "wrong": breach.invariant.wrong,
                "remedy": breach.invariant.remedy,
                "more": breach.more,
                "offenders": [
                    {"account": one.account, "what": one.what, "facts": one.facts} for one in breach.offenders
                ],
            }
            for breach in breaches
        ],
    }
