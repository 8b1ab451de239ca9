"""Add seats, first step: the live price, the limits, and what is renewed where fewer seats are scheduled."""

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role
from tests.portal.flows.conftest import Counter, signed_in, text
from tests.support import factories


def test_three_seats_with_a_hundred_days_left_cost_382_19_and_the_page_says_how(counter: Counter) -> None:
    page = text(counter.browser.get(counter.seats_url, {"seats": "3"}))
    assert "€382.19" in page
    assert "€465.00 a seat × 3 seats × 100 of 365 days" in page
    assert "6 seats at €420.00 each, for 1 year" in page
    assert "€2,520.00" in page


def test_htmx_gets_the_price_alone(counter: Counter) -> None:
    response = counter.browser.get(counter.seats_url, {"seats": "2"}, headers={"HX-Request": "true"})
    body = response.content.decode()
    assert "€254.79" in text(response)
    assert "<html" not in body
    assert "<form" not in body


def test_a_look_at_a_price_stores_nothing(counter: Counter) -> None:
    counter.browser.get(counter.seats_url, {"seats": "3"})
    assert not models.Quote.objects.exists()


@pytest.mark.parametrize(
    ("fields", "seats"),
    [
        ({"seats": "2", "step": "1"}, "3"),
        ({"seats": "2", "step": "-1"}, "1"),
        ({"seats": "1", "step": "-1"}, "1"),
        ({"seats": "2", "update": "1"}, "2"),
        ({"seats": "", "step": "1"}, "2"),
        ({"seats": "--1", "step": "1"}, "2"),
        ({"seats": "-", "step": "1"}, "2"),
        ({"seats": "1-1", "step": "-1"}, "1"),
        ({"seats": "+3", "step": "1"}, "2"),
        ({"seats": "-5", "step": "1"}, "1"),
        ({"seats": "\u0663", "step": "1"}, "2"),
        ({"seats": "999999", "step": "1"}, "9997"),
    ],
)
def test_without_javascript_buttons_change_the_number(counter: Counter, fields: dict[str, str], seats: str) -> None:
    response = counter.browser.post(counter.seats_url, fields)
    assert response.headers["Location"] == f"{counter.seats_url}?seats={seats}"
    page = counter.browser.get(response.headers["Location"])
    assert f'value="{seats}"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type how many seats to add."),
        ("two", "Type a whole number of seats."),
        ("1.5", "Type a whole number of seats."),
        ("0", "Add at least one seat."),
        ("-3", "Add at least one seat."),
        ("9998", "You can add up to 9997."),
        ("9" * 400, "You can add up to 9997."),
    ],
)
def test_a_number_that_will_not_do_is_kept_with_its_error_beside_it(counter: Counter, typed: str, says: str) -> None:
    response = counter.browser.post(counter.seats_url, {"seats": typed})
    body = response.content.decode()
    assert response.status_code == 200
    assert f'value="{typed}"' in body
    assert 'aria-invalid="true"' in body
    assert 'id="seats_error"' in body
    assert says in text(response)
    assert not models.Quote.objects.exists()


@pytest.fixture
def reduced(counter: Counter) -> Counter:
    """Two seats are scheduled for the renewal, instead of three."""
    factories.make_change(subscription=counter.customer.subscription, value="2")
    return counter


def test_fewer_seats_scheduled_asks_what_is_meant(reduced: Counter) -> None:
    page = reduced.browser.get(reduced.seats_url)
    assert "A reduction to 2 is scheduled for March 1, 2027." in text(page)
    assert "At the next renewal" not in text(page)
    assert "€127.40" in text(page)
    asked = reduced.save_seats(2)
    assert asked.status_code == 200
    assert "Say how many seats to renew." in text(asked)
    assert 'id="renew_error"' in asked.content.decode()


@pytest.mark.parametrize(
    ("fields", "renewed"),
    [({"renew": "keep"}, 2), ({"renew": "all"}, 5), ({"renew": "other", "renew_seats": "4"}, 4)],
)
def test_each_answer_is_renewed_as_it_says(reduced: Counter, fields: dict[str, str], renewed: int) -> None:
    review = reduced.save_seats(2, **fields).headers["Location"]
    assert f"{renewed} seats at €420.00 each" in text(reduced.browser.get(review))
    reduced.browser.post(review)
    scheduled = models.ScheduledChange.objects.filter(undone_at=None, replaced_at=None).first()
    assert reduced.subscription.seats == 5
    assert (int(scheduled.value) if scheduled else 5) == renewed


@pytest.mark.parametrize(
    ("number", "says"), [("", "Type how many seats"), ("6", "Choose from 1 to 5"), ("0", "Choose")]
)
def test_another_number_has_its_limits(reduced: Counter, number: str, says: str) -> None:
    response = reduced.save_seats(2, renew="other", renew_seats=number)
    assert response.status_code == 200
    assert says in text(response)
    assert 'id="renew_seats_error"' in response.content.decode()


def test_why_not_takes_the_place_of_the_form(counter: Counter) -> None:
    models.Subscription.objects.update(status="past_due", lapsed_on=factories.TODAY)
    models.PaymentMethod.objects.update(status="invalid")
    response = counter.browser.get(counter.seats_url)
    body, page = response.content.decode(), text(response)
    assert response.status_code == 200
    assert 'name="seats"' not in body
    assert "A payment has been overdue since" in page
    assert "The bank no longer accepts payments by Visa 4242." in page
    assert f'href="{reverse("portal:methods")}"' in body
    assert f"{reverse('portal:help')}?subscription={counter.customer.subscription.id}&amp;action=seats_add" in body
    assert counter.save_seats(1).status_code == 409


def test_the_wrong_role_learns_whom_to_ask(counter: Counter) -> None:
    page = text(counter.as_role(Role.VIEWER).get(counter.seats_url))
    assert "Your role (viewer) does not include buying" in page
    assert "Ask Alice Admin" in page


def test_others_find_nothing(counter: Counter) -> None:
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    review = counter.review_url(1)
    assert stranger.get(counter.seats_url).status_code == 404
    assert stranger.post(counter.seats_url, {"seats": 1}).status_code == 404
    assert stranger.get(review).status_code == 404
    assert stranger.post(review).status_code == 404
    assert not models.Order.objects.exists()


def test_a_deep_link_survives_the_sign_in(counter: Counter) -> None:
    counter.browser.logout()
    response = counter.browser.get(counter.seats_url)
    assert response.headers["Location"] == f"{reverse('account_login')}?next={counter.seats_url}"
