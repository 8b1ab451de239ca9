"""`tenor seed`: fills an empty database with the demo's seller and customers, by playing two years of history."""

import sys
from datetime import datetime, timedelta

import typer
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tenor.cli.demo_book.customers import CUSTOMERS
from tenor.cli.demo_book.player import NOW, OPENS, TODAY, Player, how_many
from tenor.cli.demo_book.seller import SELLER
from tenor.db.models import Event, Mail, Seller, User
from tenor.db.queries.clock import read_clock
from tenor.gateways.payments.errors import GatewayUnavailable
from tenor.gateways.payments.sandbox.controls import SandboxControls, sandbox_controls

app = typer.Typer(add_completion=False)
console = Console(highlight=False)

MAILBOX_GOES_BACK = timedelta(days=40)
DEMO_PASSWORD = "northline-demo"  # noqa: S105 - published in docs/demo.md; nobody has it outside the demo
"""Every demo person's password."""


@app.command()
def seed() -> None:
    """Builds the demo's book once; a database that has it is left as it is. The sandbox provider must run."""
    sandbox = _sandbox()
    sellers = set(Seller.objects.values_list("code", flat=True))
    if sellers - {SELLER.code}:
        sys.exit("This database has a seller of its own: the demo's book wants an empty one.")
    if sellers and _is_whole():
        return
    try:
        if sellers:
            _clear(sandbox)
        _build(sandbox)
    except GatewayUnavailable as fault:
        sys.exit(f"The sandbox provider is needed for the demo's history: {fault}")


def _sandbox() -> SandboxControls:
    if not (settings.DEMO and settings.TEST_CLOCK):
        sys.exit("The demo's book is for demos: set TENOR_DEMO and TENOR_TEST_CLOCK.")
    found = sandbox_controls()
    if found is None:
        sys.exit("The demo's book needs the sandbox provider: set TENOR_SANDBOX_URL.")
    return found


def _is_whole() -> bool:
    """The clock comes to the demo's day last, and never goes back."""
    reading = read_clock()
    return reading.stands_at is None or reading.stands_at >= NOW


def _clear(sandbox: SandboxControls) -> None:
    """A run was broken off in the middle of building: what it left is of no use to anybody."""
    console.print("building the demo's book anew, the last time it was broken off ...")
    call_command("flush", interactive=False, verbosity=0)
    sandbox.clear()


def _build(sandbox: SandboxControls) -> None:
    with connection.cursor() as cursor:
        # A crash loses the whole book at worst, and then it is built anew.
        cursor.execute("SET synchronous_commit = off")
    columns = (
        TextColumn("building the demo's book"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(f"{OPENS}", total=(TODAY - OPENS).days + 1)
        for day in Player(CUSTOMERS, sandbox).play():
            progress.update(task, advance=1, description=f"{day:%Y-%m}")
    _give_passwords()
    _close_the_outbox(NOW)
    console.print(f"  {how_many()}")


def _give_passwords() -> None:
    """The same one for all, hashed once: a good hash takes long."""
    User.objects.filter(email__in=[p.email for c in CUSTOMERS for p in c.people]).update(
        password=make_password(DEMO_PASSWORD)
    )


def _close_the_outbox(now: datetime) -> None:
    """The mails and events of two years went out when they were new; those of the last weeks are in the mailbox, too:
    the worker sends them when it starts, and each is dated as it was written."""
    Mail.objects.filter(sent_at=None, created_at__lt=now - MAILBOX_GOES_BACK).update(sent_at=F("created_at"))
    Event.objects.filter(delivered_at=None).update(delivered_at=now)
