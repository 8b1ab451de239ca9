"""The list of seats as a file that a spreadsheet opens, and back: whatever it was saved as."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import chain

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import override

from tenor.domain.account import Subscription
from tenor.domain.refusals import Refusal
from tenor.domain.seat_lists import WITH_ACCESS, SeatLine
from tenor.domain.seats import SeatUser
from tenor.portal.csv_file import FORMULA

LARGEST = 512 * 1024
MOST_LINES = 5_000
SEPARATORS = ",;\t"


def header() -> tuple[str, ...]:
    """The names of the columns, in the language of the page."""
    return _("Subscription"), _("Own name"), _("E-mail address"), _("Name")


def rows(subscriptions: Iterable[Subscription], seated: Mapping[str, Sequence[SeatUser]]) -> Iterator[Sequence[str]]:
    """Everybody with a seat; a subscription without users has a line of its own, to be filled in."""
    for one in subscriptions:
        if one.status in WITH_ACCESS:
            users = seated.get(one.id, ())
            yield from ((one.number, one.label, user.email, user.name) for user in users)
            if not users:
                yield one.number, one.label, "", ""


def read(content: bytes) -> tuple[SeatLine, ...]:
    """The lines of a file, in UTF-8 or as Windows writes it, with commas, semicolons or tabs.

    Raises Refusal: file_too_large, file_unreadable, file_without_columns.
    """
    if len(content) > LARGEST:
        raise Refusal("file_too_large", {"most": MOST_LINES})
    text = _decoded(content)
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count))
    try:
        number_at, email_at = _columns(next(reader, []))
        found = [
            _line(reader.line_num, _cell(cells, number_at), _cell(cells, email_at)) for cells in reader if any(cells)
        ]
    except csv.Error as error:
        raise Refusal("file_unreadable", {}) from error
    if len(found) > MOST_LINES:
        raise Refusal("file_too_large", {"most": MOST_LINES})
    return tuple(found)


def carried(lines: Iterable[SeatLine]) -> str:
    """The lines as a form carries them along, from the preview to its confirmation."""
    return json.dumps([(line.line, line.number, line.email) for line in lines])


def brought_back(text: str) -> tuple[SeatLine, ...]:
    """The lines that a form carried. Raises Refusal("file_unreadable") for anything else."""
    try:
        found = json.loads(text)
        return tuple(_line(int(line), str(number), str(email)) for line, number, email in found[:MOST_LINES])
    except (ValueError, TypeError) as error:
        raise Refusal("file_unreadable", {}) from error


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise Refusal("file_unreadable", {})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _columns(names: Sequence[str]) -> tuple[int, int]:
    """Where number and address stand, by the names that any language gives the columns."""
    known = [name.strip().casefold() for name in names]
    places = [next((known.index(name) for name in called if name in known), -1) for called in _called()]
    if min(places) < 0:
        raise Refusal("file_without_columns", dict(zip(("number", "email"), header()[::2], strict=True)))
    return places[0], places[1]


def _called() -> tuple[frozenset[str], frozenset[str]]:
    numbers, emails = set[str](), set[str]()
    for language in chain(dict(settings.LANGUAGES), ["en"]):
        with override(language):
            number, _own, email, _name = header()
        numbers.add(number.casefold())
        emails.add(email.casefold())
    return frozenset(numbers), frozenset(emails)


def _cell(cells: Sequence[str], place: int) -> str:
    """The text of a cell, without the mark that keeps a spreadsheet from calculating it."""
    text = cells[place].strip() if place < len(cells) else ""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def _line(line: int, number: str, email: str) -> SeatLine:
    email = email.lower()  # as addresses are kept: "straße.de" is another domain than "strasse.de"
    try:
        validate_email(email)
    except ValidationError:
        return SeatLine(line, number.upper(), email, is_address=False)
    return SeatLine(line, number.upper(), email)
