"""Reduce seats: what fewer will cost, who would lose theirs, and that nothing changes before the renewal."""

import pytest
from django.urls import reverse

from tenor.db import models
from tests.portal.flows.conftest import Counter, text
from tests.support import people


def url(counter: Counter) -> str:
    return reverse("portal:reduce_seats", args=[counter.customer.subscription.id])


def entries() -> list[str]:
    live = models.ScheduledChange.objects.filter(undone_at=None, replaced_at=None, claimed_at=None, kind="seats")
    return [row.value for row in live]


def test_one_step_schedules_it_and_the_seats_stay(counter: Counter) -> None:
    page = text(counter.browser.get(url(counter)))
    assert "You have 3 seats, all of them paid until March 1, 2027." in page
    assert "March 1, 2027 €840.00" in page
    assert "From 1 to 3." in page
    response = counter.browser.post(url(counter), {"seats": "1"})
    home = reverse("portal:subscription", args=[counter.customer.subscription.id])
    assert response.headers["Location"] == home
    assert (entries(), counter.subscription.seats) == (["1"], 3)
    assert not models.Order.objects.exists()
    page = text(counter.browser.get(home))
    assert "Renewed with 1 seat from March 1, 2027. Nothing is charged now, and you can undo it until then." in page
    assert "€420.00" in page


def test_all_seats_take_the_reduction_away_again(counter: Counter) -> None:
    counter.browser.post(url(counter), {"seats": "1"})
    assert 'value="1"' in counter.browser.get(url(counter)).content.decode()
    assert counter.browser.post(url(counter), {"seats": "3"}).status_code == 302
    assert entries() == []


@pytest.mark.parametrize("seats", ["", "0", "4", "-1", "two", "99999999999"])
def test_what_cannot_be_renewed_is_an_error_beside_the_field(counter: Counter, seats: str) -> None:
    response = counter.browser.post(url(counter), {"seats": seats})
    assert response.status_code == 200
    assert 'id="seats_error"' in response.content.decode()
    assert entries() == []


def test_the_same_number_is_no_change(counter: Counter) -> None:
    response = counter.browser.post(url(counter), {"seats": "3"})
    assert response.status_code == 409
    assert "The next renewal is for 3 seats already." in text(response)


def test_buttons_work_without_javascript(counter: Counter) -> None:
    response = counter.browser.post(url(counter), {"seats": "2", "step": "-1"})
    assert response.headers["Location"] == f"{url(counter)}?seats=1"
    assert counter.browser.post(url(counter), {"seats": "1", "step": "-1"}).headers["Location"].endswith("?seats=1")
    part = counter.browser.get(url(counter), {"seats": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "420.00" in part


def test_people_who_would_lose_their_seat_are_named_and_chosen(counter: Counter) -> None:
    for _ in range(2):
        people.make_seat(subscription=counter.customer.subscription)
    last = people.make_seat(subscription=counter.customer.subscription)
    page = text(counter.browser.get(url(counter), {"seats": "2"}))
    assert "these lose their seat at the renewal, and are told" in page
    assert last.user.email in page
    response = counter.browser.post(url(counter), {"seats": "2"})
    assert response.headers["Location"] == reverse("portal:assign_users", args=[counter.customer.subscription.id])
    assert models.SeatAssignment.objects.filter(released_at=None).count() == 3
    assert "Choose who leaves." in text(counter.browser.get(response.headers["Location"]))


def test_where_it_will_not_renew_that_is_said(counter: Counter) -> None:
    models.Subscription.objects.update(auto_renew=False)
    page = text(counter.browser.get(url(counter)))
    assert "Automatic renewal is off: all seats end on March 1, 2027." in page


def test_a_closed_change_tells_every_reason(counter: Counter) -> None:
    models.Subscription.objects.update(renewal_claimed_at=counter.customer.now)
    response = counter.browser.get(url(counter))
    assert "The renewal is being carried out at this moment." in text(response)
    assert counter.browser.post(url(counter), {"seats": "1"}).status_code == 409


@pytest.mark.parametrize("typed", ["--1", "-", "1-1", "+1", "1e3", "\u00b2", "9" * 5000])
@pytest.mark.parametrize("step", ["1", "-1", ""])
def test_what_is_no_number_is_no_fault_of_ours(counter: Counter, typed: str, step: str) -> None:
    assert counter.browser.get(url(counter), {"seats": typed, "step": step}).status_code in (200, 400)
    assert counter.browser.post(url(counter), {"seats": typed, "step": step}).status_code in (302, 400, 409)
