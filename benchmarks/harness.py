"""Measures and prints: the same work several times over, the best and the middle run, as one table."""

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

Work = Callable[[], int]
"""Does the work once and tells how many operations that was."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Operations a second of each run; `target` is what the design asks for."""

    name: str
    rates: tuple[float, ...]
    target: float | None = None

    @property
    def best(self) -> float:
        """Of the fastest run: the one least disturbed by the rest of the machine."""
        return max(self.rates)

    @property
    def middle(self) -> float:
        """Of the median run."""
        return median(self.rates)


def measure(name: str, work: Work, *, repeat: int = 9, target: float | None = None) -> Measurement:
    """Runs `work` once to warm up and `repeat` times by the clock, with no garbage collection in between."""
    work()
    rates = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(repeat):
            start = perf_counter()
            count = work()
            rates.append(count / (perf_counter() - start))
    finally:
        gc.enable()
    return Measurement(name, tuple(rates), target)


def show(measurements: Iterable[Measurement]) -> None:
    """Prints the table of all of them."""
    table = Table("", "best /s", "median /s", "us each", "target /s", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for found in measurements:
        target = f"{found.target:,.0f}" if found.target else "-"
        table.add_row(found.name, f"{found.best:,.0f}", f"{found.middle:,.0f}", f"{1e6 / found.middle:,.1f}", target)
    Console().print(table)
