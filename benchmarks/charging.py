"""`python -m benchmarks.charging [COUNT] [AT_ONCE]`: the sandbox alone under the bare load, and the port's batch verb.

Both in turn, three rounds, against one sandbox without webhooks. CPU is the caller's and the sandbox's, in us a charge.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table
from tests.support.sandbox import SandboxProcess

from tenor.db.ids import new_id
from tenor.domain.money import Money
from tenor.gateways.payments.port import ChargeAnswer, ChargeRequest
from tenor.gateways.payments.sandbox.load import bare_load

ROUNDS = 3
MICRO = 1e6


def main(count: int = 5_000, at_once: int = 16) -> None:
    """Measure and print."""
    table = Table("", "/s", "caller us", "sandbox us", box=None)
    with tempfile.TemporaryDirectory() as folder, SandboxProcess(Path(folder)) as sandbox:
        card = sandbox.method()
        bare_load(sandbox.url, sandbox.key, card, 500, at_once)
        for _ in range(ROUNDS):
            row(table, "bare load", count, lambda: bare_load(sandbox.url, sandbox.key, card, count, at_once))
            row(table, "charge_many", count, lambda: charge_many(sandbox, card, count, at_once))
    Console().print(table)


def row(table: Table, name: str, count: int, work: Callable[[], object]) -> None:
    """Do the work by the clocks."""
    began, before = time.perf_counter(), cpu_seconds()
    work()
    seconds = time.perf_counter() - began
    caller, sandbox = (after - first for after, first in zip(cpu_seconds(), before, strict=True))
    figures = (count / seconds, caller / count * MICRO, sandbox / count * MICRO)
    table.add_row(name, *(f"{figure:,.0f}" for figure in figures))


def cpu_seconds() -> tuple[float, float]:
    """CPU of this process and of the sandbox, its one child."""
    child = psutil.Process().children()[0].cpu_times()
    return time.process_time(), child.user + child.system


def charge_many(sandbox: SandboxProcess, card: str, count: int, at_once: int) -> None:
    """Fresh charges through the port; each must be paid."""
    gateway = sandbox.gateway()
    told = gateway.charge_many(requests(card, count), at_once)
    assert sum(isinstance(answer, ChargeAnswer) for _, answer in told) == count
    gateway.close()


def requests(card: str, count: int) -> Iterator[ChargeRequest]:
    """As the night asks."""
    for _ in range(count):
        key = str(new_id())
        yield ChargeRequest(
            idempotency_key=key,
            reference=key,
            method=card,
            amount=Money(12_50, "EUR"),
            description=f"INV-{key[-8:]}",
            return_url="",
            on_session=False,
            locale="en",
        )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
