"""The renewal night: everything that is due, batch after batch, until nothing due remains (rules 7, docs/adr 16)."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import DatabaseError, InterfaceError, connection

from tenor.db.faults import is_passing
from tenor.db.locks import patiently, retrying
from tenor.db.night import queue
from tenor.db.night.writing import NumberBlocks
from tenor.gateways.crashpoints import crashpoint
from tenor.usecases.renew_accounts import SOON, Renewed, renew_accounts

BATCH = 400
"""Accounts a transaction: the invoice numbers and the rows are held for some tens of milliseconds."""


@dataclass(slots=True)
class Night:
    """One worker's way through the queue."""

    now: datetime
    until: date = date.max
    batch: int = BATCH
    numbers: NumberBlocks = field(default_factory=NumberBlocks)

    def begin(self) -> int:
        """Put what is due into the queue. Returns how many accounts came to it."""
        return queue.enqueue(self.now, self.batch, self.until)

    def renew_batch(self) -> Renewed | None:
        """Claim a batch and renew it; None where nothing could be claimed.

        A collision or a lost connection is nobody's fault: the whole is run again, and what was committed is found
        done. Where that does not help, the batch goes back as it came, and the error is raised.
        """
        claimed = queue.claim()
        if claimed is None:
            return None
        crashpoint("after_claiming_renewals")
        try:
            with _no_collection():
                return retrying(lambda: renew_accounts(claimed, now=self.now, numbers=self.numbers, until=self.until))
        except (DatabaseError, InterfaceError) as error:
            if is_passing(error):
                _give_back(claimed)
            raise


def renew_due(
    *,
    now: datetime,
    until: date = date.max,
    batch: int = BATCH,
    on_progress: Callable[[Renewed], None] = lambda _: None,
    wait: Callable[[float], None] = time.sleep,
) -> Renewed:
    """Renew everything that is due at `now`, on dates up to `until`. Returns what was done, in sum.

    Done means that nothing is due any more, not that a claim came back empty: an account that a customer holds for a
    moment, or that another worker has claimed, is waited for. Only what is parked remains, and what waits for an open
    order to be settled; the next run looks at that again. Safe to repeat, and to run in many processes at once.
    A database that is away for some seconds is waited for.
    """
    night, sum_ = Night(now, until, batch), Renewed()
    while True:
        arrived = patiently(night.begin, sleep=wait)
        while (renewed := patiently(night.renew_batch, sleep=wait)) is not None:
            sum_ += renewed
            on_progress(renewed)
        left = queue.waiting()
        if left.open > left.put_off:
            wait(SOON)
        elif not arrived:
            return sum_


def _give_back(claimed: queue.Claim) -> None:
    """At once, if the database is back already; else its lease runs out."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
        with suppress(DatabaseError, InterfaceError):
            queue.give_back(claimed, SOON)


@contextmanager
def _no_collection() -> Iterator[None]:
    """No pause of the garbage collector within a batch: nothing in it is a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
