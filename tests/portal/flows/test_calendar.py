"""Renewals in one's own calendar: what the feed says, to whom, in which language, and how its address is kept."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from tenor.db import models
from tenor.domain.account import Role
from tenor.usecases.remove_person import remove_person
from tests.portal.flows.conftest import Counter, text
from tests.support import factories, people

UPCOMING = "/upcoming/"


@pytest.fixture(autouse=True)
def _no_limits_from_before(db: None) -> None:
    cache.clear()


def address(counter: Counter) -> str:
    """Where the feed of whoever is signed in is, as the page shows it."""
    body = counter.browser.get(UPCOMING).content.decode()
    return body.split('id="calendar-address" value="')[1].split('"')[0].removeprefix("http://testserver")


def turn(counter: Counter, do: str) -> None:
    assert counter.browser.post("/calendar/", {"do": do}).status_code == 302


def opened(counter: Counter) -> str:
    turn(counter, "on")
    return address(counter)


def events(path: str) -> list[Any]:
    """What a calendar program reads, without a session."""
    response = Client().get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response.headers["Cache-Control"]
    return list(Calendar.from_ical(response.content.decode()).walk("VEVENT"))


def test_it_is_off_until_somebody_turns_it_on(counter: Counter) -> None:
    assert "Get the address" in text(counter.browser.get(UPCOMING))
    assert not models.CalendarFeed.objects.exists()


def test_each_renewal_is_a_whole_day_with_its_amount_and_its_method(counter: Counter) -> None:
    factories.make_subscription(account=counter.customer.account, renews_on=date(2027, 5, 1), auto_renew=False)
    models.Subscription.objects.filter(id=counter.subscription.id).update(label="Office; Malmö, 2")
    first, second = events(opened(counter))
    number = counter.subscription.number
    assert first["SUMMARY"] == f"Draft Standard (Office; Malmö, 2 · {number}) renews: €1,260.00 by Visa 4242"
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (date(2027, 3, 1), date(2027, 3, 2))
    assert first["URL"] == f"http://testserver/subscriptions/{counter.subscription.id}/"
    assert second["SUMMARY"].endswith(" ends: automatic renewal is off")


def test_it_is_the_same_event_when_its_amount_and_its_day_change(counter: Counter) -> None:
    path = opened(counter)
    (before,) = events(path)
    models.Subscription.objects.filter(id=counter.subscription.id).update(
        seats=4, renews_on=date(2027, 3, 2), anchor=date(2026, 3, 2)
    )
    (after,) = events(path)
    assert after["UID"] == before["UID"]
    assert "€1,680.00" in after["SUMMARY"]
    assert after.decoded("DTSTART") == date(2027, 3, 2)


def test_it_speaks_the_persons_language(counter: Counter) -> None:
    models.User.objects.filter(id=counter.customer.actor.id).update(language="sv")
    (found,) = events(opened(counter))
    assert "förnyas: 1 260,00" in found["SUMMARY"].replace("\xa0", " ")


def test_the_token_is_kept_as_a_digest_only(counter: Counter) -> None:
    token = opened(counter).removeprefix("/calendar/").removesuffix(".ics")
    assert token not in str(models.CalendarFeed.objects.values_list().get())


def test_renewed_and_turned_off_the_old_address_is_dead(counter: Counter) -> None:
    first = opened(counter)
    second = opened(counter)
    assert second != first
    assert Client().get(first).status_code == 404
    assert len(events(second)) == 1
    turn(counter, "off")
    assert Client().get(second).status_code == 404
    assert opened(counter) not in (first, second)
    assert counter.browser.post("/calendar/", {"do": "dance"}).status_code == 404


def test_everybody_has_their_own_and_loses_it_with_their_role(counter: Counter) -> None:
    own = opened(counter)
    viewer = counter.as_role(Role.VIEWER)
    viewer.post("/calendar/", {"do": "on"})
    feed = models.CalendarFeed.objects.exclude(user_id=counter.customer.actor.id).get()
    assert "calendar-address" in viewer.get(UPCOMING).content.decode()
    customer = counter.customer
    remove_person(account_id=customer.id, user_id=feed.user_id, actor=customer.actor, now=customer.now)
    feed.refresh_from_db()
    assert feed.turned_off_at is not None
    assert len(events(own)) == 1


@pytest.mark.parametrize("change", ["left", "inactive"])
def test_who_left_or_may_not_sign_in_reads_nothing(counter: Counter, change: str) -> None:
    path = opened(counter)
    if change == "left":
        models.Membership.objects.all().delete()
    else:
        models.User.objects.filter(id=counter.customer.actor.id).update(is_active=False)
    assert Client().get(path).status_code == 404


def test_an_address_that_never_was_is_not_found_and_one_that_is_asked_too_often_has_to_wait(counter: Counter) -> None:
    assert Client().get("/calendar/nothing.ics").status_code == 404
    path = opened(counter)
    answers = [Client().get(path).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_nobody_reads_a_feed_that_another_accounts_token_opens(counter: Counter) -> None:
    stranger = factories.make_member(account=factories.make_account(seller=counter.customer.account.seller)).user
    people.make_calendar(account=counter.customer.account, user=stranger, turned_off_at=counter.customer.now)
    assert [one["UID"] for one in events(opened(counter))] == [f"renewal-{counter.subscription.id}@tenor"]
