"""Terms, half-open periods and the boundaries that an anchor gives (rules 1)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SATURDAY = 5


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """The length of a paid term in whole months: 1, 12 or 36; the catalog may add others."""

    months: int

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError(f"a term has one month or more, not {self.months}")

    @property
    def is_long(self) -> bool:
        """A year or more: such terms get the special renewal price (rules 3)."""
        return self.months >= 12


MONTHLY, YEARLY, THREE_YEARS = Term(1), Term(12), Term(36)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` up to but not including `end`. The renewal date is `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period ends after it starts, not {self.start} to {self.end}")

    @property
    def days(self) -> int:
        """How many calendar days it has."""
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def days_left(self, day: date) -> int:
        """Days from `day` (which counts) to the end; never negative, never more than there are."""
        return max(0, (self.end - max(day, self.start)).days)


def boundary(anchor: date, months: int) -> date:
    """The anchor plus a number of months (negative: before it), clipped to the month's end from the anchor.

    Never stepped from the last boundary: anchor 31 January gives 28 February and then 31 March (rules 1).
    Raises ValueError outside the calendar's years 1 to 9999.
    """
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


def months_elapsed(anchor: date, day: date) -> int:
    """The greatest whole number of months m with `boundary(anchor, m) <= day`."""
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return months if boundary(anchor, months) <= day else months - 1


@lru_cache(maxsize=4096)  # a night asks for few periods, each thousands of times
def next_period(anchor: date, start: date, term: Term) -> Period:
    """The period of one term that begins on the boundary `start`.

    Raises ValueError where `start` is not a boundary of the anchor: such a period would overlap or leave a gap.
    """
    months = months_elapsed(anchor, start)
    if boundary(anchor, months) != start:
        raise ValueError(f"{start} is not a boundary of the anchor {anchor}")
    return Period(start, boundary(anchor, months + term.months))


@lru_cache(maxsize=256)
def day_counts(months: int) -> range:
    """How many days so many months may have, from whatever anchor: 28 to 31, 365 to 366, 1,095 to 1,096."""
    anchors = [date(year, 1, day) for year in (2000, 2096) for day in (1, 29, 30, 31)]  # 2100 has no leap day
    starts = [(anchor, elapsed) for anchor in anchors for elapsed in range(48)]
    counts = [(boundary(anchor, n + months) - boundary(anchor, n)).days for anchor, n in starts]
    return range(min(counts), max(counts) + 1)


def weekdays_later(day: date, count: int) -> date:
    """The day so many Mondays to Fridays after `day`. Bank holidays are not known here: banks' days are about right."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def local_date(instant: datetime, zone: str) -> date:
    """The calendar date of an instant in an account's billing time zone (rules 1). Raises for an unknown zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def next_local_midnight(instant: datetime, zone: str) -> datetime:
    """The instant at which the account's local day ends: a price quoted today does not outlive it (rules 9)."""
    return datetime.combine(local_date(instant, zone) + timedelta(days=1), time.min, ZoneInfo(zone))
