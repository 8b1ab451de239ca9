"""Tables as files that spreadsheets open: RFC 4180, UTF-8, and no cell that is taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

from tenor.domain.money import Money

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A file to save under that name: lines end with CR LF, dates are ISO 8601, amounts plain numbers with a point."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cell(value: object) -> str:
    """Amounts and dates are ours. Text may be anybody's: what a spreadsheet would calculate is marked as text."""
    match value:
        case None:
            return ""
        case Money():
            return value.plain()
        case str() if value.startswith(FORMULA):
            return f"'{value}"
        case _:
            return str(value)
