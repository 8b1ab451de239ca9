"""Duties of the night that one worker does for all, once a business day: the books checked, and compared."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.db.runs import claim_run, finish_run, is_done, keep_run
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.registry import gateways_in_use
from tenor.usecases.reconcile_books import reconcile_books

log = logging.getLogger(__name__)

FROM_HOUR = 4
"""By business time, UTC: the busiest hours of the renewal night are over, and nobody reads the report before."""

LOOK_BACK = timedelta(days=70)
"""How far a nightly comparison goes back: a debit may be returned for eight weeks. `tenor reconcile` compares all."""

MOST_OFFENDERS = 20

StillHere = Callable[[], None]
Summary = dict[str, Any]


@dataclass
class Nightly:
    """`work` once a business day, however many workers there are. One that fails is tried again some minutes later."""

    duty: str
    work: Callable[[datetime, StillHere], Summary]
    done_on: date | None = field(default=None)

    def __call__(self, now: datetime) -> int:
        """Do the day's run if it is due and nobody's. Returns whether it was done."""
        day = now.date()
        if now.hour < FROM_HOUR or day == self.done_on:
            return 0
        run = claim_run(self.duty, day, now)
        if run is None:
            self.done_on = day if is_done(self.duty, day) else None
            return 0
        return self._carry_out(run, now)

    def _carry_out(self, run: UUID, now: datetime) -> int:
        began = time.monotonic()
        try:
            summary = self.work(now, lambda: keep_run(run))
        except GatewayError as silence:
            log.warning("%s was not finished: %s", self.duty, silence)
            return 0
        finish_run(run, now, {**summary, "seconds": round(time.monotonic() - began)})
        self.done_on = now.date()
        return 1


def check_the_books(_now: datetime, still_here: StillHere) -> Summary:
    """Ask for whatever breaks an invariant, and log it."""
    broken: dict[str, list[str]] = {}
    for invariant in INVARIANTS:
        found = find_offenders(invariant, MOST_OFFENDERS)
        if found:
            broken[invariant.name] = [offender.what for offender in found]
            log.error("%s %s It concerns %s", invariant.wrong, invariant.remedy, broken[invariant.name])
        still_here()
    log.info("%s invariants of the books were checked, %s are broken", len(INVARIANTS), len(broken))
    return {"checked": len(INVARIANTS), "broken": broken}


def compare_with_gateways(now: datetime, still_here: StillHere) -> Summary:
    """Compare our books with each gateway's, and record answers that never arrived.

    The duty that asks about silent payments asks about those under way only: a debit that was taken back after it had
    succeeded, and whose webhook was lost, is heard of here.
    """
    summary: Summary = {}
    for name in gateways_in_use():
        since = now - LOOK_BACK
        done = reconcile_books(gateway=name, now=now, since=since, mend=True, on_progress=lambda _: still_here())
        told = {"found": dict(done.found), "mended": done.mended, "resolved": done.resolved}
        summary[name] = {"charges": done.charges, **told}
        log.log(logging.ERROR if done.found else logging.INFO, "%s: %s", name, summary[name])
    return summary
