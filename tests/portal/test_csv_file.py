"""Files for spreadsheets: the form that the reader's one opens, numbers as numbers, and nothing that calculates."""

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.money import Money
from tenor.portal.csv_file import FORMS, csv_response, form_name, other_form


def body(rows: list[list[object]], form: str = "plain") -> str:
    return csv_response("x.csv", ("Head",), rows, form).content.decode()


def cells(rows: list[list[object]], form: str) -> list[list[str]]:
    """What a spreadsheet of that form reads, without the line of names."""
    text = body(rows, form).removeprefix("\ufeff")
    return list(csv.reader(StringIO(text, newline=""), delimiter=FORMS[form].separator))[1:]


@pytest.mark.parametrize(
    ("language", "asked", "name"),
    [
        ("en", "", "comma"),
        ("en-gb", "", "comma"),
        ("sv", "", "semicolon"),
        ("nl", "", "semicolon"),
        ("nl-BE", "", "semicolon"),
        ("sv", "comma", "comma"),
        ("en", "semicolon", "semicolon"),
        ("sv", "plain", "plain"),
        ("sv", "xlsx", "semicolon"),
        ("", "", "comma"),
    ],
)
def test_the_language_chooses_unless_the_reader_does(language: str, asked: str, name: str) -> None:
    assert form_name(language, asked) == name


def test_the_other_form_is_the_other_one() -> None:
    assert (other_form("comma"), other_form("semicolon")) == ("semicolon", "comma")


ROW: list[object] = [Money(-1_250, "EUR"), Money(1_234_567, "SEK"), Money(-5, "JPY"), date(2027, 3, 1), 3, None]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("plain", "Head\r\n-12.50,12345.67,-5,2027-03-01,3,\r\n"),
        ("comma", "Head\r\n-12.50,12345.67,-5,2027-03-01,3,\r\n"),
        ("semicolon", "\ufeffHead\r\n-12,50;12345,67;-5;2027-03-01;3;\r\n"),
    ],
)
def test_numbers_stay_numbers_in_each_form(form: str, text: str) -> None:
    assert body([ROW], form) == text


def test_a_spreadsheet_is_told_of_utf_8_where_there_is_more_than_ascii() -> None:
    assert [body([["Ångström"]], form)[0] == "\ufeff" for form in ("plain", "comma", "semicolon")] == [
        False,
        True,
        True,
    ]


CALCULATED = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tplain",
    " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\u3000=1",
    "＝1", "＋1", "－1", "＠SUM(A1)", "﹦1", "﹣1", " \n ＝1", "-12.50", "=cmd|' /C calc'!A0", "-", "\x00=1",
]  # fmt: skip


@pytest.mark.parametrize("text", CALCULATED)
@pytest.mark.parametrize("form", sorted(FORMS))
def test_what_would_be_calculated_is_text(text: str, form: str) -> None:
    assert cells([[text, "after"]], form) == [[f"'{text}", "after"]]


@pytest.mark.parametrize(
    "text", ["Draft", "a=b", "1-2", "3 + 4", "'quoted", "Öst & Väst; AB", "", " ", "me@example.com", "№ 7"]
)
@pytest.mark.parametrize("form", sorted(FORMS))
def test_other_text_is_left_alone(text: str, form: str) -> None:
    assert cells([[text, "after"]], form) == [[text, "after"]]


@given(texts=st.lists(st.text(), min_size=1, max_size=4), form=st.sampled_from(sorted(FORMS)))
def test_every_cell_comes_back_whole_and_none_begins_as_a_formula(texts: list[str], form: str) -> None:
    (read,) = cells([[*texts, "end"]], form)
    assert [cell in (text, f"'{text}") for cell, text in zip(read, texts, strict=False)] == [True] * len(texts)
    assert read[-1] == "end"
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in read)
