"""Chromium for the browser tests, one for the run; and a house whose customers may buy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import chromium
from tests.support.house import RunningHouse, Template, running_house


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, driven as a customer would. Fails with a sentence when there is none: never skips."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium.ensure(), args=chromium.arguments())
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def shop(house_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A house for tests that buy. They share it, so each leaves its customer able to buy again; the clock stands."""
    with running_house(house_template, tmp_path_factory.mktemp("shop")) as running:
        yield running
