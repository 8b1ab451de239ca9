"""Tables as files that the reader's spreadsheet opens as they are meant, and no cell that it takes for a formula.

RFC 4180 with UTF-8. A spreadsheet reads a file by the rules of its own country: where the comma is in the numbers, the
cells stand apart by semicolons. So there are two forms, and the reader's language chooses, or the reader.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal
from unicodedata import category, normalize

from django.http import HttpResponse

from tenor.domain.money import Money

BYTE_ORDER_MARK = "\ufeff"
FORMULA = frozenset("=+-@")


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How cells stand apart, and what is between whole and part of an amount.

    `marked`: whether it begins with a byte order mark, by which a spreadsheet knows UTF-8; plain ASCII needs none.
    """

    separator: str
    decimal_mark: str
    marked: Literal["never", "where_needed", "always"]


FORMS = {
    "comma": CsvForm(",", ".", "where_needed"),
    "semicolon": CsvForm(";", ",", "always"),
    "plain": CsvForm(",", ".", "never"),
}
"""The forms by the name that an address gives them; "plain" is for programs."""

_OF_LANGUAGE = {"sv": "semicolon", "nl": "semicolon"}


def form_name(language: str, asked: str = "") -> str:
    """The name of the form that was asked for, if there is such a one; else that of a spreadsheet in that language."""
    return asked if asked in FORMS else _OF_LANGUAGE.get(language.split("-")[0].lower(), "comma")


def other_form(name: str) -> str:
    """The name of the form that a reader with a spreadsheet of another country takes."""
    return "comma" if name == "semicolon" else "semicolon"


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], form: str = "plain"
) -> HttpResponse:
    """A file to save under that name: lines end with CR LF, dates are ISO 8601, amounts plain numbers."""
    chosen, text = FORMS[form], StringIO(newline="")
    writer = csv.writer(text, delimiter=chosen.separator)
    writer.writerow(header)
    writer.writerows([_cell(value, chosen) for value in row] for row in rows)
    body = text.getvalue()
    is_marked = chosen.marked == "always" or (chosen.marked == "where_needed" and not body.isascii())
    mark = BYTE_ORDER_MARK if is_marked else ""
    response = HttpResponse(mark + body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cell(value: object, form: CsvForm) -> str:
    """Amounts and dates are ours. Text may be anybody's: what a spreadsheet would calculate is marked as text."""
    match value:
        case None:
            return ""
        case Money():
            return value.plain().replace(".", form.decimal_mark)
        case str() if _is_formula(value):
            return f"'{value}"
        case _:
            return str(value)


def _is_formula(text: str) -> bool:
    """Whether it begins with = + - or @, in any width, after what a spreadsheet passes over: spaces, marks, controls.

    A tab or line break in front is enough: pasted, it begins another cell.
    """
    first = next((sign for sign in text if category(sign)[0] not in "ZC"), "")
    return text[:1] in ("\t", "\r", "\n") or normalize("NFKC", first)[:1] in FORMULA
