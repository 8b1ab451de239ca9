"""The command `tenor`: one command a file. A command is imported only when it is asked for."""

import difflib
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from tenor.cli.bootstrap import Command, load

COMMANDS: Mapping[str, Command] = {
    "demo": Command("tenor.cli.demo", "Serve the demo: database, payment provider and portal, until Ctrl-C."),
    "demo-reset": Command("tenor.cli.demo_reset", "Throw the demo's data away."),
    "serve": Command("tenor.cli.serve", "Serve the portal and the API.", django=True),
    "worker": Command("tenor.worker.main", "Do the work in the background.", django=True),
    "renew": Command("tenor.cli.renew", "Renew and collect what is due, by hand.", django=True),
    "clock": Command("tenor.cli.clock", "Show, set or advance the test clock.", django=True),
    "seed": Command("tenor.cli.seed", "Fill an empty database with the demo's seller and customers.", django=True),
    "migrate": Command("tenor.cli.migrate", "Bring database roles and tables up to date.", django=True),
    "bench": Command("tenor.cli.bench.main", "Measure a renewal night on this machine."),
    "quote": Command("tenor.cli.quote", "Price a change: JSON in, its quote or refusal as JSON out. No database."),
    "check": Command("tenor.cli.check", "Check that the books agree with themselves.", django=True),
    "reconcile": Command(
        "tenor.cli.reconcile", "Compare the payment gateway's books with ours, both ways.", django=True
    ),
    "parked": Command("tenor.cli.parked", "Show what waits for a person, and take it up again.", django=True),
    "doctor": Command("tenor.cli.doctor", "Check the installation, and say what to do."),
}
"""Every command there is. `django`: it works with the database, so the settings must be right before it starts."""


def run(arguments: Sequence[str] | None = None) -> None:
    """Runs `tenor <command> <options>`. Exit code 2 for a command that does not exist, else the command's own."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("--help", "-h", "help"):
        _show_help()
        return
    name, rest = given[0], given[1:]
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f" Did you mean `tenor {near[0]}`?" if near else " See `tenor --help`."
        sys.stderr.write(f"There is no command `{name}`.{hint}\n")
        raise SystemExit(2)
    load(COMMANDS[name])(prog_name=f"tenor {name}", args=rest)


def _show_help() -> None:
    table = Table(box=None, show_header=False, padding=(0, 2))
    for name, command in COMMANDS.items():
        table.add_row(f"[bold]{name}[/bold]", command.summary)
    console = Console()
    console.print("Usage: tenor COMMAND [OPTIONS]    (tenor COMMAND --help tells more)\n", markup=False)
    console.print(table)


if __name__ == "__main__":
    run()
