"""Where everything in a timeline stands: months as columns, days as places within them, in percent of a column."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.terms import boundary
from tenor.ui import formats
from tenor.ui.components import Mark, Span, Text, Timeline, TimelineRow

KINDS: dict[str, Promise] = {
    "payment": _("Payment"),
    "due": _("To be paid now"),
    "under_way": _("Payment under way"),
    "ends": _("Ends without renewal"),
}
"""The kinds of marks, each drawn in a shape of its own, and what the legend says of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One month. `starts_year` where its year has to be said: the first column, and every January."""

    starts: date
    starts_year: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A mark at `x` percent of its column; `text` is its day and its label."""

    x: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class DrawnSpan:
    """The part of a span that lies in one column, in percent of it; `text` only where the span begins to be seen."""

    x: int
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one row has in one month. `now` is today's place, where it is in that month."""

    marks: tuple[DrawnMark, ...]
    spans: tuple[DrawnSpan, ...]
    now: int | None

    @property
    def texts(self) -> tuple[str, ...]:
        """What is read aloud, the earliest first."""
        return (*(span.text for span in self.spans if span.text), *(mark.text for mark in self.marks))


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row with a cell for each column."""

    row: TimelineRow
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """A group with its rows."""

    label: Text
    rows: tuple[DrawnRow, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A timeline, ready for components/timeline.html. `legend` names the kinds of marks that there are."""

    label: Text
    columns: tuple[Column, ...]
    groups: tuple[DrawnGroup, ...]
    legend: tuple[tuple[str, Promise], ...]
    spans: tuple[Text, ...]


def draw(timeline: Timeline, locale: str) -> Drawn:
    """Every mark and span of the timeline in its place. Raises KeyError for an unknown kind of mark."""
    columns = tuple(_columns(timeline))
    groups = tuple(
        DrawnGroup(group.label, tuple(_row(row, columns, timeline.today, locale) for row in group.rows))
        for group in timeline.groups
    )
    drawn = [cell for group in groups for row in group.rows for cell in row.cells]
    kinds = {mark.kind: KINDS[mark.kind] for cell in drawn for mark in cell.marks}
    spans = {span.label for group in timeline.groups for row in group.rows for span in row.spans}
    return Drawn(
        label=timeline.label,
        columns=columns,
        groups=groups,
        legend=tuple((kind, label) for kind, label in KINDS.items() if kind in kinds),
        spans=tuple(sorted(spans, key=str)),
    )


def _columns(timeline: Timeline) -> Iterator[Column]:
    first = timeline.starts.replace(day=1)
    for i in range(timeline.months):
        starts = boundary(first, i)
        is_now = (starts.year, starts.month) == (timeline.today.year, timeline.today.month)
        yield Column(starts, starts_year=i == 0 or starts.month == 1, is_now=is_now)


def _row(row: TimelineRow, columns: Iterable[Column], today: date, locale: str) -> DrawnRow:
    marks = sorted(row.marks, key=lambda mark: mark.on)
    cells = [
        Cell(
            marks=tuple(_mark(mark, locale) for mark in marks if _is_in(mark.on, column.starts)),
            spans=tuple(_spans(row.spans, column.starts, locale)),
            now=_place(today) if column.is_now else None,
        )
        for column in columns
    ]
    return DrawnRow(row, tuple(cells))


def _mark(mark: Mark, locale: str) -> DrawnMark:
    return DrawnMark(_place(mark.on), mark.kind, f"{formats.day(mark.on, locale)}: {mark.label}")


def _spans(spans: Iterable[Span], month: date, locale: str) -> Iterator[DrawnSpan]:
    following = boundary(month, 1)
    for span in spans:
        start, end = max(span.start, month), min(span.end, following)
        if start >= end:
            continue
        x = _place(start)
        days = (formats.day(day, locale) for day in (span.start, span.end - timedelta(days=1)))
        text = f"{' – '.join(days)}: {span.label}" if start == span.start else ""
        yield DrawnSpan(x, (100 if end == following else _place(end)) - x, text)


def _is_in(day: date, month: date) -> bool:
    return (day.year, day.month) == (month.year, month.month)


def _place(day: date) -> int:
    """How far into its month a day begins, in whole percent."""
    return (day.day - 1) * 100 // monthrange(day.year, day.month)[1]
