"""Chromium for the browser tests, one for the run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, driven as a customer would. Fails with a sentence when there is none: never skips."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium.ensure(), args=chromium.arguments())
        yield launched
        launched.close()
