"""A picture of sums that grow in steps, one line a choice: places and texts for components/step_chart.html.

The picture has no width of its own: along time, places are percentages, so that letters and strokes keep their size on
a phone. Lines differ by color, dash and mark, and carry their names, so that no one needs the colors.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tenor.domain.money import Money
from tenor.domain.terms import Period
from tenor.ui import formats
from tenor.ui.components import Text

LOOKS = 8
"""So many lines have a color, dash and mark of their own (components.css); after that they come round again."""
TOP, FOOT, LABEL, LEAST = 14, 36, 36, 300
MOST_MARKS = 12
SHAPES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z",
    "M-4-4H4V4H-4Z",
    "M0-5 5 4H-5Z",
    "M0-5 5 0 0 5-5 0Z",
)
"""Circle, square, triangle, diamond; from the fifth line on they are hollow."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One choice: its name, and the sum that holds from each day on, the earliest first."""

    name: Text
    points: Sequence[tuple[date, Money]]

    def before(self, day: date) -> Money:
        """The sum just before the day; that of the first day where nothing is before it."""
        return self.points[max(0, bisect_left(self.points, day, key=lambda point: point[0]) - 1)][1]


@dataclass(frozen=True, slots=True)
class StepChart:
    """What is drawn: lines over a span, with days marked below. `caption` says what is to be seen."""

    caption: Text
    span: Period
    marks: Sequence[date]
    lines: Sequence[StepLine]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One straight piece of a line. Along time in percent, across it in pixels."""

    x1: str
    y1: int
    x2: str
    y2: int


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line with its look (1 to 8), its strokes, the places of its marks, and its name at the end."""

    look: int
    shape: str
    strokes: Sequence[Stroke]
    marks: Sequence[tuple[str, int]]
    ends_at: int
    label_at: int
    name: Text
    amount: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the template places. `grid` is (height, amount), `days` (place, day, first or last)."""

    height: int
    floor: int
    grid: Sequence[tuple[int, str]]
    days: Sequence[tuple[str, str, str]]
    lines: Sequence[DrawnLine]


def draw(chart: StepChart, locale: str) -> Drawing:
    """Places and texts in the reader's locale."""
    height = max(LEAST, TOP + FOOT + LABEL * len(chart.lines))
    scale = _Scale(chart.span, height - FOOT, _steps(chart))
    labels = _apart([scale.y(line.points[-1][1]) for line in chart.lines], TOP + LABEL // 2, height - FOOT)
    return Drawing(
        height=height,
        floor=scale.floor,
        grid=[(scale.y(amount), formats.money(amount, locale)) for amount in scale.grid],
        days=[(scale.x(day), formats.day(day, locale, "medium"), _side(chart.span, day)) for day in chart.marks],
        lines=[_line(scale, index, line, labels[index], locale) for index, line in enumerate(chart.lines)],
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to percent, amounts to pixels; `grid` are the round amounts to be read off, the highest at the top."""

    span: Period
    floor: int
    grid: Sequence[Money]

    def x(self, day: date) -> str:
        hundredths = 10_000 * (min(day, self.span.end) - self.span.start).days // self.span.days
        return f"{hundredths // 100}.{hundredths % 100:02d}%"

    def y(self, amount: Money) -> int:
        return self.floor - (self.floor - TOP) * amount.minor // self.grid[-1].minor


def _steps(chart: StepChart) -> list[Money]:
    """Nought to the highest sum or a little more, in four or five round steps."""
    highest = max(line.points[-1][1].minor for line in chart.lines)
    unit = 10 ** max(0, len(str(highest)) - 2)
    step = next(unit * n for n in (1, 2, 5, 10, 20, 50) if unit * n * 5 >= highest)
    currency = chart.lines[0].points[0][1].currency
    return [Money(step * n, currency) for n in range(max(2, -(-highest // step) + 1))]


def _line(scale: _Scale, index: int, line: StepLine, label_at: int, locale: str) -> DrawnLine:
    strokes, places = list[Stroke](), [(scale.x(day), scale.y(amount)) for day, amount in line.points]
    for (x, y), (next_x, next_y) in zip(places, [*places[1:], (scale.x(scale.span.end), places[-1][1])], strict=True):
        strokes.append(Stroke(x, y, next_x, y))
        if next_y != y:
            strokes.append(Stroke(next_x, y, next_x, next_y))
    return DrawnLine(
        look=index % LOOKS + 1,
        shape=SHAPES[index % len(SHAPES)],
        strokes=strokes,
        marks=places if len(places) <= MOST_MARKS else (),
        ends_at=places[-1][1],
        label_at=label_at,
        name=line.name,
        amount=formats.money(line.points[-1][1], locale),
    )


def _apart(wanted: Sequence[int], top: int, bottom: int) -> list[int]:
    """Heights for labels, each as near as may be to the one wanted, none over another: down first, then up again."""
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    placed = dict[int, int]()
    lowest = top
    for i in order:
        placed[i] = max(wanted[i], lowest)
        lowest = placed[i] + LABEL
    highest = bottom
    for i in reversed(order):
        placed[i] = min(placed[i], highest)
        highest = placed[i] - LABEL
    return [placed[i] for i in range(len(wanted))]


def _side(span: Period, day: date) -> str:
    return "start" if day == span.start else "end" if day == span.end else "middle"
