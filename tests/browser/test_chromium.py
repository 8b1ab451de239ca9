"""The browser that the other tests here drive."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support import chromium


def test_it_draws_a_page(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<main><h1>Two seats</h1></main>")
    assert page.get_by_role("heading").inner_text() == "Two seats"
    page.close()


def test_without_any_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(chromium, "_install_debian_package", lambda: None)
    monkeypatch.setattr(chromium, "_install_with_playwright", lambda: None)
    with pytest.raises(chromium.ChromiumMissing, match="apt-get install chromium"):
        chromium.ensure()


def test_one_that_does_not_start_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As Ubuntu's, which only says where to get the real one."""
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: iter(()))
    assert chromium.find() is None
