"""`tenor worker`: the work in the background. Any number of them may run, on any number of machines."""

import typer

from tenor.worker.run import run

app = typer.Typer(add_completion=False)


@app.command()
def worker() -> None:
    """Collects, reconciles, renews, expires, refunds and writes mails until it is stopped."""
    run()
