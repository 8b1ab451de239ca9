"""The reader of documentation tables itself: it must fail loudly, or a page could stop being tested unnoticed."""

from pathlib import Path

import pytest

from tenor.domain.money import Money
from tests.support import tables

PAGE = """# Title

| a | b |
|---|---|
| 1 | 2 |

## Worked

Words.

| days | amount |
|---:|---|
| 100 | **382.19** |
| 1 | `-3.82` |

| another | table |
|---|---|
| x | y |

## Empty

## Head only

| a | b |
|---|---|
"""


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(tables, "PAGES", tmp_path)


def test_reads_the_first_table_under_the_heading() -> None:
    assert tables.rows("page", "Worked") == [
        {"days": "100", "amount": "382.19"},
        {"days": "1", "amount": "-3.82"},
    ]


@pytest.mark.parametrize("heading", ["Nowhere", "Empty", "Head only", "Work"])
def test_a_missing_or_empty_table_is_an_error(heading: str) -> None:
    with pytest.raises(LookupError, match=heading):
        tables.rows("page", heading)


def test_ids_name_the_rows() -> None:
    found = tables.rows("page", "Worked")
    assert tables.ids(found) == ["100", "1"]
    assert tables.ids(found, "amount", "days") == ["382.19 100", "-3.82 1"]


def test_amounts_may_carry_thousands_separators() -> None:
    assert tables.amount("1,055.74", "USD") == Money(105574, "USD")
