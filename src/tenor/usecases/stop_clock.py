"""Let the test clock stand still, at the end of a run (rules 1)."""

from datetime import datetime

from django.conf import settings

from tenor.domain.refusals import Refusal
from tenor.gateways import clock


def stop_clock() -> datetime:
    """Stop ticking; returns the business instant at which it stands. Raises Refusal("no_test_clock")."""
    if not settings.TEST_CLOCK:
        raise Refusal("no_test_clock", {})
    at = clock.now()
    clock.stand_at(at)
    return at
