"""No page contradicts another, or what is true: everybody's pages of the demo, on six days of two years."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import httpx
import pytest

from tests.browser.test_every_remedy import AT_ONCE, reading
from tests.support.house import RunningHouse, Template, running_house
from tests.support.saying import Book, Truth, lies
from tests.support.walking import Page

pytestmark = pytest.mark.house

DAYS = (
    ("2026-11-21", 1),
    ("2026-11-24", 1),
    ("2026-12-06", 3),
    ("2027-02-02", 4),
    ("2027-05-20", 7),
    ("2027-11-22", 14),
)
"""The days on which pages are read, each with how many days lie between the nights on the way to it."""


@pytest.fixture(scope="module")
def ageing(house_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A house that grows older from test to test. The nights are the tests' own: no worker runs beside them."""
    with running_house(house_template, tmp_path_factory.mktemp("ageing"), ("sandbox", "web")) as running:
        yield running


def told(house: RunningHouse, *arguments: str) -> dict[str, Any]:
    """What is true of everybody's subscriptions, once the clock is where it is to be."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.situated", *arguments],
        env=house.environment | {"DJANGO_SETTINGS_MODULE": "tenor.project.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def book_of(account: dict[str, Any]) -> Book:
    return Book(
        {key: Truth.of(one) for key, one in account["subscriptions"].items()},
        account["concerned"],
        frozenset(account["under_way"]),
        frozenset(map(date.fromisoformat, account["coming"])),
    )


def read(house: RunningHouse, email: str, account: dict[str, Any]) -> list[str]:
    """What somebody's pages say that is not so."""
    book = book_of(account)
    paths = ["/", "/subscriptions/?status=all", "/upcoming/", "/orders/", "/align/"]
    paths += [f"/subscriptions/{one}/" for one in book.subscriptions]
    paths += [f"/orders/{one}/" for one in book.under_way]
    with reading(house, email) as get:
        return [f"{email} {said}" for path in paths for said in _lies(get(path), book)]


def _lies(page: Page, book: Book) -> list[str]:
    assert page.status == httpx.codes.OK, page.url
    return lies(page, book)


@pytest.mark.parametrize(("day", "stride"), DAYS, ids=[day for day, _stride in DAYS])
def test_every_page_tells_the_truth(ageing: RunningHouse, day: str, stride: int) -> None:
    accounts = told(ageing, "pass", day, str(stride))
    with ThreadPoolExecutor(AT_ONCE) as readers:
        found = list(readers.map(lambda item: read(ageing, *item), accounts.items()))
    assert [said for lies_told in found for said in lies_told] == []


@pytest.mark.parametrize(
    ("field", "wrong"), [("on", "2031-05-17"), ("amount", "0.01 USD"), ("next", "ends"), ("next", "elsewhere")]
)
def test_a_page_of_somebody_else_s_truth_is_found(ageing: RunningHouse, field: str, wrong: str) -> None:
    """Grace's forty subscriptions, held against something else: wherever a page tells that, it is noticed."""
    email = "grace@harborvale.example"
    account = told(ageing)[email]
    for one in account["subscriptions"].values():
        one[field] = wrong
    noticed = {said.split(":")[0] for said in read(ageing, email, account)}
    assert any("/subscriptions/" in said for said in noticed)
    assert len(noticed) > 1, noticed
