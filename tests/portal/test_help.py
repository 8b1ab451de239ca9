"""Help: contacts in the reader's words, and a request that carries what it is about."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core import mail

from tenor.db import models
from tenor.portal.contacts import contacts, hours
from tenor.worker import duties
from tests.portal.conftest import House
from tests.support import factories

SUPPORT = {
    "email": "help@northline.example",
    "regions": {
        "americas": {"countries": ["US"], "phone": "+1 617 555 0142", "hours": "Mon-Fri 08:00-20:00"},
        "europe": {
            "countries": ["SE"],
            "phone": "+46 31 555 01 42",
            "hours": "Mon-Fri 08:00-18:00",
            "time_zone": "Europe/Stockholm",
            "chat": "https://northline.example/chat",
            "remote_desktop": "javascript:alert(1)",
        },
    },
}


def sent(house: House, **changes: Any) -> dict[str, Any]:
    return {
        "request_id": str(uuid4()),
        "subject": "Add seats",
        "text": "Why is it closed?",
        "subscription": str(house.subscription.id),
        "action": "seats_add",
        "reason": "role_may_not_buy",
        **changes,
    }


def test_the_own_region_comes_first_and_only_safe_links_are_followed() -> None:
    found = contacts(SUPPORT, "SE", "sv_SE")
    assert [(contact.code, contact.own) for contact in found] == [("europe", True), ("americas", False)]
    assert (found[0].chat, found[0].remote_desktop) == ("https://northline.example/chat", "")
    assert (found[0].dial, found[0].place) == ("+46315550142", "Stockholm")


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en_US", "Mon–Fri 8:00 AM–6:00 PM"), ("sv_SE", "mån–fre 08:00–18:00"), ("nl_NL", "ma–vr 08:00–18:00")],
)
def test_hours_are_said_in_the_readers_way(locale: str, said: str) -> None:
    assert hours("Mon-Fri 08:00-18:00", locale).replace("\u202f", " ") == said
    assert hours("around noon", locale) == "around noon"


def test_the_form_is_filled_with_what_it_is_about(house: House) -> None:
    about = {"subscription": str(house.subscription.id), "action": "seats_add", "reason": "role_may_not_buy"}
    page = house.as_(house.bob).get(f"/help/?{urlencode(about)}").content.decode()
    assert 'value="Add seats"' in page
    assert "Your role (viewer) does not include buying or changing." in page
    assert f'<option value="{house.subscription.id}" selected>' in page


def test_a_question_becomes_one_mail_and_one_line_of_history(house: House) -> None:
    client, question = house.as_(house.bob), sent(house)
    for _ in range(2):
        assert client.post("/help/", question).status_code == 302
    mail = models.Mail.objects.get(kind="support_request")
    assert mail.to == "help@northline.example"
    assert mail.context["subscription"] == house.subscription.number
    assert (mail.context["action"], mail.context["from_email"]) == ("seats_add", "bob@fjord.example")
    assert models.Event.objects.get(kind="support_asked").subscription_id == house.subscription.id


@pytest.mark.parametrize(
    "changes", [{"text": ""}, {"subject": ""}, {"action": "rm"}, {"reason": "<b>"}, {"request_id": "1"}]
)
def test_what_is_missing_is_said_and_nothing_is_sent(house: House, changes: dict[str, str]) -> None:
    assert house.as_(house.alice).post("/help/", sent(house, **changes)).status_code == 400
    assert not models.Mail.objects.exists()


def test_nobody_asks_about_others_subscriptions(house: House) -> None:
    assert house.as_(house.charlie).post("/help/", sent(house)).status_code == 400
    assert not models.Mail.objects.exists()


def test_a_seller_without_an_address_is_said(house: House) -> None:
    models.Seller.objects.update(support={})
    response = house.as_(house.alice).post("/help/", sent(house))
    assert response.status_code == 400
    assert "Support has no e-mail address yet" in response.content.decode()


@pytest.mark.parametrize("between", ["\r\n", "\n", " \r ", "\x85", "\u2028"])
def test_a_subject_is_one_line_and_the_mail_goes_out(house: House, between: str) -> None:
    models.Seller.objects.update(support=SUPPORT)
    question = sent(house, subject=f"Hello{between}Bcc: x@example.com")
    assert house.as_(house.alice).post("/help/", question).status_code == 302
    assert models.Mail.objects.get().context["subject"] == "Hello Bcc: x@example.com"
    assert duties.mails(factories.NOW) == 1
    [letter] = mail.outbox
    assert letter.subject.endswith("Hello Bcc: x@example.com")


def test_a_subject_of_nothing_but_line_breaks_is_none(house: House) -> None:
    models.Seller.objects.update(support=SUPPORT)
    answer = house.as_(house.alice).post("/help/", sent(house, subject="\u2028\u2029"))
    assert answer.status_code == 400
    assert not models.Mail.objects.exists()


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("en", ("Who may buy", "align some", "cancel automatic renewal", "special renewal price", "from a reseller")),
        ("sv", ("Vem får köpa", "justera vissa", "stänger jag av", "specialpriset vid förnyelse", "en återförsäljare")),
        ("nl", ("Wie mag kopen", "niet op elkaar", "schakel ik", "speciale verlengingsprijs", "bij een reseller")),
    ],
)
def test_what_is_asked_most_is_answered_by_the_sellers_own_rules(
    house: House, language: str, asked: tuple[str, ...]
) -> None:
    models.Seller.objects.update(policy={"return_days": 21, "return_days_monthly": 9}, catalog_revision=99)
    client = house.as_(house.bob)
    client.cookies["django_language"] = language
    page = client.get("/help/").content.decode()
    questions = " ".join(re.findall(r"<summary>(.*?)<svg", page))
    assert [each for each in asked if each not in unescape(questions)] == []
    assert [days for days in ("21\xa0", "9\xa0") if days not in unescape(page)] == []
    assert "%(" not in page
