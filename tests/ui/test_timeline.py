"""The timeline: every day in the column of its month, at its place there, and readable as a table."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.ui import gallery
from tenor.ui.components import Mark, Span, Timeline, TimelineGroup, TimelineRow
from tenor.ui.timeline import Drawn, draw
from tests.ui.test_components import draw as draw_template

TODAY = date(2026, 11, 21)


def drawn(*rows: TimelineRow, label: str = "", months: int = 13) -> Drawn:
    return draw(Timeline("Payments", TODAY, TODAY, [TimelineGroup(rows, label)], months), "en_US")


def row_of(*marks: Mark, spans: tuple[Span, ...] = ()) -> TimelineRow:
    return TimelineRow("Draft", marks, spans)


def test_the_columns_are_the_months_from_the_first_one_on() -> None:
    columns = drawn(row_of()).columns
    assert [column.starts for column in columns[:3]] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert columns[-1].starts == date(2027, 11, 1)
    assert [column.starts for column in columns if column.starts_year] == [date(2026, 11, 1), date(2027, 1, 1)]
    assert [column.starts for column in columns if column.is_now] == [date(2026, 11, 1)]


@pytest.mark.parametrize(
    ("on", "column", "x"), [("2026-11-01", 0, 0), ("2026-11-16", 0, 50), ("2027-02-28", 3, 96), ("2027-03-01", 4, 0)]
)
def test_a_mark_stands_at_its_day(on: str, column: int, x: int) -> None:
    (group,) = drawn(row_of(Mark(date.fromisoformat(on), "$9.00"))).groups
    cells = group.rows[0].cells
    assert [i for i, cell in enumerate(cells) if cell.marks] == [column]
    assert cells[column].marks[0].x == x


def test_what_is_outside_the_months_is_not_drawn() -> None:
    (group,) = drawn(row_of(Mark(date(2026, 10, 31), "$9.00"), Mark(date(2027, 12, 1), "$9.00"))).groups
    assert not any(cell.marks for cell in group.rows[0].cells)


def test_a_span_is_said_once_and_drawn_in_each_of_its_months() -> None:
    (group,) = drawn(row_of(spans=(Span(date(2026, 12, 16), date(2027, 2, 15), "Added"),))).groups
    spans = [span for cell in group.rows[0].cells for span in cell.spans]
    assert [(span.x, span.width) for span in spans] == [(48, 52), (0, 100), (0, 50)]
    assert [span.text for span in spans if span.text] == ["December 16, 2026 – February 14, 2027: Added"]


def test_the_legend_names_what_there_is_and_nothing_else() -> None:
    shown = drawn(row_of(Mark(TODAY, "$9.00", "due"), spans=(Span(TODAY, date(2026, 12, 1), "Added"),)))
    assert [kind for kind, _label in shown.legend] == ["due"]
    assert shown.spans == ("Added",)


def test_an_unknown_kind_is_not_drawn_over() -> None:
    with pytest.raises(KeyError):
        drawn(row_of(Mark(TODAY, "$9.00", "nonsense")))


@given(days=st.lists(st.dates(date(2026, 11, 1), date(2027, 11, 30)), max_size=20, unique=True))
def test_every_day_of_the_months_is_drawn_once_and_in_order(days: list[date]) -> None:
    (group,) = drawn(row_of(*(Mark(day, str(day)) for day in days))).groups
    found = [(i, mark.x, mark.text) for i, cell in enumerate(group.rows[0].cells) for mark in cell.marks]
    assert [text.split(": ")[1] for _column, _x, text in found] == [str(day) for day in sorted(days)]
    assert all(0 <= x < 100 for _column, x, _text in found)
    assert found == sorted(found, key=lambda each: each[:2])


def test_it_reads_as_a_table() -> None:
    html = draw_template("{% timeline value %}", value=gallery._timeline(), locale="en_US")
    assert html.count('<th scope="col"') == 13
    assert re.findall(r'<th scope="rowgroup" colspan="14">([^<]+)', html) == ["Before", "After", "Others"]
    assert html.count('<th scope="row">') == 7
    assert html.count("<td>") == 1 + 7 * 13
    said = re.findall(r'<span class="visually-hidden" translate="no">([^<]+)</span>', html)
    assert said[:2] == ["March 1, 2027: $4,200.00", "June 1, 2027: $1,260.00"]
    assert "March 1, 2027 – May 31, 2027: Added time" in said
    assert '<a href="#draft" translate="no">Northline Draft</a>' in html
