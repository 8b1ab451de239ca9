"""The only place where the sandbox reads the time: real time, and the test clock its books follow.

The sandbox is a program of its own, so it can't use Tenor's clock: a provider has its own, and it may differ.
"""

import sqlite3
import time
from datetime import UTC, date, datetime, timedelta

SATURDAY = 5


def real_seconds() -> float:
    """Seconds since 1970, really: for webhook timestamps and delivery retries, which no test clock moves."""
    return time.time()  # noqa: TID251 - this module is the sandbox's clock


def now(db: sqlite3.Connection) -> datetime:
    """The instant the books go by: the test clock where one is set (it then stands still), else real time."""
    row = db.execute("SELECT value FROM settings WHERE name = 'clock'").fetchone()
    if row is not None:
        return datetime.fromisoformat(row["value"])
    return datetime.fromtimestamp(real_seconds(), UTC).replace(microsecond=0)


def set_now(db: sqlite3.Connection, instant: datetime) -> None:
    """Set the test clock."""
    db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ('clock', ?)", (text(instant),))


def text(instant: datetime) -> str:
    """An instant as the store writes it: UTC, whole seconds, so that text order is time order."""
    return instant.astimezone(UTC).replace(microsecond=0).isoformat()


def business_days_later(instant: datetime, days: int) -> datetime:
    """`instant` plus `days` days that are not Saturday or Sunday, at the same time of day."""
    while days:
        instant += timedelta(days=1)
        days -= _is_business_day(instant.date())
    return instant


def _is_business_day(day: date) -> int:
    return int(day.weekday() < SATURDAY)
