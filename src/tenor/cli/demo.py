"""`tenor demo`: the whole house in one command, on a machine that has nothing but Python."""

import json
import socket
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tenor.cli.bootstrap import RUNNING_DEMO
from tenor.cli.house import House
from tenor.gateways.postgres.embedded import EmbeddedServer, ServerBusy, ServerFailed, free_port
from tenor.gateways.postgres.orphans import OrphanSurvives
from tenor.gateways.postgres.places import NoBinaries
from tenor.gateways.postgres.server_user import NoServerUser
from tenor.gateways.processes.supervisor import Program, StopAsked, Supervisor, SupervisorError
from tenor.gateways.secret_files import write_private

app = typer.Typer(add_completion=False)
console = Console(highlight=False, soft_wrap=True)
FINISH_WITHIN = 20.0
"""Seconds for the last step of all."""

Home = Annotated[Path, typer.Option(envvar="TENOR_HOME", help="Folder for what is kept between runs.")]
Port = Annotated[int, typer.Option(help="Port of the portal; another one is taken when it is not free.")]
DatabaseUrl = Annotated[
    str, typer.Option(envvar="DATABASE_URL", help="A PostgreSQL server of your own (16 or later); empty: ours.")
]


@app.command()
def demo(home: Home = Path(".tenor"), port: Port = 8000, database_url: DatabaseUrl = "") -> None:
    """Serves the demo and prints its address. Data is kept between runs. Ctrl-C stops it."""
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    try:
        with Supervisor(home / "processes", say=_say) as supervisor:
            _run_house(supervisor, home, port, database_url)
    except StopAsked as stopped:
        console.print(str(stopped))
    except (SupervisorError, ServerBusy, ServerFailed, OrphanSurvives, NoServerUser, NoBinaries) as fault:
        sys.exit(str(fault))
    console.print("Stopped. What you did is kept; `make demo-reset` starts anew.")


def _run_house(supervisor: Supervisor, home: Path, port: int, database_url: str) -> None:
    with _database(home, database_url) as url:
        house = House(home, url, web_port=_port(port), sandbox_port=_port(port + 1))
        running = home / RUNNING_DEMO
        try:
            for step in house.preparations():
                console.print(f"{step.name} ...")
                supervisor.run(step)
            provider, *others = house.programs()
            supervisor.start(provider)
            for step in house.openings():
                supervisor.run(step)
            for program in others:
                supervisor.start(program)
            write_private(running, json.dumps(house.settings(), indent=2))
            console.print(f"\nTenor's demo: [bold]{house.web_url}[/bold]   (Ctrl-C stops it)\n")
            supervisor.wait()
        finally:
            running.unlink(missing_ok=True)
            supervisor.stop()
            _finish(house.closing())


def _finish(step: Program) -> None:
    """Run what comes last. Whatever keeps it from working was told already, or is told at the next start."""
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(
            step.argv,
            env=dict(step.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a second Ctrl-C is not for it
            timeout=FINISH_WITHIN,
            check=False,
        )


class _Embedded(AbstractContextManager[str]):
    """Our own server for as long as the `with` lasts; says where it is."""

    def __init__(self, folder: Path) -> None:
        self.server = EmbeddedServer(folder)

    def __enter__(self) -> str:
        console.print("starting the database ...")
        self.server.start()
        return self.server.url

    def __exit__(self, *_: object) -> None:
        _say("stopping the database")
        self.server.stop()


def _database(home: Path, database_url: str) -> AbstractContextManager[str]:
    return nullcontext(database_url) if database_url else _Embedded(home / "postgres")


def _port(wished: int) -> int:
    """The port itself when it is free, so that bookmarks go on working; else any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            return free_port()
    return wished


def _say(line: str) -> None:
    console.print(f"[dim]{line}[/dim]")
