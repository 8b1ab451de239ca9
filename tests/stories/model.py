"""A small model of one customer, written from the rules and sharing no code with Tenor: dates, seats, money.

Amounts are whole cents. Where it and Tenor disagree, one of them is wrong.
"""

import calendar
import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

PRICES: dict[tuple[str, int], list[tuple[date, int, int | None]]] = {
    ("standard", 1): [(date(2024, 1, 1), 4_900, None)],
    ("standard", 12): [(date(2024, 1, 1), 46_500, 42_000), (date(2028, 1, 1), 51_000, 46_000)],
    ("standard", 36): [(date(2024, 1, 1), 131_000, None)],
    ("premium", 1): [(date(2024, 1, 1), 9_800, None)],
    ("premium", 12): [(date(2024, 1, 1), 93_000, None)],
    ("premium", 36): [(date(2024, 1, 1), 262_000, None)],
}
"""Plan and months: since when which list price and which renewal price holds; each announced long before."""

PAST_DUE_DAYS, SUSPENDED_DAYS, SUSPENDED_DAYS_MONTHLY = 15, 30, 15
LATE_DAYS, LATE_DAYS_MONTHLY = 45, 30


def rounded(value: Fraction) -> int:
    """To the nearest cent, a half away from nothing (rules 2)."""
    size = (abs(value) + Fraction(1, 2)).__floor__()
    return size if value >= 0 else -size


def boundary(anchor: date, months: int) -> date:
    """The anchor's day, that many months on, or the month's last day (rules 1)."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))


def months_to(anchor: date, day: date) -> int:
    """How many months after the anchor a boundary is."""
    return next(months for months in range(-1_200, 1_200) if boundary(anchor, months) == day)


def prices_on(plan: str, months: int, day: date) -> tuple[int, int]:
    """List price and renewal price of a seat on a day; the second is the list price for a term under a year."""
    _, listed, renewal = [entry for entry in PRICES[plan, months] if entry[0] <= day][-1]
    if months < 12:
        return listed, listed
    return listed, rounded(Fraction(listed * 9, 10)) if renewal is None else renewal


@dataclass
class Paid:
    """Days that were paid for: [start, end), cents a seat for `whole` days."""

    start: date
    end: date
    unit: int
    whole: int
    is_term: bool = True


@dataclass
class Model:
    """One subscription as the rules say it should be."""

    anchor: date
    renews_on: date
    months: int = 12
    plan: str = "standard"
    seats: int = 3
    auto: bool = True
    status: str = "active"
    lapsed_on: date | None = None
    scheduled: dict[str, str] = field(default_factory=dict)
    coming: tuple[date, int, str, int] | None = None
    paid: list[Paid] = field(default_factory=list)

    def copied(self) -> "Model":
        """As it stands now, to come back to."""
        return copy.deepcopy(self)

    @property
    def renews(self) -> bool:
        """Whether it is renewed on its renewal date."""
        return {"on": True, "off": False}.get(self.scheduled.get("auto_renew", ""), self.auto)

    @property
    def last(self) -> tuple[int, str, int]:
        """Months, plan and seats of the last paid period."""
        return self.coming[1:] if self.coming else (self.months, self.plan, self.seats)

    @property
    def next(self) -> tuple[int, str, int]:
        """Months, plan and seats of the next term: what is scheduled, merged."""
        months, plan, seats = self.last
        wanted = self.scheduled
        return int(wanted.get("term", months)), wanted.get("plan", plan), int(wanted.get("seats", seats))

    def running(self, today: date) -> list[Paid]:
        """Paid days of which some are left."""
        return [paid for paid in self.paid if paid.end > today]

    def next_span(self) -> tuple[date, date]:
        """The days of the next term."""
        elapsed = months_to(self.anchor, self.renews_on)
        return self.renews_on, boundary(self.anchor, elapsed + self.next[0])

    def renewal_amount(self, priced_on: date, *, lapsed: bool = False) -> int:
        """What the next term costs at the prices of that day."""
        months, plan, seats = self.next
        listed, special = prices_on(plan, months, priced_on)
        return seats * (listed if lapsed else special)

    def begin(self, priced_on: date, today: date, *, lapsed: bool = False) -> None:
        """The next term is paid: it begins on its day, today or later."""
        months, plan, seats = self.next
        start, end = self.next_span()
        listed, special = prices_on(plan, months, priced_on)
        self.paid.append(Paid(start, end, listed if lapsed else special, (end - start).days))
        self.auto = self.renews
        self.renews_on, self.scheduled = end, {}
        self.coming = (start, months, plan, seats)
        if start <= today:
            self.status, self.lapsed_on = "active", None
            self.pass_to(today)

    def pass_to(self, today: date) -> None:
        """A term that was paid ahead begins."""
        if self.coming and self.coming[0] <= today:
            _, self.months, self.plan, self.seats = self.coming
            self.coming = None

    def age(self, today: date) -> None:
        """What time alone does to what is not paid, or not renewed (rules 7)."""
        if self.status == "active" and self.renews_on <= today and not self.renews:
            self.status, self.lapsed_on = "expired", self.renews_on
        if self.lapsed_on is None or self.status == "canceled":
            return
        days, is_long = (today - self.lapsed_on).days, self.months >= 12
        if self.status == "expired":
            self.status = "expired" if days < (LATE_DAYS if is_long else LATE_DAYS_MONTHLY) else "canceled"
        elif days >= PAST_DUE_DAYS:
            over = PAST_DUE_DAYS + (SUSPENDED_DAYS if is_long else SUSPENDED_DAYS_MONTHLY)
            self.status = "suspended" if days < over else "canceled"

    def added_seats(self, count: int, today: date) -> list[int]:
        """What more seats cost, paid period by paid period (rules 4)."""
        amounts = []
        for paid in self.running(today):
            is_current = paid.is_term and paid.start <= today
            unit = prices_on(self.plan, self.months, today)[0] if is_current else paid.unit
            left = (paid.end - max(today, paid.start)).days
            amounts.append(rounded(Fraction(unit * count * left, paid.whole)))
        return amounts

    def extension(self, on: date, today: date) -> int:
        """What moving the renewal date to `on` costs (rules 5)."""
        paid, seats = self._extended(on, today), self.last[2]
        return rounded(Fraction(paid.unit * seats * (on - paid.start).days, paid.whole))

    def extend(self, on: date, today: date) -> None:
        """The renewal date moves to `on`, and all later boundaries with it."""
        if on > self.renews_on:
            self.paid.append(self._extended(on, today))
            self.renews_on = self.anchor = on
        elif self.anchor.day != on.day:
            self.anchor = on  # its boundaries would part from the others' after a short month

    def _extended(self, on: date, today: date) -> Paid:
        """The days until `on`, by the days of the term that would have been next under the old anchor."""
        months, plan, _ = self.last
        end = boundary(self.anchor, months_to(self.anchor, self.renews_on) + months)
        whole = (end - self.renews_on).days
        return Paid(self.renews_on, on, prices_on(plan, months, today)[1], whole, is_term=False)


def tiles(paid: list[Paid]) -> bool:
    """Whether each period begins where the one before it ended."""
    in_order = sorted(paid, key=lambda one: one.start)
    return all(one.end == two.start for one, two in pairwise(in_order))


DAY = timedelta(days=1)
