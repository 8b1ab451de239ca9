"""A payment that is interrupted: the bank's check, a decline, a lost answer; going on, and calling it off."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import MethodKind, Role
from tenor.usecases.sweep_account import sweep_account
from tests.portal.flows.conftest import Counter, signed_in, text
from tests.support import factories, plain_http
from tests.support.books import assert_books_agree


def resume(counter: Counter, **fields: object) -> str:
    response = counter.browser.post(reverse("portal:resume_order", args=[counter.order().id]), fields)
    assert response.status_code == 302
    return str(response.headers["Location"])


def cancel(counter: Counter) -> None:
    response = counter.browser.post(reverse("portal:cancel_order", args=[counter.order().id]))
    assert response.headers["Location"] == counter.order_url()


def come_back(counter: Counter) -> None:
    response = counter.browser.get(reverse("portal:order_return", args=[counter.order().id]))
    assert response.headers["Location"] == counter.order_url()


def at_the_bank(address: str, answer: str) -> str:
    """Answer on the bank's page; where it sends the customer."""
    response = plain_http.post(address, data={"answer": answer})
    assert response.is_redirect, response.text
    return str(response.headers["Location"])


def test_the_banks_check_leads_to_its_page_and_back(counter: Counter) -> None:
    counter.customer.pay_by("bank_check")
    bank = counter.browser.post(counter.review_url(2)).headers["Location"]
    assert bank.startswith(counter.customer.sandbox.url)
    assert counter.subscription.seats == 3
    back = at_the_bank(bank, "approve")
    assert back == f"http://127.0.0.1:8000{reverse('portal:order_return', args=[counter.order().id])}"
    come_back(counter)
    assert (counter.order().status, counter.subscription.seats) == ("fulfilled", 5)


def test_the_check_of_a_renewal_is_passed_later_and_leads_back_to_its_order(counter: Counter) -> None:
    """Nobody was there in the night. The order's page leads to the bank, and the bank's page back to it."""
    counter.customer.pay_by("bank_check")
    renewal = counter.customer.now = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    counter.customer.sandbox.set_clock(renewal)
    models.Clock.objects.update(stands_at=renewal)
    sweep_account(account_id=counter.customer.id, now=counter.customer.now)
    bank = resume(counter)
    assert bank.startswith(counter.customer.sandbox.url)
    assert f'href="{bank}"' in counter.browser.get(counter.order_url()).content.decode()
    assert at_the_bank(bank, "approve") == settings.ORDER_RETURN_URL.replace("{order}", str(counter.order().id))
    come_back(counter)
    assert counter.order().status == "fulfilled"
    assert (counter.subscription.status, counter.subscription.renews_on) == ("active", date(2028, 3, 1))
    assert_books_agree(counter.customer.id, counter.customer.sandbox)


def test_an_interrupted_check_is_resumed_at_the_bank(counter: Counter) -> None:
    counter.customer.pay_by("bank_check")
    bank = counter.browser.post(counter.review_url(2)).headers["Location"]
    come_back(counter)
    assert counter.order().status == "requires_action"
    assert resume(counter) == bank
    assert len(counter.customer.payments(counter.order())) == 1


def test_submitting_again_while_the_bank_waits_leads_to_the_bank(counter: Counter) -> None:
    counter.customer.pay_by("bank_check")
    review = counter.review_url(2)
    assert counter.browser.post(review).headers["Location"] == counter.browser.post(review).headers["Location"]


def test_a_refused_check_charges_nothing_and_keeps_the_order(counter: Counter) -> None:
    counter.customer.pay_by("bank_check")
    at_the_bank(counter.browser.post(counter.review_url(2)).headers["Location"], "refuse")
    come_back(counter)
    assert (counter.order().status, counter.order().waiting_for) == ("requires_action", "declined")
    assert counter.subscription.seats == 3


def test_a_decline_is_resumed_with_another_method(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    assert counter.browser.post(counter.review_url(2)).headers["Location"] == counter.order_url()
    assert counter.order().waiting_for == "declined"
    assert resume(counter, method=counter.customer.method.id) == counter.order_url()
    assert (counter.order().status, counter.subscription.seats) == ("fulfilled", 5)
    assert [payment.status for payment in counter.customer.payments(counter.order())] == ["failed", "succeeded"]


@pytest.mark.parametrize("forged", ["not-an-id", "01900000-0000-7000-8000-000000000000"])
def test_a_method_of_somebody_else_pays_nothing(counter: Counter, forged: str) -> None:
    counter.customer.pay_by("declined_soft")
    counter.browser.post(counter.review_url(2))
    resume(counter, method=forged)
    assert counter.order().status == "requires_action"


def test_a_lost_answer_is_checked_and_not_charged_twice(counter: Counter) -> None:
    counter.customer.pay_by("answer_lost")
    review = counter.review_url(1)
    counter.browser.post(review)
    counter.browser.post(review)
    page = text(counter.browser.get(counter.order_url()))
    assert "nothing is charged twice" in page
    cancel(counter)
    page = text(counter.browser.get(counter.order_url()))
    assert "The payment provider has not answered yet." in page
    assert len(counter.customer.charges(counter.order())) == 1
    assert resume(counter) == counter.order_url()
    assert len(counter.customer.charges(counter.order())) == 1


def test_a_debit_is_under_way_and_grants_nothing_yet(counter: Counter) -> None:
    counter.customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    counter.browser.post(counter.review_url(1))
    come_back(counter)
    assert (counter.order().status, counter.subscription.seats) == ("processing", 3)


def test_a_canceled_order_changes_nothing(counter: Counter) -> None:
    counter.customer.pay_by("bank_check")
    counter.browser.post(counter.review_url(2))
    cancel(counter)
    assert (counter.order().status, counter.subscription.seats) == ("canceled", 3)
    assert "The order is canceled." in text(counter.browser.get(counter.order_url()))
    assert counter.save_seats(1).status_code == 302


def test_while_it_waits_nothing_else_is_bought_and_the_order_is_named(counter: Counter) -> None:
    counter.customer.pay_by("bank_check")
    counter.browser.post(counter.review_url(2))
    response = counter.browser.get(counter.seats_url)
    assert f"Resume or cancel order {counter.order().number}" in text(response)
    assert f'href="{counter.order_url()}"' in response.content.decode()


def test_only_who_may_buy_resumes_or_cancels(counter: Counter) -> None:
    counter.customer.pay_by("bank_check")
    counter.browser.post(counter.review_url(2))
    viewer = counter.as_role(Role.VIEWER)
    for name in ("portal:resume_order", "portal:cancel_order"):
        answer = viewer.post(reverse(name, args=[counter.order().id]))
        assert answer.status_code == 403
        assert "Your role (viewer) does not include buying or changing. Ask Alice Admin" in text(answer)
    assert counter.order().status == "requires_action"


def test_others_find_no_order(counter: Counter) -> None:
    counter.customer.pay_by("bank_check")
    counter.browser.post(counter.review_url(2))
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    for name in ("portal:resume_order", "portal:cancel_order"):
        assert stranger.post(reverse(name, args=[counter.order().id])).status_code == 404
    back = stranger.get(reverse("portal:order_return", args=[counter.order().id]), follow=True)
    assert back.status_code == 404
    assert models.Order.objects.get().status == "requires_action"


@pytest.mark.parametrize("name", ["portal:resume_order", "portal:cancel_order"])
def test_looking_changes_nothing(counter: Counter, name: str) -> None:
    order = "01900000-0000-7000-8000-000000000000"
    answer = counter.browser.get(reverse(name, args=[order]))
    assert answer.headers["Location"] == reverse("portal:order", args=[order])
