"""What all tests share: their environment, one database server for the run, the profiles of hypothesis."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support.environment import set_values_for_tests

SERVER = set_values_for_tests()  # before Django's settings are read, and before any import that reads them

import django  # noqa: E402
from django.db import connection  # noqa: E402

from tests.support.database import give_roles  # noqa: E402
from tests.support.house_fixtures import (  # noqa: E402
    build_ahead,
    fresh_house,  # noqa: F401 - a fixture, as the next two
    house,  # noqa: F401
    house_template,  # noqa: F401
    is_first_of_many,
)

django.setup()  # here, and not by pytest-django, which would read the settings before this file

settings.register_profile("fixed", derandomize=True, max_examples=50, deadline=None, database=None, print_blob=True)
settings.register_profile(
    "deep", max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

DATABASE_FIXTURES = {"db", "transactional_db", "postgres_url", "live_server", "browser"}
SLOW_MARKERS = ("django_db", "house", "browser")
HOUSES = ("town", "pseudo", "shop", "book", "met", "house")
"""Fixtures that keep a house running for many tests, the rarer first. Starting one takes seconds, and its worker and
web server are busy for as long as it stands: so the tests of one are run by one process."""


def pytest_configure(config: pytest.Config) -> None:
    """With several processes, the leading one starts the server for all; alone, it starts when a test asks for it."""
    if SERVER is not None and getattr(config.option, "numprocesses", None):
        SERVER.start()


def pytest_unconfigure() -> None:
    """The server ends with the run."""
    if SERVER is not None:
        SERVER.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever needs a database or a browser is slow without having to say so. `make check` runs what is not slow."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & DATABASE_FIXTURES or any(item.get_closest_marker(name) for name in SLOW_MARKERS):
            item.add_marker("slow")
        kept_running = next((name for name in HOUSES if name in fixtures), "")
        if kept_running and "house_template" in fixtures and config.pluginmanager.hasplugin("xdist"):
            item.add_marker(pytest.mark.xdist_group(kept_running))
    items.sort(key=_when)
    if is_first_of_many() and any("house_template" in getattr(item, "fixturenames", ()) for item in items):
        build_ahead()


def _when(item: pytest.Item) -> int:
    """What needs the demo's book comes last, for it takes a minute to build; of that, the longest groups first."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if "house_template" not in fixtures:
        return 0
    return next((place for place, name in enumerate(reversed(HOUSES), start=1) if name in fixtures), len(HOUSES) + 1)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of a running server, as the owner role; the smaller roles exist, with the owner's password."""
    if SERVER is not None:
        SERVER.start()
    url = os.environ["DATABASE_URL"]
    give_roles(url)
    return url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    postgres_url: str,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """pytest-django asks this before it makes its database: so that there is a server by then."""


@pytest.fixture
def acting_as(db: None) -> Callable[[str], AbstractContextManager[None]]:
    """`with acting_as("tenor_app"):` - Django's connection has that role's rights, row-level security included."""

    @contextmanager
    def act(role: str) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f'SET ROLE "{role}"')
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")

    return act


@pytest.fixture
def role_url(transactional_db: None) -> Callable[[str], str]:
    """The address of the test's database for a role: for separate connections, which see committed rows only."""

    def address(role: str) -> str:
        known: dict[str, Any] = connection.settings_dict
        return f"postgresql://{role}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"

    return address
