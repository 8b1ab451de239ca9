"""Signed out under way: no sign-in page inside a part of a page, nothing carried out, and back to what one was at."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tenor.db import models
from tests.portal.flows.conftest import Counter, counter, customer, sandbox, sandbox_process, text
from tests.portal.test_access import MATRIX, ROUTES, address, companies
from tests.support.access import Companies

__all__ = ["companies", "counter", "customer", "sandbox", "sandbox_process"]

HERE = "http://testserver"


def next_of(where: str) -> str:
    """What the sign-in is told to lead back to."""
    parts = urlsplit(where)
    assert parts.path == "/accounts/login/"
    [back] = parse_qs(parts.query)["next"]
    return back


def lose_the_session(counter: Counter) -> None:
    """It expires, as it does on the server: the browser still sends its cookie."""
    counter.browser.session.flush()


@pytest.mark.parametrize("name", sorted(name for name in MATRIX if name.startswith("portal:")))
def test_htmx_is_never_redirected_into_a_part(companies: Companies, name: str) -> None:
    """A browser follows a redirect unseen, so that the sign-in page would be put into a price."""
    path = address(ROUTES[name], companies.ours)
    whole = companies.browsers["anonymous"].get(path)
    part = companies.browsers["anonymous"].get(path, headers={"HX-Request": "true"})
    assert not 300 <= part.status_code < 400
    if whole.status_code == 302:
        assert part.headers["HX-Redirect"] == whole.headers["Location"]
        assert part.content == b""


def test_a_price_that_is_asked_for_signed_out_leads_the_page_back_with_what_was_typed(counter: Counter) -> None:
    asked = f"{counter.seats_url}?seats=3"
    lose_the_session(counter)
    answer = counter.browser.get(asked, headers={"HX-Request": "true"})
    assert next_of(answer.headers["HX-Redirect"]) == asked


def sent_after_loss(counter: Counter, path: str, came_from: str) -> Any:
    lose_the_session(counter)
    return counter.browser.post(path, headers={"Referer": came_from})


def test_an_order_that_is_sent_signed_out_leads_back_to_its_review(counter: Counter) -> None:
    review = counter.review_url(3)
    answer = sent_after_loss(counter, review, HERE + review)
    assert next_of(answer.headers["Location"]) == review
    assert not models.Order.objects.exists()
    assert "You were signed out, so nothing was sent." in text(counter.browser.get(answer.headers["Location"]))
    user = models.User.objects.get(id=counter.customer.actor.id)
    counter.browser.force_login(user)
    assert "To pay now €382.19" in text(counter.browser.get(review)), "it still holds"


def test_what_has_no_page_of_its_own_leads_back_to_the_page_with_the_button(counter: Counter) -> None:
    order = counter.customer.buy_seats(1)
    page = f"/orders/{order.id}/?method=1"
    answer = sent_after_loss(counter, f"/orders/{order.id}/resume/", HERE + page)
    assert next_of(answer.headers["Location"]) == page


@pytest.mark.parametrize("came_from", ["", "https://elsewhere.example/orders/", "http://[", "javascript:alert(1)"])
def test_no_page_of_ours_leads_home(counter: Counter, came_from: str) -> None:
    answer = sent_after_loss(counter, "/methods/add/", came_from)
    assert next_of(answer.headers["Location"]) == "/"


def test_two_slashes_lead_to_no_other_host(counter: Counter) -> None:
    answer = sent_after_loss(counter, "/methods/add/", f"{HERE}//elsewhere.example/")
    assert next_of(answer.headers["Location"]) == "/%2Felsewhere.example/"


def test_a_flow_that_closed_meanwhile_comes_whole(counter: Counter) -> None:
    """Its reasons are a page of their own, and no price."""
    models.PaymentMethod.objects.update(status="invalid")
    part = counter.browser.get(f"{counter.seats_url}?seats=3", headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert part.content == b""


def test_another_language_keeps_what_was_typed(counter: Counter) -> None:
    typed = f"{counter.seats_url}?seats=17"
    form = {"language": "sv", "next": counter.seats_url}
    answer = counter.browser.post("/i18n/setlang/", form, headers={"Referer": HERE + typed})
    assert answer.headers["Location"] == typed
    assert 'value="17"' in counter.browser.get(typed).content.decode()


def test_what_htmx_fetches_becomes_the_address(counter: Counter) -> None:
    assert re.search(r"<body[^>]* hx-replace-url=\"true\"", counter.browser.get(counter.seats_url).content.decode())


@pytest.mark.parametrize(("wanted", "led"), [("/orders/", "/orders/"), ("https://x.example", "/")])
def test_one_click_leads_where_one_was(counter: Counter, wanted: str, led: str) -> None:
    models.User.objects.filter(id=counter.customer.actor.id).update(email="alice@brightwater.example")
    browser = Client()
    page = browser.get("/accounts/login/", {"next": "/orders/"}).content.decode()
    person = page.split("/demo/sign-in/")[1].split("</form>")[0]
    assert 'name="next" value="/orders/"' in person
    answer = browser.post("/demo/sign-in/", {"person": "alice@brightwater.example", "next": wanted})
    assert answer.headers["Location"] == led
