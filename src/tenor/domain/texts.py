"""Texts that people type, where one line is meant: names and subjects, which end up in the headers of mails."""

import unicodedata

LONGEST_LABEL = 60
LONGEST_COST_CENTER = 40
"""Characters of what a customer calls a subscription, and of the cost center that it is booked to."""

_SEPARATORS = frozenset({"Cc", "Cs", "Zl", "Zp", "Zs"})
"""Categories of Unicode: control characters (line breaks and NUL among them), halves of surrogates, and separators."""


def one_line(text: str) -> str:
    """The text on one line: runs of spaces, line breaks and control characters become one space, none at the ends."""
    return " ".join("".join(" " if unicodedata.category(c) in _SEPARATORS else c for c in text).split())
