"""Let the sandbox provider's clock follow ours while it ticks: debits settle, and it shows how far we came."""

from datetime import datetime

from django.conf import settings

from tenor.gateways.payments.sandbox.controls import sandbox_controls


def follow_clock(*, now: datetime) -> None:
    """Tell the sandbox what time it is, unless it is later there. Raises GatewayUnavailable."""
    sandbox = sandbox_controls() if settings.TEST_CLOCK else None
    if sandbox is not None and sandbox.now() < now:
        sandbox.set_clock(now)
