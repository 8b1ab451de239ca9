"""`tenor bench renewals`: a renewal night from claim to recorded answer, on a database and a sandbox of its own."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from tenor.cli.bootstrap import Command, load
from tenor.cli.house import House
from tenor.gateways.postgres.embedded import EmbeddedServer, free_port
from tenor.gateways.processes.supervisor import StopAsked, Supervisor, SupervisorError

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Measures on this machine.")
console = Console(stderr=True, highlight=False)

STORM = Command("tenor.cli.bench.storm", "The storm itself.", django=True)
MEASURED = Command("tenor.cli.bench.renewals", "The measurement itself, with a database to work on.", django=True)
TOLD = ("DATABASE_URL", "TENOR_")


@app.callback()
def bench() -> None:
    """Each measurement brings its own database and payment provider, and takes them away again."""


@app.command()
def renewals(
    subscriptions: Annotated[int, typer.Option(min=60, help="How many renew in all, in three rounds.")] = 30_000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that renew at the same time.")] = 1,
    collect: Annotated[int, typer.Option(min=0, help="How many payments are collected in all; 0: none.")] = 6_000,
    at_once: Annotated[int, typer.Option(min=1, help="Charges asked for at a time.")] = 16,
    latency_ms: Annotated[int, typer.Option(min=0, help="How long the provider takes for a charge.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Measures a renewal night: claims, planning, writing; collecting over the sandbox's socket, and recording.

    Beside it, in turn, three rounds each: the ceiling of the same database for the same rows, and what the same sandbox
    answers to a caller that does nothing else. Medians count.
    """
    asked = [f"--subscriptions={subscriptions}", f"--workers={workers}", f"--collect={collect}"]
    asked += [f"--at-once={at_once}", f"--latency-ms={latency_ms}"]
    try:
        with _house():
            load(MEASURED)(prog_name="tenor bench renewals", args=[*asked, *(["--json"] if as_json else [])])
    except StopAsked as stopped:
        console.print(str(stopped))
    except SupervisorError as fault:
        sys.exit(str(fault))


@app.command()
def storm(
    renewals: Annotated[int, typer.Option(min=20, help="How many renew in the night.")] = 20_000,
    seconds: Annotated[float, typer.Option(min=1, help="How long processes are killed.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Whom the kills hit, and when.")] = 1,
    without_idempotency: Annotated[
        bool, typer.Option("--without-idempotency", help="The control: a provider that forgets keys is found out.")
    ] = False,
) -> None:
    """Kills workers and database (-9) during a night whose provider loses 15 % of the answers and fails 5 %.

    Afterwards every term is charged exactly once by the provider's books, or the exit code is 1. It is 3 where less
    than a fifth was charged while processes were killed, or no payment was sent twice: such a run proves nothing.
    """
    with _house() as scratch:
        run: Callable[..., int] = load(STORM)
        code = run(scratch, renewals, seconds, seed, without_idempotency=without_idempotency)
    raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class Scratch:
    """A database and a house of its own, for as long as a measurement lasts."""

    server: EmbeddedServer
    house: House


@contextmanager
def _house() -> Iterator[Scratch]:
    """A fresh database with all durability, a sandbox, and this process told of both."""
    with TemporaryDirectory(prefix="tenor-bench-") as folder:
        home = Path(folder)
        server = EmbeddedServer(home / "postgres", durable=True)
        with server, Supervisor(home / "processes", say=lambda line: console.print(f"[dim]{line}[/dim]")) as supervisor:
            house = House(home, server.url, web_port=free_port(), sandbox_port=free_port())
            for step in house.preparations():
                supervisor.run(step)
            supervisor.start(house.programs()[0])
            _tell(house)
            try:
                yield Scratch(server, house)
            finally:
                supervisor.stop()
        server.destroy()


def _tell(house: House) -> None:
    for name in [name for name in os.environ if name.startswith(TOLD)]:
        del os.environ[name]
    os.environ.update(house.settings())
