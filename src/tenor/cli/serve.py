"""`tenor serve`: the web server. Some processes, each with an event loop that reads requests and a few threads."""

import os
import sys
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)
APPLICATION = "tenor.project.front:front"
THREADS = "TENOR_SERVE_THREADS"


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; put a proxy that ends TLS before any other.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes; as many as there are cores is a good number.")] = 2,
    threads: Annotated[
        int, typer.Option(min=1, help="Threads of each process: requests that wait for the payment provider hold one.")
    ] = 4,
) -> None:
    """Serves the portal and the API, with the smaller rights of the database role tenor_app."""
    os.environ["TENOR_DATABASE_ROLE"] = "app"
    os.environ[THREADS] = str(threads)
    command = [sys.executable, "-m", "granian", APPLICATION, "--interface", "asginl", "--no-ws", "--http", "1"]
    command += ["--host", host, "--port", str(port), "--workers", str(workers), "--http1-header-read-timeout", "10000"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"]
    os.execv(command[0], command)  # noqa: S606 - no shell is the point: signals reach the server itself
