"""The vendor's colour is one: what its style sheet says, mails say too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenor.ui import brand
from tenor.ui.brand import Brand
from tenor.ui.mail import render
from tests.ui.test_mails import VIEW


@pytest.fixture(autouse=True)
def _read_again() -> Iterator[None]:
    brand.brand.cache_clear()
    yield
    brand.brand.cache_clear()


def styled(monkeypatch: pytest.MonkeyPatch, folder: Path, css: str) -> None:
    """Serve that as the vendor's style sheet."""
    sheet = folder / "brand.css"
    sheet.write_text(css)
    monkeypatch.setattr("tenor.ui.brand.finders.find", lambda _name: str(sheet))


def test_a_mail_has_the_colour_of_the_vendors_style_sheet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    styled(monkeypatch, tmp_path, ":root { --vendor-accent: #0A6600; }")
    html = render("order_fulfilled", "en", VIEW).html
    assert brand.brand() == Brand("#0a6600", "#89b584")
    assert ".button { background: #0a6600; color: #ffffff; }" in html
    assert "a { color: #89b584 !important; }" in html


def test_ours_is_that_of_the_pages() -> None:
    tokens = Path(brand.__file__).parent / "static/ui/css/tokens.css"
    of_pages = re.search(r"--vendor-accent: (#\w{6});", tokens.read_text())
    assert of_pages is not None
    assert brand.brand().accent == of_pages[1]


def test_a_style_sheet_without_a_colour_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    styled(monkeypatch, tmp_path, ":root { --vendor-accent: teal; }")
    with pytest.raises(ValueError, match="--vendor-accent"):
        brand.brand()
