"""Who gets in, and where to."""

from uuid import UUID

import pytest
from django.test import Client

from tenor.db import models
from tenor.domain.account import Role
from tenor.portal.visit import Visit
from tests.portal.conftest import House
from tests.support import factories


def account_shown(client: Client) -> UUID:
    visit: Visit = vars(client.get("/").wsgi_request)["visit"]
    return visit.account_id


def test_a_stranger_is_sent_to_sign_in_and_back(house: House) -> None:
    response = Client().get("/subscriptions/?q=draft")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/accounts/login/?next=/subscriptions/%3Fq%3Ddraft",
    )


def test_without_an_account_a_page_says_so(house: House) -> None:
    response = house.as_(factories.make_user(email="nobody@example.com")).get("/")
    assert response.status_code == 403
    assert "nobody@example.com" in response.content.decode()


def test_nothing_behind_sign_in_is_kept(house: House) -> None:
    assert "no-store" in house.as_(house.alice).get("/").headers["Cache-Control"]


def test_the_account_that_was_chosen_is_shown(house: House) -> None:
    other = models.Account.objects.get(name="Other Ltd")
    factories.make_member(account=other, user=house.bob, role=Role.VIEWER)
    client = house.as_(house.bob)
    assert account_shown(client) == house.account.id
    assert client.post("/account/switch/", {"account": str(other.id)}).status_code == 302
    assert account_shown(client) == other.id


def test_nobody_switches_to_an_account_of_others(house: House) -> None:
    client = house.as_(house.charlie)
    client.post("/account/switch/", {"account": str(house.account.id)})
    assert account_shown(client) != house.account.id


@pytest.mark.parametrize("forged", ["not-an-id", "00000000-0000-0000-0000-000000000000"])
def test_a_forged_choice_changes_nothing(house: House, forged: str) -> None:
    client = house.as_(house.alice)
    client.post("/account/switch/", {"account": forged})
    assert account_shown(client) == house.account.id


def test_a_mails_link_leads_to_the_account_that_it_is_about(db: None) -> None:
    """After sign-in, too; and for who does not belong to it, to their own page of that name."""
    person = factories.make_user(email="both@example.com")
    first, second = (factories.make_account(name=name) for name in ("A first", "B second"))
    for account in (first, second):
        factories.make_member(account=account, user=person)
    stranger = factories.make_account(name="C stranger")
    models.Clock.objects.get_or_create(defaults={"stands_at": factories.NOW})
    browser = Client()
    asked = browser.get(f"/upcoming/?account={second.id}&months=3")
    assert "next=/upcoming/%3Faccount%3D" in asked.headers["Location"]
    browser.force_login(person)
    answer = browser.get(f"/upcoming/?account={second.id}&months=3")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/upcoming/?months=3")
    assert "B second" in browser.get("/").content.decode()
    browser.get(f"/upcoming/?account={stranger.id}")
    assert "B second" in browser.get("/").content.decode()
