"""Collect many pending payments: claimed in bulk, asked for many at once, recorded in batches meanwhile (docs/adr 4).

What is claimed is committed as `sending` before the gateway hears of it. Whoever dies then leaves leases that run out:
the worker asks the gateway what became of those payments, and sends again under the same key what never arrived.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from tenor.db.collecting import FIRST, ClaimedPayment, claim_payments, gateways_to_ask, payments_left
from tenor.db.leases import park
from tenor.db.locks import retrying
from tenor.db.models import Payment
from tenor.gateways.crashpoints import crashpoint
from tenor.gateways.payments.errors import GatewayRefused, GatewayUnavailable
from tenor.gateways.payments.port import ChargeAnswer, ChargeRequest, PaymentGateway
from tenor.gateways.payments.registry import NoSuchGateway
from tenor.gateways.payments.registry import gateway as gateway_of
from tenor.usecases.collect_payment import charge_request
from tenor.usecases.gateway_guard import Breakers, Guard
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.record_answers import Answered, record_answers

log = logging.getLogger(__name__)

CLAIMED_FOR_EACH = 8
"""Payments claimed in one go for each call that may run at once."""

RECORDED_AT_ONCE = 250
RECORDED_AFTER_SECONDS = 1.0
"""Answers are written down as soon as so many wait, or the first of them has waited so long."""

STALE_SECONDS = 30.0
"""Half a lease. What waited longer for its turn is not sent: its lease may run out on the way."""

PATIENCE_SECONDS = 30.0
REST_SECONDS = 0.05
"""How long payments are waited for that somebody holds, and how often they are looked at."""

NO_LIMIT = 1 << 62


@dataclass(frozen=True, slots=True)
class Collected:
    """How many payments ended in which status, and how many pending ones somebody else still holds."""

    counts: Counter[str]
    left: int = 0

    @property
    def total(self) -> int:
        """Payments for which there is an outcome, be it `unknown`."""
        return self.counts.total()


@dataclass(slots=True)
class _Claims:
    """Requests for claimed payments, drawn as they are needed; `most` of them at most."""

    guard: Guard
    at_once: int
    most: int
    account_of: dict[str, UUID] = field(default_factory=dict)
    not_sent: list[Answered] = field(default_factory=list)
    is_empty_handed: bool = True

    def __iter__(self) -> Iterator[ChargeRequest]:
        """Claim when nothing is at hand, until nothing is free or the gateway fails for everybody."""
        after = FIRST
        while limit := min(self.at_once * CLAIMED_FOR_EACH, self.most, self.guard.admits()):
            claimed = retrying(partial(claim_payments, self.guard.gateway, after, limit))
            if not claimed:
                if after == FIRST:
                    return
                after = FIRST  # once more from the start: what somebody held before may be free now
                continue
            self.most -= len(claimed)
            self.is_empty_handed = False
            self.guard.sent(len(claimed))
            after = claimed[-1].id
            crashpoint("after_claiming_payments")
            yield from self._requests(claimed)

    def _requests(self, claimed: list[ClaimedPayment]) -> Iterator[ChargeRequest]:
        outside_transactions()
        claimed_at = time.monotonic()
        for payment in claimed:
            if time.monotonic() - claimed_at > STALE_SECONDS:
                silence = GatewayUnavailable("it was not sent: its turn came too late")
                self.not_sent.append(Answered(payment.account_id, payment.id, silence))
                continue
            try:
                request = charge_request(payment)
            except Exception as fault:  # what was written down can't be sent: a person has to look, the others go on
                log.exception("payment %s can't be sent", payment.id)
                row = Payment.objects.get(account_id=payment.account_id, id=payment.id)
                park(row, f"{type(fault).__name__}: {fault}")
                continue
            self.account_of[request.reference] = payment.account_id
            yield request


@dataclass(slots=True)
class _Recorder:
    """Answers that wait to be written down, and the counts of those that are."""

    now: datetime
    on_progress: Callable[[Counter[str]], None] | None
    counts: Counter[str] = field(default_factory=Counter)
    waiting: list[Answered] = field(default_factory=list)
    since: float = 0.0

    def take(self, answered: Answered) -> None:
        """Note one answer; write down what waits when it is time."""
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append(answered)
        if len(self.waiting) >= RECORDED_AT_ONCE or time.monotonic() - self.since > RECORDED_AFTER_SECONDS:
            self.write()

    def write(self) -> None:
        """Write down what waits."""
        if not self.waiting:
            return
        crashpoint("after_the_answers_before_recording")
        batch, self.waiting = self.waiting, []
        self.counts += record_answers(batch, self.now)
        crashpoint("after_recording_answers")
        if self.on_progress is not None:
            self.on_progress(self.counts)


def collect_due(
    *,
    now: datetime,
    gateway: str | None = None,
    at_once: int = 16,
    most: int | None = None,
    on_progress: Callable[[Counter[str]], None] | None = None,
    breakers: Breakers | None = None,
) -> Collected:
    """Collect until no pending payment is free, of one gateway or of all; `most` of each gateway, if that is said.

    Asks each gateway for `at_once` payments at a time, outside transactions. A payment whose account a customer holds
    is waited for a while; unless there is a `most`, when the next call will see to it. `on_progress` is told the counts
    so far after each batch. A gateway that fails for everybody is left alone (see `domain.breaker`): what was not
    claimed stays pending. Hand over the same `breakers` each time to have that remembered.
    """
    recorder, left = _Recorder(now, on_progress), 0
    known: Breakers = {} if breakers is None else breakers
    for name in [gateway] if gateway else gateways_to_ask():
        _collect(Guard(name, known), at_once, most, recorder)
        left += payments_left(name)
    return Collected(recorder.counts, left)


def _collect(guard: Guard, at_once: int, most: int | None, recorder: _Recorder) -> None:
    """Go through the gateway's payments, and again for what somebody held, as long as that gets anywhere."""
    try:
        door = gateway_of(guard.gateway)
    except NoSuchGateway:
        log.exception("payments wait for a gateway that is not here")
        return
    gives_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        claims = _Claims(guard, at_once, NO_LIMIT if most is None else most)
        _ask(door, claims, recorder)
        if most is not None or not guard.admits() or not payments_left(guard.gateway):
            return
        if not claims.is_empty_handed:
            gives_up_at = time.monotonic() + PATIENCE_SECONDS
        elif time.monotonic() > gives_up_at:
            return
        time.sleep(REST_SECONDS)


def _ask(door: PaymentGateway, claims: _Claims, recorder: _Recorder) -> None:
    """Ask for all that can be claimed, and write down what comes back."""
    for request, answer in door.charge_many(iter(claims), claims.at_once):
        claims.guard.told(isinstance(answer, ChargeAnswer | GatewayRefused))
        recorder.take(Answered(claims.account_of.pop(request.reference), UUID(request.reference), answer))
    for answered in claims.not_sent:
        recorder.take(answered)
    recorder.write()
