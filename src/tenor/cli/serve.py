"""`tenor serve`: the web server. Sync workers of one thread each: measured, that is the fastest for Django."""

import os
import sys
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)
APPLICATION = "tenor.project.wsgi:application"


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; put a proxy that ends TLS before any other.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes; as many as there are cores is a good number.")] = 2,
) -> None:
    """Serves the portal and the API, with the smaller rights of the database role tenor_app."""
    os.environ["TENOR_DATABASE_ROLE"] = "app"
    command = [sys.executable, "-m", "granian", APPLICATION, "--interface", "wsgi", "--no-ws", "--http", "1"]
    command += ["--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "1"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"]
    os.execv(command[0], command)  # noqa: S606 - no shell is the point: signals reach the server itself
