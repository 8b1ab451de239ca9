"""A made-up language: each text in brackets, with accents, so that what stands outside them was never translatable.

`python -m tests.support.pseudo_locale FOLDER` makes it; `TENOR_PSEUDO_LOCALE=FOLDER` offers it as language "eo".
"""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.meta.rules import ROOT

CODE = "eo"
OPEN, CLOSE = "⟦", "⟧"
KEPT = re.compile(r"(%\(\w+\)[sd]|%[ds%]|</?\w[^>]*>|&\w+;)")
"""Placeholders, tags and entities: they stay as they are."""

ACCENTS = str.maketrans("aceinosuyzACEINOSUYZ", "àçéîñöšûýžÀÇÉÎÑÖŠÛÝŽ")


def pseudo(text: str) -> str:
    """The text in the made-up language; white space around it stays outside the brackets."""
    inner = text.strip()
    accented = "".join(part if KEPT.fullmatch(part) else part.translate(ACCENTS) for part in KEPT.split(inner))
    return text.replace(inner, f"{OPEN}{accented}{CLOSE}", 1) if inner else text


def make(folder: Path) -> Path:
    """Write `eo/LC_MESSAGES/django.mo` into the folder, from the texts that the Swedish catalog translates."""
    with (ROOT / "src/tenor/ui/locale/sv/LC_MESSAGES/django.po").open("rb") as file:
        source = read_po(file, locale="sv")
    made = Catalog(locale=CODE, fuzzy=False)
    for message in source:
        if message.id:
            said = pseudo(message.id) if isinstance(message.id, str) else tuple(map(pseudo, message.id))
            made.add(message.id, said, context=message.context)
    target = folder / CODE / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "django.mo").open("wb") as file:
        write_mo(file, made)
    return folder


if __name__ == "__main__":
    make(Path(sys.argv[1]))
