"""The list of subscriptions for an account with many: found by its own words, grouped, summed, and kept as a file."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from tenor.db import models
from tenor.domain.account import OpenOrder, OwedTerm
from tenor.domain.situation import situation
from tenor.portal.holdings import Holding
from tenor.portal.pages.subscriptions import HEADER, _cells
from tests.domain.builders import RENEWS, account, offer, subscription, usd
from tests.portal.conftest import House
from tests.portal.questions import MOST, questions
from tests.support import factories

ADDRESS = "/subscriptions/"


@pytest.fixture
def offices(house: House) -> dict[str, models.Subscription]:
    """Four: Malmö and Lund of one cost center, Oslo of none and ending, Ended that is over."""
    models.Subscription.objects.update(label="Malmö", cost_center="4711")
    make: Any = factories.make_subscription
    later = {"anchor": date(2026, 6, 1), "renews_on": date(2027, 6, 1)}
    over = {"status": "canceled", "lapsed_on": date(2026, 11, 1)}
    return {
        "Malmö": house.subscription,
        "Lund": make(account=house.account, label="Lund", cost_center="4711", seats=5, **later),
        "Oslo": make(account=house.account, label="Oslo", auto_renew=False),
        "Ended": make(account=house.account, label="Ended", **over),
    }


def shown(client: Client, query: str, offices: dict[str, models.Subscription]) -> list[str]:
    """Which are on the page, in its order."""
    page = client.get(f"{ADDRESS}?{query}").content.decode()
    found = {page.find(f'href="/subscriptions/{one.id}/"'): name for name, one in offices.items()}
    return [name for place, name in sorted(found.items()) if place >= 0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Malmö", "Oslo", "Lund"]),
        ("q=malm%C3%B6", ["Malmö"]),
        ("q=4711+lund", ["Lund"]),
        ("q=draft+standard", ["Malmö", "Oslo", "Lund"]),
        ("cost_center=4711", ["Malmö", "Lund"]),
        ("cost_center=-", ["Oslo"]),
        ("product=draft&cost_center=4711", ["Malmö", "Lund"]),
        ("product=model", []),
        ("from=2027-04-01", ["Lund"]),
        ("to=2027-03-01", ["Malmö", "Oslo"]),
        ("from=2027-03-01&to=2027-03-01", ["Malmö", "Oslo"]),
        ("from=tomorrow&to=2027-99-99", ["Malmö", "Oslo", "Lund"]),
        ("status=ending", ["Oslo"]),
        ("status=canceled", ["Ended"]),
        ("sort=label", ["Lund", "Malmö", "Oslo"]),
        ("sort=seats", ["Lund", "Malmö", "Oslo"]),
        ("sort=amount", ["Lund", "Malmö", "Oslo"]),
    ],
)
def test_what_the_address_asks_for_is_what_is_shown(
    house: House, offices: dict[str, models.Subscription], query: str, found: list[str]
) -> None:
    assert shown(house.as_(house.alice), query, offices) == found


def test_amounts_are_what_will_be_charged_and_add_up_by_cost_center(
    house: House, offices: dict[str, models.Subscription]
) -> None:
    page = house.as_(house.alice).get(f"{ADDRESS}?sort=cost_center").content.decode()
    assert "€1,575.00" in page  # 3 x 420.00 and Swedish VAT
    assert "€2,625.00" in page  # 5 x 420.00 and Swedish VAT
    assert page.count("€4,200.00") == 2  # of the cost center, and of all
    assert "incl. VAT" in page
    assert page.index("4711</span>") < page.index("No cost center</span>")


def test_a_few_are_found_by_looking_unless_some_are_not_shown(house: House) -> None:
    client = house.as_(house.alice)
    assert 'name="q"' not in client.get(ADDRESS).content.decode()
    assert 'name="q"' in client.get(f"{ADDRESS}?q=nothing").content.decode()
    factories.make_subscription(account=house.account, status="canceled", lapsed_on=date(2026, 11, 1))
    assert 'name="q"' in client.get(ADDRESS).content.decode()


def test_how_many_are_chosen_stands_beside_what_can_be_done(house: House) -> None:
    page = house.as_(house.alice).get(ADDRESS).content.decode()
    assert '<span class="bulk__count">' in page
    assert 'formaction="/subscriptions/labels/"' in page


# --- the file -----------------------------------------------------------------------------------------------------


def table(client: Client, query: str = "", separator: str = ",") -> list[dict[str, str]]:
    response = client.get(f"/subscriptions.csv?{query}")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig")), delimiter=separator))


def test_the_file_has_what_is_filtered_with_the_next_charge(
    house: House, offices: dict[str, models.Subscription]
) -> None:
    client = house.as_(house.alice)
    (row,) = table(client, "q=malm%C3%B6")
    assert row == {
        "Number": house.subscription.number,
        "Label": "Malmö",
        "Cost center": "4711",
        "Product": "Draft",
        "Plan": "Standard",
        "Term": "1 year",
        "Seats": "3",
        "Status": "Active",
        "What happens next": "Renews on",
        "Date": "2027-03-01",
        "Net": "1260.00",
        "Tax": "315.00",
        "Total": "1575.00",
        "Currency": "EUR",
        "Payment method": "Visa 4242",
    }
    assert [row["Label"] for row in table(client)] == ["Malmö", "Oslo", "Lund"]
    ending = table(client, "status=ending")[0]
    assert (ending["What happens next"], ending["Total"]) == ("Ends on", "")


def test_the_file_speaks_the_readers_language_as_its_spreadsheet_reads_it(
    house: House, offices: dict[str, models.Subscription]
) -> None:
    client = house.as_(house.alice)
    client.cookies["django_language"] = "sv"
    body = client.get("/subscriptions.csv").content.decode()
    assert body.startswith("\ufeffNummer;Eget namn;Kostnadsställe;")
    assert table(client, separator=";")[0]["Totalt"] == "1575,00"


def test_what_is_left_to_pay_of_an_order_is_no_sum_of_net_and_tax() -> None:
    order = OpenOrder("o1", "ORD-1", "processing", "renew", usd("800.00"), is_in_flight=True)
    one = subscription(open_order=order, owed=OwedTerm(RENEWS, date(2028, 3, 1), 12, "standard", 3, None))
    found = situation(account(subscriptions=(one,)), offer(), one, RENEWS)
    held = Holding(one, "Draft", "Standard", "1 year", "", found, coming=None)
    row = dict(zip(map(str, HEADER), _cells(held, "USD"), strict=True))
    assert (row["Net"], row["Tax"], row["Total"]) == (None, None, usd("800.00"))


def test_a_label_is_no_formula(house: House) -> None:
    models.Subscription.objects.update(label="=1+1")
    assert table(house.as_(house.alice))[0]["Label"] == "'=1+1"


@pytest.mark.parametrize("path", [ADDRESS, "/subscriptions.csv", "/subscriptions/?sort=cost_center"])
def test_many_ask_no_more_questions_than_one(house: House, path: str) -> None:
    client = house.as_(house.alice)
    one = len(questions(client, path))
    for number in range(60):
        factories.make_subscription(account=house.account, label=f"Office {number}", cost_center=str(number % 7))
    assert len(questions(client, path)) == one <= MOST + 2
