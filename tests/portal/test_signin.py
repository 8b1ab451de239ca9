"""Signing in: nobody signs up, the demo takes one click, the language stays with the person."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tenor.db import models
from tenor.domain.account import Role
from tenor.portal.demo_notes import NOTES
from tests.portal.conftest import House
from tests.support import factories


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    cache.clear()


@pytest.fixture
def demo_person(house: House) -> models.User:
    person = factories.make_user(email=next(iter(NOTES)), name="Alice Demo", language="sv")
    factories.make_member(account=models.Account.objects.get(name="Other Ltd"), user=person, role=Role.VIEWER)
    return person


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_password_opens_the_account(house: House) -> None:
    client = Client()
    response = client.post("/accounts/login/", {"login": "Alice@Fjord.example", "password": "correct horse"})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


def test_a_wrong_password_does_not(house: House) -> None:
    client = Client()
    assert client.post("/accounts/login/", {"login": "alice@fjord.example", "password": "no"}).status_code == 200
    assert not signed_in(client)


def test_guessing_is_slowed_down(house: House, settings: Settings) -> None:
    settings.DEMO = False
    client = Client()
    for _ in range(12):
        page = client.post("/accounts/login/", {"login": "alice@fjord.example", "password": "no"})
    assert page.status_code == 429 or "Too many failed login attempts" in page.content.decode()


def test_a_code_by_mail_opens_the_account(house: House) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": "alice@fjord.example"})
    code = re.search(r"\b[A-Z0-9]{3,}-?[A-Z0-9]{3,}\b", str(mail.outbox[0].body))
    assert code is not None, mail.outbox[0].body
    client.post("/accounts/login/code/confirm/", {"code": code[0]})
    assert signed_in(client)


def test_whether_somebody_is_known_is_not_told(house: House) -> None:
    answers = {
        Client().post("/accounts/login/code/", {"email": who}).headers.get("Location")
        for who in ("alice@fjord.example", "nobody@fjord.example")
    }
    assert len(answers) == 1


def test_nobody_signs_up(house: House) -> None:
    form = {"email": "new@example.com", "password1": "correct horse", "password2": "correct horse"}
    assert Client().post("/accounts/signup/", form).status_code == 200
    assert not models.User.objects.filter(email="new@example.com").exists()


def test_one_click_signs_in_where_the_demo_runs(demo_person: models.User) -> None:
    client = Client()
    assert "Alice Demo" in client.get("/accounts/login/").content.decode()
    response = client.post("/demo/sign-in/", {"person": demo_person.email})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert response.cookies["django_language"].value == "sv"
    assert signed_in(client)


def test_one_click_as_the_portals_role(
    demo_person: models.User, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    client = Client()
    with acting_as("tenor_app"):
        assert "Alice Demo" in client.get("/accounts/login/").content.decode()
        client.post("/demo/sign-in/", {"person": demo_person.email})
        assert client.get("/").status_code == 200


@pytest.mark.parametrize("person", ["alice@fjord.example", "nobody@example.com", ""])
def test_one_click_is_for_the_demos_people_alone(house: House, person: str) -> None:
    client = Client()
    assert client.post("/demo/sign-in/", {"person": person}).status_code == 404
    assert not signed_in(client)


@pytest.mark.parametrize("path", ["/demo/mailbox/", "/gallery/"])
def test_nothing_of_the_demo_is_there_without_it(demo_person: models.User, settings: Settings, path: str) -> None:
    assert Client().get(path).status_code == 200
    settings.DEMO = False
    assert Client().get(path).status_code == 404
    assert Client().post("/demo/sign-in/", {"person": demo_person.email}).status_code == 404
    assert "Alice Demo" not in Client().get("/accounts/login/").content.decode()


def test_a_language_chosen_before_is_kept(demo_person: models.User) -> None:
    client = Client()
    client.post("/i18n/setlang/", {"language": "nl", "next": "/accounts/login/"})
    client.post("/demo/sign-in/", {"person": demo_person.email})
    assert '<html lang="nl"' in client.get("/").content.decode()


def test_the_choice_of_a_language_stays_with_the_person(house: House) -> None:
    client = house.as_(house.alice)
    client.post("/i18n/setlang/", {"language": "nl", "next": "/"})
    house.alice.refresh_from_db()
    assert house.alice.language == "nl"
    client.post("/i18n/setlang/", {"language": "tlh", "next": "/"})
    house.alice.refresh_from_db()
    assert house.alice.language == "nl"
    assert client.get("/i18n/setlang/?language=sv").headers["Location"] == "/"


def test_after_a_language_nobody_is_sent_elsewhere(house: House) -> None:
    response = Client().post("/i18n/setlang/", {"language": "sv", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"
