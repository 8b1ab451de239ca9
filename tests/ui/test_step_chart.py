"""The picture of growing sums: true places, labels apart, and the same figures as a table."""

import re
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.money import Money
from tenor.domain.terms import Period
from tenor.ui.step_chart import LABEL, LOOKS, StepChart, StepLine, draw
from tests.ui.test_components import draw as render

START, END = date(2027, 3, 1), date(2030, 3, 1)
YEARS = [date(year, 3, 1) for year in range(2027, 2031)]


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def chart(*lines: list[int]) -> StepChart:
    """Lines of sums, a year apart."""
    drawn = [
        StepLine(f"line {n}", [(day, usd(sum_)) for day, sum_ in zip(YEARS, sums, strict=False)])
        for n, sums in enumerate(lines)
    ]
    return StepChart("Paid in all", Period(START, END), YEARS, drawn)


def test_steps_go_along_and_then_up() -> None:
    drawing = draw(chart([42_000, 84_000, 126_000], [117_900]), "en_US")
    first, second = drawing.lines
    assert [(stroke.x1, stroke.x2) for stroke in first.strokes] == [
        ("0.00%", "33.39%"),
        ("33.39%", "33.39%"),
        ("33.39%", "66.69%"),
        ("66.69%", "66.69%"),
        ("66.69%", "100.00%"),
    ]
    for one, following in pairwise(first.strokes):
        assert (one.x2, one.y2) == (following.x1, following.y1)
    assert all(stroke.y1 == stroke.y2 for stroke in second.strokes)
    assert first.ends_at < second.ends_at  # what costs more stands higher
    assert (first.amount, second.amount) == ("$1,260.00", "$1,179.00")


def test_amounts_are_read_off_a_grid_of_round_sums() -> None:
    drawing = draw(chart([42_000, 84_000, 126_000]), "en_US")
    assert [amount for _, amount in drawing.grid] == ["$0.00", "$500.00", "$1,000.00", "$1,500.00"]
    assert drawing.grid[0][0] == drawing.floor
    assert [side for _, _, side in drawing.days] == ["start", "middle", "middle", "end"]


def test_what_costs_nothing_lies_on_the_floor() -> None:
    drawing = draw(chart([0]), "en_US")
    assert drawing.lines[0].ends_at == drawing.floor


def test_lines_differ_by_look_and_shape_without_color() -> None:
    drawing = draw(chart(*([n] for n in range(1, LOOKS + 2))), "en_US")
    looks = [line.look for line in drawing.lines]
    assert looks == [*range(1, LOOKS + 1), 1]
    hollow = [(line.shape, line.look > LOOKS // 2) for line in drawing.lines[:LOOKS]]
    assert len(set(hollow)) == LOOKS


def test_many_payments_have_no_marks_of_their_own() -> None:
    days = [date(2027 + n // 12, n % 12 + 1, 1) for n in range(2, 38)]
    line = StepLine("monthly", [(day, usd(n)) for n, day in enumerate(days, start=1)])
    drawing = draw(StepChart("", Period(START, END), YEARS, [line]), "en_US")
    assert list(drawing.lines[0].marks) == []
    assert len(drawing.lines[0].strokes) > 36


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_labels_never_lie_over_one_another_and_all_lies_inside(ends: list[int]) -> None:
    drawing = draw(chart(*([end] for end in ends)), "en_US")
    places = sorted(line.label_at for line in drawing.lines)
    assert all(below - above >= LABEL for above, below in pairwise(places))
    assert places[0] >= LABEL // 2
    assert places[-1] <= drawing.floor
    assert all(0 <= line.ends_at <= drawing.floor for line in drawing.lines)


def test_the_table_says_what_was_paid_before_each_day() -> None:
    html = render("{% step_chart chart %}", chart=chart([42_000, 84_000, 126_000], [117_900]), locale="en_US")
    sums = re.findall(r'<data class="money" value="([\d.]+) USD"', html)
    assert sums == ["420.00", "840.00", "1260.00", "1179.00", "1179.00", "1179.00"]
    assert "style=" not in html
    assert html.count('aria-hidden="true"') >= 1
