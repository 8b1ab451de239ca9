"""`tenor parked`: what was set aside for a person, and why; and how it is taken up again."""

import sys
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.padding import Padding

from tenor.db.queries.watch import MISSED_TERM, count_parked, list_parked
from tenor.domain.account import Actor, Role
from tenor.domain.refusals import Refusal
from tenor.gateways.clock import now
from tenor.usecases.bill_missed_term import bill_missed_term
from tenor.usecases.forgive_missed_term import forgive_missed_term
from tenor.usecases.release_parked import MODELS, release_parked
from tenor.usecases.release_parked import release_all as release_every

STAFF = Actor(id="", name="Tenor", role=Role.BUYER, staff="tenor parked")
_REFUSALS = {
    "unknown_missed_term": "No missed term has that id.",
    "missed_term_decided": "The term from {starts_on} to {ends_on} was forgiven or billed already.",
    "order_is_open": "An order is open on {number}: once it is paid or has ended, try again.",
    "no_payment_method": "There is no payment method to charge: the customer adds one first.",
}

app = typer.Typer(add_completion=False)
Release = Annotated[UUID | None, typer.Option(metavar="ID", help="Let this one be tried again.")]
ReleaseAll = Annotated[
    str | None, typer.Option(metavar="KIND", help="Let all of a kind be tried again, as after an outage.")
]
Forgive = Annotated[UUID | None, typer.Option(metavar="ID", help="This missed term is not billed.")]
Bill = Annotated[UUID | None, typer.Option(metavar="ID", help="This missed term is billed now.")]
Most = Annotated[int, typer.Option(min=1, help="How many are shown.")]


@app.command()
def parked(
    release: Release = None,
    release_all: ReleaseAll = None,
    forgive: Forgive = None,
    bill: Bill = None,
    most: Most = 50,
) -> None:
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
    if forgive is not None or bill is not None:
        console.print(_decided(forgive, bill))
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
    if counts.get(MISSED_TERM):
        console.print("-> A missed term: `tenor parked --forgive ID`, or `tenor parked --bill ID`.")
    raise typer.Exit(1)


def _decided(forgive: UUID | None, bill: UUID | None) -> str:
    """What a person decided about a term that was over before anybody charged it."""
    try:
        if forgive is not None:
            forgive_missed_term(missed_id=forgive, actor=STAFF, now=now())
            return "The term is forgiven: nobody is charged for it."
        placed = bill_missed_term(missed_id=bill or UUID(int=0), actor=STAFF, now=now())
    except Refusal as refusal:
        sys.exit(_REFUSALS.get(refusal.code, str(refusal)).format(**refusal.facts))
    return "The term is billed; the worker collects it." if placed.payment_id else "The term is billed."
