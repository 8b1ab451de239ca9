"""Stops asking a gateway that fails for everybody."""

from dataclasses import dataclass, field

from tenor.domain.breaker import Breaker, BreakerState
from tenor.gateways.clock import real_now
from tenor.gateways.payments.away import note_away

Breakers = dict[str, Breaker]
"""By gateway, what this process knows of how it fares: kept by whoever collects again and again."""


@dataclass(slots=True)
class Guard:
    """Lets requests through or not. Its time is real: the business clock may stand still.

    `fresh` is the breaker to begin with. When it opens, other processes are told (`gateways.payments.away`).
    """

    gateway: str
    breakers: Breakers
    fresh: Breaker = field(default_factory=Breaker)

    def admits(self) -> int:
        """How many requests may go out now."""
        return self._breaker.admits(real_now())

    def sent(self, count: int) -> None:
        """So many are about to go out."""
        self.breakers[self.gateway] = self._breaker.sent(count, real_now())

    def told(self, is_answer: bool) -> None:
        """Whether an answer came back. A refusal is one, too."""
        before, now = self._breaker, real_now()
        self.breakers[self.gateway] = after = before.told([is_answer], now)
        if after.state(now) is BreakerState.OPEN and after.opened_at != before.opened_at:
            note_away(self.gateway)

    @property
    def _breaker(self) -> Breaker:
        return self.breakers.get(self.gateway, self.fresh)
