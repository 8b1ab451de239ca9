"""The vendor's own colour, for what can't read a style sheet's variables: mails."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.contrib.staticfiles import finders

STYLE = "ui/brand/brand.css"
"""The style sheet that a vendor replaces to change the colour: pages and mails take it from there."""
_ACCENT = re.compile(r"--vendor-accent:\s*#([0-9a-fA-F]{6})\b")
_ON_DARK = 48
"""Percent of the colour that is left of it on a dark ground; the rest is white. As in css/tokens.css."""


class Brand(NamedTuple):
    """Colours as CSS writes them: of buttons and links on white, and on a dark ground."""

    accent: str
    accent_on_dark: str


@cache
def brand() -> Brand:
    """The colours of this installation. Raises ValueError where its style sheet names no colour as #rrggbb."""
    found = finders.find(STYLE)
    style = Path(found).read_text(encoding="utf-8") if isinstance(found, str) else ""
    if (accent := _ACCENT.search(style)) is None:
        raise ValueError(f"{STYLE} sets no --vendor-accent of six hexadecimal digits")
    channels = bytes.fromhex(accent[1])
    light = bytes((channel * _ON_DARK + 255 * (100 - _ON_DARK)) // 100 for channel in channels)
    return Brand(f"#{channels.hex()}", f"#{light.hex()}")
