"""`tenor parked`: what was set aside for a person, and why; and how it is taken up again."""

import sys
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.padding import Padding

from tenor.db.queries.watch import count_parked, list_parked
from tenor.usecases.release_parked import MODELS, release_parked
from tenor.usecases.release_parked import release_all as release_every

app = typer.Typer(add_completion=False)
Release = Annotated[UUID | None, typer.Option(metavar="ID", help="Let this one be tried again.")]
ReleaseAll = Annotated[
    str | None, typer.Option(metavar="KIND", help="Let all of a kind be tried again, as after an outage.")
]
Most = Annotated[int, typer.Option(min=1, help="How many are shown.")]


@app.command()
def parked(release: Release = None, release_all: ReleaseAll = None, most: Most = 50) -> None:
    """Lists what the worker gave up on, the newest first. Exit code 1 when there is anything."""
    console = Console(highlight=False)
    if release_all is not None:
        if release_all not in MODELS:
            sys.exit(f"No rows are called {release_all!r}; there are: {', '.join(MODELS)}.")
        console.print(f"{release_all}: {release_every(release_all)} are tried again.")
        return
    if release is not None:
        kind = release_parked(release)
        if kind is None:
            sys.exit(f"Nothing with the id {release} is parked.")
        console.print(f"The {kind} is tried again.")
        return
    counts = count_parked()
    if not counts:
        console.print("[green]ok[/green]    nothing waits for a person.")
        return
    for row in list_parked(most):
        whose = f", {row.account}" if row.account else ""
        console.print(f"[red]{row.kind}[/red] {row.id}{whose}, since {row.parked_at:%Y-%m-%d %H:%M}")
        console.print(Padding(row.about, (0, 0, 0, 2)), markup=False)
        console.print(Padding(row.error or "no reason was written down", (0, 0, 0, 2)), markup=False)
    total = sum(counts.values())
    if total > most:
        console.print(f"... and {total - most} more: --most shows them", style="dim")
    console.print("-> Put right what is told, then `tenor parked --release ID` lets it be tried again,")
    console.print("   and `tenor parked --release-all KIND` all of a kind.")
    raise typer.Exit(1)
