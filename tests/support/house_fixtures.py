"""Fixtures of the demo's house: one for all who only look, and one of one's own for who changes something."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread

import pytest

from tests.support.database import give_roles
from tests.support.house import PROCESSES, RunningHouse, Template, built_template, running_house

NewHouse = Callable[..., RunningHouse]
"""`fresh_house()`, or `fresh_house("sandbox", "web")` for some of its processes only."""


def is_first_of_many() -> bool:
    """Whether this is the first of several processes that share a run."""
    return os.environ.get("PYTEST_XDIST_WORKER") == "gw0"


def build_ahead() -> None:
    """Begin to build the book while other tests run. Who needs it waits for it, and is told what went wrong."""

    def build() -> None:
        with suppress(Exception):
            give_roles(os.environ["DATABASE_URL"])
            built_template(os.environ["DATABASE_URL"])

    Thread(target=build, name="book").start()


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
