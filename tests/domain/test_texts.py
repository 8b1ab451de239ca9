"""One line is meant: what people type never carries a line break into a mail's header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.texts import one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mia Moe", "Mia Moe"),
        ("  Mia \t Moe ", "Mia Moe"),
        ("Hello\r\nBcc: x@example.com", "Hello Bcc: x@example.com"),
        ("Hello\nthere", "Hello there"),
        ("a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g", "a b c d e f g"),
        ("NUL\0", "NUL"),
        ("\r\n", ""),
        ("", ""),
        ("non\u00a0breaking", "non breaking"),
        ("Åsa Öberg-Łuczak", "Åsa Öberg-Łuczak"),
        ("עברית 日本語 🙂", "עברית 日本語 🙂"),
    ],
)
def test_it_is_one_line(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@given(st.text())
def test_nothing_that_breaks_a_header_is_left_and_twice_is_once(typed: str) -> None:
    kept = one_line(typed)
    assert kept.splitlines() in ([], [kept])
    assert kept == one_line(kept) == kept.strip()
    assert "\0" not in kept
    assert [c for c in kept if c != " "] == [c for c in typed if c in kept and c != " "]
