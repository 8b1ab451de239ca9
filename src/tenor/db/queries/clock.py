"""The stored test clock (rules 1): a distance from the system's clock while serving, one instant in between."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tenor.db.models import Clock


@dataclass(frozen=True, slots=True)
class Reading:
    """How business time follows from the system's: `ahead_by` it while it ticks, or else standing still."""

    ahead_by: timedelta = timedelta(0)
    stands_at: datetime | None = None

    def at(self, real: datetime) -> datetime:
        """The business instant at an instant of the system's clock."""
        return self.stands_at if self.stands_at is not None else real + self.ahead_by


def read_clock() -> Reading:
    """The clock as it was left; business time is the system's where nobody ever set one. One query."""
    row = Clock.objects.values_list("ahead_by", "stands_at").first()
    if row is None:
        return Reading()
    return Reading(stands_at=row[1]) if row[1] is not None else Reading(ahead_by=row[0] or timedelta(0))


def business_now(real: datetime) -> datetime:
    """The business instant at an instant of the system's clock. One query."""
    return read_clock().at(real)


def let_it_tick(ahead_by: timedelta) -> None:
    """From now on business time runs that far ahead of the system's clock."""
    Clock.objects.update_or_create(id=1, defaults={"ahead_by": ahead_by, "stands_at": None})


def let_it_stand(at: datetime) -> None:
    """From now on business time stands still at that instant."""
    Clock.objects.update_or_create(id=1, defaults={"ahead_by": None, "stands_at": at})
