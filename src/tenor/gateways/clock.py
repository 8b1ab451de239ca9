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


def now_by(reading: rows.Reading) -> datetime:
    """The business instant by a reading of the test clock that came along with another query."""
    return reading.at(real_now()) if settings.TEST_CLOCK else real_now()


def ticks() -> bool:
    """Whether business time passes by itself."""
    return not settings.TEST_CLOCK or rows.read_clock().stands_at is None


def put_to(instant: datetime) -> None:
    """Business time is `instant` now; the test clock goes on ticking, or standing still, as before."""
    if ticks():
        rows.let_it_tick(instant - real_now())
    else:
        rows.let_it_stand(instant)


def tick_from(instant: datetime) -> None:
    """Business time is `instant` now, and passes."""
    rows.let_it_tick(instant - real_now())


def stand_at(instant: datetime) -> None:
    """Business time is `instant` until somebody moves it."""
    rows.let_it_stand(instant)
