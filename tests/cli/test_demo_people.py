"""Every row of the eligibility matrix can be met by signing in as somebody of the demo."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tenor.cli.demo_book.customers import CUSTOMERS
from tenor.cli.demo_book.specs import Customer
from tenor.domain.eligibility.matrix import ACCOUNT_ROWS, SUBSCRIPTION_ROWS
from tenor.portal.demo_notes import NOTES
from tests.support import plain_http
from tests.support.demo_people import NOT_IN_THE_BOOK
from tests.support.house import RunningHouse, Template, copy_house

TOGETHER = ["fewer_than_two", "already_aligned", "term_differs", "method_differs", "return_window_ended"]
"""What concerns more than one subscription, or an order of it."""
ROWS = [row.code for row in ACCOUNT_ROWS] + [row.code for row in SUBSCRIPTION_ROWS] + TOGETHER


@pytest.fixture(scope="module")
def met(house_template: Template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The codes that each person meets, by the address."""
    house = copy_house(house_template, tmp_path_factory.mktemp("people"))
    try:
        environment = house.environment | {"DJANGO_SETTINGS_MODULE": "tenor.project.settings"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.reasons"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    finally:
        house.stop()
    return {email: set(codes) for email, codes in json.loads(done.stdout).items()}


@pytest.mark.parametrize("row", [row for row in ROWS if row not in NOT_IN_THE_BOOK])
def test_somebody_meets_the_row(met: dict[str, set[str]], row: str) -> None:
    assert any(row in codes for codes in met.values())


@pytest.mark.parametrize("row", sorted(NOT_IN_THE_BOOK))
def test_an_exception_is_still_one(met: dict[str, set[str]], row: str) -> None:
    """When somebody meets the row after all, the exception has to go."""
    assert row in ROWS
    assert not any(row in codes for codes in met.values())


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: str(customer.people[0].email))
def test_who_says_so_shows_it(met: dict[str, set[str]], customer: Customer) -> None:
    assert set(customer.shows) <= met[customer.people[0].email]


def test_the_sign_in_page_has_a_note_about_everybody_who_shows_something() -> None:
    people = {person.email for customer in CUSTOMERS for person in customer.people}
    assert set(NOTES) <= people
    assert {customer.people[0].email for customer in CUSTOMERS if customer.shows} <= set(NOTES)


def test_the_guide_names_everybody_of_the_sign_in_page() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")
    assert [email for email in NOTES if f"`{email}`" not in guide] == []


def test_the_house_offers_its_people_on_the_sign_in_page(house: RunningHouse) -> None:
    page = plain_http.get(f"{house.url}/accounts/login/")
    assert page.status_code == 200
    assert "Alice Bergstrom" in page.text


def test_a_row_is_not_met_by_everybody(met: dict[str, set[str]]) -> None:
    """Else the walk above would show nothing."""
    ordinary = {"not_expired", "renewal_window_not_open"}
    for row in set(ROWS) - ordinary - set(NOT_IN_THE_BOOK):
        assert not all(row in codes for codes in met.values()), row
