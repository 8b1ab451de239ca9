"""The only place that reads the time: the system's clock, and the test clock's distance from it (rules 1)."""

from datetime import UTC, datetime

from django.conf import settings

from tenor.db.queries import clock as rows


def real_now() -> datetime:
    """The instant by the system's clock, UTC: for leases, signatures, sessions."""
    return datetime.now(UTC)


def now() -> datetime:
    """The business instant, UTC: by the test clock where the installation has one, else by the system's.

    Read once at the edge (a request, a duty, a command), and handed on from there.
    """
    return rows.business_now(real_now()) if settings.TEST_CLOCK else real_now()
