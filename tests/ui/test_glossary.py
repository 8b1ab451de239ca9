"""One word for one thing, in each language: the tables of docs/words.md, held against every text of the catalogs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils import translation

from tests.meta.rules import ROOT
from tests.support.tables import rows

CODES = {"English": "en", "Svenska": "sv", "Nederlands": "nl"}
LABELS = rows("../words", "Labels")
NEVER = rows("../words", "Never")


def catalog(language: str) -> Catalog:
    with (ROOT / f"src/tenor/ui/locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language)


CATALOGS = {language: catalog(language) for language in ("sv", "nl")}


def forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def said(message: Message, language: str) -> str:
    """What the message says in the language, in all its forms, without the names of its operands."""
    return re.sub(r"%\(\w+\)s|<[^>]*>", " ", "\n".join(forms(message.id if language == "en" else message.string)))


def pattern(never: str) -> re.Pattern[str]:
    words = re.escape(never).replace("…", r"\w*")
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def place(message: Message) -> str:
    """File and line of the text in the sources; the file alone where its lines are not the text's."""
    if not message.locations:
        return "in no source"
    file = message.locations[0][0]
    begins = re.split(r"%\(", forms(message.id)[0])[0].split("\n")[0][:40]
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines() if (ROOT / file).exists() else []
    found = next((number for number, line in enumerate(lines, start=1) if begins and begins in line), None)
    return file if found is None else f"{file}:{found}"


def faults(messages: Catalog, language: str) -> Iterator[str]:
    """Each text that says what is never said, with where it stands and what to say."""
    rules = [(pattern(row["never"]), row) for row in NEVER if CODES[row["language"]] == language]
    for message in messages:
        for never, row in rules if message.id else ():
            if found := never.search(said(message, language)):
                yield f"{place(message)}: “{found[0]}” in {language}: say {row['but']}. {forms(message.id)[0]!r}"


@pytest.mark.parametrize("language", CODES.values())
def test_nothing_is_called_what_it_is_never_called(language: str) -> None:
    assert list(faults(CATALOGS["sv" if language == "en" else language], language)) == []


@pytest.mark.parametrize("row", LABELS, ids=lambda row: row["English"])
def test_labels_are_the_trades(row: dict[str, str]) -> None:
    for name in ("Svenska", "Nederlands"):
        with translation.override(CODES[name]):
            assert translation.gettext(row["English"]) == row[name]


@pytest.mark.parametrize(
    ("language", "source", "text", "found"),
    [
        ("en", "It renews by itself.", "", "by itself"),
        ("sv", "Today", "Idag", "Idag"),
        ("sv", "Seat", "En plats kostar 4 kr.", "plats"),
        ("nl", "Returned", "De bestelling is teruggegeven.", "teruggegeven"),
        ("nl", "%(count)s seat", ("%(count)s seat van elk", "%(count)s seats van elk"), "van elk"),
    ],
)
def test_a_word_that_is_never_used_is_found(language: str, source: str, text: Any, found: str) -> None:
    messages = Catalog()
    messages.add(source if isinstance(text, str) else (source, source), text, locations=[("src/tenor/none.py", 1)])
    (fault,) = faults(messages, language)
    assert f"src/tenor/none.py: “{found}” in {language}: say " in fault


def test_a_longer_word_and_an_operand_are_no_fault() -> None:
    messages = Catalog()
    messages.add("Seat of %(plats)s", "Användarplats %(plats)s, i dag")
    assert list(faults(messages, "sv")) == []


def test_a_fault_says_where_the_text_stands() -> None:
    message = CATALOGS["sv"].get("Compare terms and plans")
    assert message is not None
    file, line = place(message).split(":")
    assert "Compare terms and plans" in (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
