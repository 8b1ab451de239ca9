"""The pages that show: what each role sees, what strangers don't, and how few questions they ask."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from tenor.db import models
from tenor.domain.account import Role
from tenor.portal.pages import subscriptions
from tests.portal.conftest import House
from tests.portal.questions import MOST, questions
from tests.support import factories

PAGES = ["/", "/upcoming/", "/subscriptions/", "/orders/", "/help/"]


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def own_page(house: House) -> str:
    return f"/subscriptions/{house.subscription.id}/"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", [*PAGES, "own"])
def test_every_role_may_look(house: House, role: Role, path: str) -> None:
    person = factories.make_user()
    models.Membership.objects.filter(account=house.account, role=role.value).delete()
    factories.make_member(account=house.account, user=person, role=role)
    assert text(house.as_(person), own_page(house) if path == "own" else path)


@pytest.mark.parametrize("language", ["en", "sv", "nl"])
@pytest.mark.parametrize("path", [*PAGES, "own"])
def test_every_page_is_there_in_every_language(house: House, language: str, path: str) -> None:
    client = house.as_(house.alice)
    client.cookies["django_language"] = language
    assert f'<html lang="{language}"' in text(client, own_page(house) if path == "own" else path)


def test_the_portals_role_sees_the_same(house: House, acting_as: Callable[[str], AbstractContextManager[None]]) -> None:
    client = house.as_(house.alice)
    with acting_as("tenor_app"):
        assert house.subscription.number in text(client, "/subscriptions/")
        assert house.subscription.number in text(client, own_page(house))


def test_a_stranger_finds_nothing(house: House) -> None:
    assert house.as_(house.charlie).get(own_page(house)).status_code == 404
    assert house.as_(house.alice).get(f"/subscriptions/{uuid4()}/").status_code == 404
    assert house.as_(house.alice).get(f"/orders/{uuid4()}/").status_code == 404
    assert house.subscription.number not in text(house.as_(house.charlie), "/subscriptions/")


@pytest.mark.parametrize("path", [*PAGES, "own"])
def test_looking_changes_nothing_and_needs_no_post(house: House, path: str) -> None:
    client = house.as_(house.alice)
    address = own_page(house) if path == "own" else path
    if path != "/help/":
        assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


@pytest.fixture
def forty(house: House) -> House:
    for day in range(39):
        anchor = date(2026, 1, 1 + day % 28)
        renews_on = anchor.replace(year=2027)
        subscription = factories.make_subscription(account=house.account, anchor=anchor, renews_on=renews_on)
        if day % 10 == 0:
            factories.make_change(subscription=subscription)
    return house


@pytest.mark.parametrize("path", [*PAGES, "own"])
def test_forty_subscriptions_ask_no_more_than_eight_questions(forty: House, path: str) -> None:
    asked = questions(forty.as_(forty.alice), own_page(forty) if path == "own" else path)
    # a test's own transaction makes the account's scope an inner one, which puts the setting back at its end
    assert len([sql for sql in asked if "set_config" not in sql]) + 1 <= MOST, asked


# --- home ---------------------------------------------------------------------------------------------------------


def test_home_says_what_will_be_charged_with_tax(house: House) -> None:
    page = text(house.as_(house.alice), "/")
    assert page.count("€1,575.00") == 2  # 3 x 420.00 and 25 % VAT, on the card and in the list
    assert "€1,260.00" not in page


def test_a_product_s_card_says_what_its_next_renewals_charge_together(house: House) -> None:
    first = factories.make_subscription(account=house.account, renews_on=date(2027, 2, 1), anchor=date(2026, 2, 1))
    factories.make_subscription(account=house.account, renews_on=first.renews_on, anchor=first.anchor, seats=1)
    said = unescape(re.sub(r"<[^>]+>|\s+", " ", text(house.as_(house.alice), "/")))
    assert re.search(r"Next renewal\s+1 Feb 2027\s+Amount incl. VAT\s+€2,100.00", said)  # 3 + 1 seats of 420.00


def test_home_warns_of_a_card_that_does_not_last(house: House) -> None:
    models.PaymentMethod.objects.update(expires_on=date(2027, 1, 31))
    page = text(house.as_(house.alice), "/")
    assert "Visa 4242 expires before a renewal" in page
    assert 'href="/methods/"' in page


def test_home_warns_before_the_special_price_is_lost(house: House) -> None:
    models.Subscription.objects.update(renews_on=date(2026, 12, 1), anchor=date(2025, 12, 1), auto_renew=False)
    page = text(house.as_(house.alice), "/")
    assert "Last days at the special price: Draft" in page
    assert "€420.00" in page
    assert "€465.00" in page


def test_home_tells_of_a_payment_that_is_overdue(house: House) -> None:
    models.Subscription.objects.update(status="past_due", lapsed_on=date(2026, 11, 20))
    assert "The payment for Draft is overdue" in text(house.as_(house.alice), "/")


def test_an_empty_account_is_told_what_to_do(house: House) -> None:
    client = house.as_(house.charlie)
    assert "Ask how to buy" in text(client, "/")
    assert "No subscriptions yet" in text(client, "/subscriptions/")
    assert "No orders yet" in text(client, "/orders/")


# --- subscriptions ------------------------------------------------------------------------------------------------


def test_search_filter_and_sort_go_by_the_address(forty: House) -> None:
    client, one = forty.as_(forty.alice), forty.subscription
    assert text(client, f"/subscriptions/?q={one.number.lower()}").count('<tr role="row">') == 2
    assert "No subscription matches" in text(client, "/subscriptions/?q=nothing+like+it")
    models.Subscription.objects.filter(id=one.id).update(status="canceled", seats=900)
    assert one.number not in text(client, "/subscriptions/")
    assert one.number in text(client, "/subscriptions/?status=canceled")
    by_seats = text(client, "/subscriptions/?status=all&sort=seats")
    assert by_seats.index(one.number) == min(by_seats.index(each.number) for each in models.Subscription.objects.all())
    assert text(client, "/subscriptions/?status=nonsense&sort=nonsense&page=x").count('<tr role="row">') == 40


def test_htmx_gets_the_part_that_changes(house: House) -> None:
    response = house.as_(house.alice).get("/subscriptions/", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.strip().startswith('<div id="results"')
    assert "HX-Request" in response.headers["Vary"]


def test_going_back_in_history_gets_the_whole_page(house: House) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<h1>" in house.as_(house.alice).get("/subscriptions/", headers=headers).content.decode()


def test_several_can_be_chosen_by_who_may_buy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "BULK", (("portal:orders", "Renew them", "renew"), ("portal:none", "-", "x")))
    ended = factories.make_subscription(account=house.account, status="canceled", lapsed_on=date(2026, 11, 1))
    page = text(house.as_(house.alice), "/subscriptions/?status=all")
    assert f'name="s" value="{house.subscription.id}"' in page
    assert f'value="{ended.id}"' not in page
    assert page.count("formaction=") == 1
    assert 'formaction="/orders/"' in page
    assert 'name="s"' not in text(house.as_(house.bob), "/subscriptions/")


# --- one subscription ---------------------------------------------------------------------------------------------


def test_a_subscription_explains_its_next_amount(house: House) -> None:
    page = text(house.as_(house.alice), own_page(house))
    assert "€1,260.00" in page
    assert "Special renewal price of one seat of Draft Standard for 1 year" in page
    assert "March 1, 2027 to March 1, 2028" in page or "1 March 2027 to 1 March 2028" in page


def test_what_is_open_is_a_link_and_what_is_closed_says_why(house: House) -> None:
    page = text(house.as_(house.alice), own_page(house))
    assert f'href="{own_page(house)}seats/"' in page
    looked = text(house.as_(house.bob), own_page(house))
    assert f'href="{own_page(house)}seats/"' not in looked
    assert "Your role (viewer) does not include buying or changing." in looked
    assert "Ask Alice Andersson" in looked


def test_what_a_region_is_not_offered_is_told_but_not_shown(house: House) -> None:
    models.Account.objects.filter(id=house.account.id).update(country="BR")
    page = text(house.as_(house.alice), own_page(house))
    assert 'id="action-seats_add-reasons"' not in page
    assert "Self-service is not offered in Brazil." in page


def test_what_is_scheduled_can_be_undone(house: House) -> None:
    factories.make_change(subscription=house.subscription, kind="term", value="36")
    page = text(house.as_(house.alice), own_page(house))
    assert "Renews for 3 years from" in page
    assert f'action="{own_page(house)}scheduled/term/undo/"' in page


def test_row_level_security_stands_behind_the_pages(
    house: House, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    with acting_as("tenor_app"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM db_subscription")
        assert cursor.fetchone() == (0,)
