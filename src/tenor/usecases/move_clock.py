"""Move the test clock, ours and the sandbox provider's, forward (rules 1)."""

from datetime import datetime

from django.conf import settings

from tenor.domain.refusals import Refusal
from tenor.gateways import clock
from tenor.gateways.payments.sandbox.controls import sandbox_controls


def move_clock(*, to: datetime) -> None:
    """Business time is `to` from now on; it goes on ticking or standing as before.

    Whatever falls due is for the worker, who notices by itself, or for whoever moves the clock (`pass_day`). Raises
    Refusal: `no_test_clock`, `clock_backwards`; GatewayUnavailable where the sandbox doesn't answer: ours is moved
    then, and the sandbox's follows at the next `follow_clock`.
    """
    if not settings.TEST_CLOCK:
        raise Refusal("no_test_clock", {})
    now = clock.now()
    if to < now:
        raise Refusal("clock_backwards", {"now": now.isoformat(), "to": to.isoformat()})
    clock.put_to(to)
    if (sandbox := sandbox_controls()) is not None:
        sandbox.set_clock(to)
