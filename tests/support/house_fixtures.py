"""Fixtures of the demo's house: one for all who only look, and one of one's own for who changes something."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.house import PROCESSES, RunningHouse, Template, built_template, running_house

NewHouse = Callable[..., RunningHouse]
"""`fresh_house()`, or `fresh_house("sandbox", "web")` for some of its processes only."""


@pytest.fixture(scope="session")
def house_template(postgres_url: str) -> Template:
    """The database with the demo's book, to copy from; built once for all processes of the run."""
    return built_template(postgres_url)


@pytest.fixture(scope="session")
def house(house_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A running house for tests that look, sign in and price, and leave subscriptions and orders as they are."""
    with running_house(house_template, tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture
def fresh_house(house_template: Template, tmp_path: Path) -> Iterator[NewHouse]:
    """Makes houses that nobody else sees: for tests that buy, move the clock, kill processes."""
    with ExitStack() as stack:

        def build(*processes: str) -> RunningHouse:
            folder = tmp_path / f"house-{len(list(tmp_path.glob('house-*')))}"
            return stack.enter_context(running_house(house_template, folder, processes or PROCESSES))

        yield build
