"""Let the test clock tick on from where the last run left it (rules 1)."""

from datetime import datetime

from django.conf import settings

from tenor.db.queries.clock import read_clock
from tenor.domain.refusals import Refusal
from tenor.gateways import clock
from tenor.gateways.payments.sandbox.controls import sandbox_controls


def resume_clock() -> datetime:
    """Start ticking; returns the business instant from which on.

    A clock that stands ticks from there. One that ticks already was left so by a run that was killed, perhaps days
    ago: it goes on from the last instant that the sandbox was told (`follow_clock`), for nobody worked after that.
    Raises Refusal("no_test_clock"), GatewayUnavailable.
    """
    if not settings.TEST_CLOCK:
        raise Refusal("no_test_clock", {})
    at = _left_at()
    clock.tick_from(at)
    return at


def _left_at() -> datetime:
    shown = clock.now()
    sandbox = sandbox_controls()
    if read_clock().stands_at is not None or sandbox is None:
        return shown
    return min(shown, sandbox.now())
