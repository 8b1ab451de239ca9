"""`tenor demo-reset`: the next demo starts anew."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from tenor.gateways.file_locks import try_lock
from tenor.gateways.postgres.embedded import EmbeddedServer, ServerBusy
from tenor.gateways.postgres.orphans import OrphanSurvives

app = typer.Typer(add_completion=False)


@app.command()
def demo_reset(
    home: Annotated[Path, typer.Option(envvar="TENOR_HOME", help="Folder for what is kept between runs.")] = Path(
        ".tenor"
    ),
) -> None:
    """Removes the demo's database, its secrets and the payment provider's books. A running demo is not touched."""
    home = home.resolve()
    if not home.exists():
        typer.echo("There is no data yet.")
        return
    lock = try_lock(home / "processes" / "lock")
    if lock is None:
        sys.exit("The demo runs: stop it first (Ctrl-C where it runs).")
    try:
        EmbeddedServer(home / "postgres").destroy()
    except (ServerBusy, OrphanSurvives) as fault:
        sys.exit(str(fault))
    shutil.rmtree(home)
    lock.close()
    typer.echo(f"Removed {home}.")
    if os.environ.get("DATABASE_URL"):
        typer.echo(
            "The database that DATABASE_URL names is yours and was not touched: drop and create it to start anew."
        )
