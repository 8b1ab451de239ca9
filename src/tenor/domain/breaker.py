"""A circuit breaker for one gateway: when it fails for everybody, stop asking for a while, then try with a few.

A decline is an answer. Only silence counts: requests that never arrived, and those of which nobody knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = 40
"""Outcomes that count: the latest ones."""
FAILURES = 20
"""So many silences among them, and nobody is asked any more. A fifth of lost answers never comes near it."""
REST = timedelta(seconds=30)
PROBES = 3
"""Requests let through after the rest, to see."""
NO_LIMIT = 1 << 62


class BreakerState(StrEnum):
    """Whether requests may go out."""

    CLOSED = "closed"
    """Current flows: everything goes out."""
    OPEN = "open"
    """Nothing goes out until the rest is over."""
    HALF_OPEN = "half_open"
    """A few go out, and what becomes of them decides."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """What one process knows of one gateway. `recent` are the latest outcomes, True for an answer; the newest last.

    `probes` counts the requests let through since the rest ended. It opens when `failures` of the latest `window`
    outcomes were silences.
    """

    recent: tuple[bool, ...] = ()
    opened_at: datetime | None = None
    probes: int = 0
    window: int = WINDOW
    failures: int = FAILURES

    def state(self, now: datetime) -> BreakerState:
        """Where it stands at `now`."""
        if self.opened_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self.opened_at + REST else BreakerState.HALF_OPEN

    def admits(self, now: datetime) -> int:
        """How many requests may be sent at `now`: NO_LIMIT while it is closed, 0 while it is open."""
        match self.state(now):
            case BreakerState.CLOSED:
                return NO_LIMIT
            case BreakerState.OPEN:
                return 0
            case BreakerState.HALF_OPEN:
                return max(PROBES - self.probes, 0)

    def sent(self, count: int, now: datetime) -> "Breaker":
        """After `count` requests went out: probes are counted."""
        if self.state(now) is not BreakerState.HALF_OPEN:
            return self
        return replace(self, probes=self.probes + count)

    def told(self, outcomes: Sequence[bool], now: datetime) -> "Breaker":
        """After outcomes came in, True for an answer, in their order."""
        breaker = self
        for is_answer in outcomes:
            breaker = breaker._after(is_answer, now)
        return breaker

    def _after(self, is_answer: bool, now: datetime) -> "Breaker":
        match self.state(now):
            case BreakerState.OPEN:
                return self  # of a request sent before it opened: old news
            case BreakerState.HALF_OPEN:
                return self._with() if is_answer else self._with(opened_at=now)
            case BreakerState.CLOSED:
                recent = (*self.recent, is_answer)[-self.window :]
                return self._with(opened_at=now) if recent.count(False) >= self.failures else self._with(recent)

    def _with(self, recent: tuple[bool, ...] = (), opened_at: datetime | None = None) -> "Breaker":
        """Begun again, as strict as it is."""
        return replace(self, recent=recent, opened_at=opened_at, probes=0)
