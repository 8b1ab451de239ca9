"""Returning an order: what the page says, that it is done once and only as it was shown, and what stands in the way."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import MethodKind, Role
from tenor.domain.requests import ReturnOrder
from tenor.gateways.payments.errors import GatewayUnknown
from tenor.portal.flows import return_order as flow
from tenor.usecases.sweep_account import sweep_account
from tenor.worker.duties import refunds
from tests.portal.flows.conftest import Answer, Counter, signed_in, text
from tests.portal.questions import MOST, questions
from tests.support import factories

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def url(order: models.Order) -> str:
    return reverse("portal:return_order", args=[order.id])


def seen(page: Answer) -> dict[str, str]:
    """The hidden fields of the form, as a browser sends them back."""
    return dict(re.findall(r'name="(seen\w*)" value="([^"]*)"', page.content.decode()))


def give_back(counter: Counter, order: models.Order, **fields: str) -> Answer:
    return counter.browser.post(url(order), {**seen(counter.browser.get(url(order))), **fields})


def later(counter: Counter, now: datetime) -> None:
    counter.customer.now = now
    counter.customer.sandbox.set_clock(now)
    models.Clock.objects.update(stands_at=now)


def test_the_order_offers_its_return_and_the_page_says_what_that_does(counter: Counter) -> None:
    order = counter.customer.buy_seats(3)
    receipt = counter.browser.get(counter.order_url())
    assert "You can return the whole order until December 20, 2026" in text(receipt)
    assert url(order) in receipt.content.decode()
    page = text(counter.browser.get(url(order)))
    assert "Seats: from 6 to 3" in page
    assert "Total of the credit note -€382.19" in page.replace("−", "-")
    assert "Goes back €382.19 To Visa 4242 Possible until Dec 20, 2026" in page
    assert "March 1, 2027 €1,260.00" in page
    assert "Access ends today" not in page


def test_a_return_is_carried_out_and_the_order_says_so(counter: Counter) -> None:
    order = counter.customer.buy_seats(3)
    response = give_back(counter, order)
    assert response.headers["Location"] == counter.order_url()
    order.refresh_from_db()
    assert (order.status, counter.subscription.seats, counter.customer.ledger()) == ("returned", 3, {})
    assert models.Refund.objects.get().status == "succeeded"
    page = text(counter.browser.get(counter.order_url()))
    assert "The order is returned What it changed is undone." in page
    assert "€382.19 went back to Visa 4242." in page
    assert "Returned by Alice Admin Credit note CN-000001, Nov 21, 2026" in page
    assert "Seats: from 6 to 3" in page
    assert "Return this order" not in page
    assert counter.browser.get(url(order)).headers["Location"] == counter.order_url()
    history = text(counter.browser.get(reverse("portal:subscription", args=[counter.subscription.id])))
    assert "Order returned" in history


def test_a_second_click_is_answered_with_the_returned_order(counter: Counter) -> None:
    order = counter.customer.buy_seats(1)
    fields = seen(counter.browser.get(url(order)))
    for _ in range(2):
        assert counter.browser.post(url(order), fields).headers["Location"] == counter.order_url()
    assert models.Refund.objects.count() == 1


def test_the_list_has_the_status_a_filter_and_the_credit_note(counter: Counter) -> None:
    returned, kept = counter.customer.buy_seats(1), counter.customer.buy_seats(1)
    give_back(counter, kept)
    give_back(counter, returned)
    again = counter.customer.buy_seats(2)
    page = text(counter.browser.get(reverse("portal:orders")))
    assert "Credit note CN-000002 Nov 21, 2026 Draft Standard" in page
    assert page.replace("−", "-").count("-€127.40") == 2
    found = counter.browser.get(reverse("portal:orders"), {"state": "returned"}).content.decode()
    assert returned.number in found
    assert again.number not in found
    assert "CN-000001" not in text(counter.browser.get(reverse("portal:orders"), {"state": "open"}))


def test_another_return_than_the_page_showed_is_shown_first(counter: Counter) -> None:
    """A price rise for the next renewal is announced while the page is open."""
    models.Account.objects.filter(id=counter.customer.id).update(country="SE")
    order = counter.customer.buy_seats(1)
    fields = seen(counter.browser.get(url(order)))
    factories.make_price(
        seller=counter.customer.account.seller,
        list_minor=50_000,
        renewal_minor=45_000,
        valid_from=factories.TODAY,
        announced_on=factories.TODAY,
    )
    response = counter.browser.post(url(order), fields)
    assert response.status_code == 409
    page = text(response)
    assert "Nothing was returned." in page
    assert "Next renewal: was €1,575.00, is now €1,687.50" in page
    assert not models.Refund.objects.exists()
    assert counter.browser.post(url(order), seen(response)).status_code == 302
    assert models.Refund.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"seen": "", "seen_total": "x", "seen_renewal": "9" * 40}])
def test_a_form_that_says_nothing_returns_nothing(counter: Counter, fields: dict[str, str]) -> None:
    order = counter.customer.buy_seats(1)
    assert counter.browser.post(url(order), fields).status_code == 409
    assert not models.Refund.objects.exists()


def test_later_orders_are_linked_in_the_order_in_which_they_go_back(counter: Counter) -> None:
    first, second, third = (counter.customer.buy_seats(1) for _ in range(3))
    for page in (counter.browser.get(counter.order_url(first)), counter.browser.get(url(first))):
        shown = page.content.decode()
        links = re.findall(r'href="(/orders/[^"]+/)"[^>]*>Return order', shown)
        assert links == [counter.order_url(third), counter.order_url(second)]
        assert url(first) not in re.findall(r'href="([^"]+)"', shown)
    assert counter.browser.post(url(first)).status_code == 409
    for order in (third, second, first):
        assert give_back(counter, order).status_code == 302
    assert (counter.subscription.seats, counter.customer.ledger()) == (3, {})


def test_the_window_s_end_is_told_with_a_way_to_support(counter: Counter) -> None:
    order = counter.customer.buy_seats(1)
    later(counter, counter.customer.now + timedelta(days=30))
    page = counter.browser.get(counter.order_url(order))
    assert "The time to return this order ended on December 21, 2026." in text(page)
    assert 'aria-disabled="true"' in page.content.decode()
    assert "reason=return_window_ended" in page.content.decode()


def test_a_debit_under_way_is_waited_for(counter: Counter) -> None:
    counter.customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    order = counter.customer.buy_seats(1)
    assert "Return this order" not in text(counter.browser.get(counter.order_url(order)))
    page = counter.browser.get(url(order))
    assert order.number in text(page)
    assert counter.order_url(order) in page.content.decode()
    assert counter.browser.post(url(order)).status_code == 409


def test_a_renewal_says_that_access_ends_today_and_ends_it(counter: Counter) -> None:
    later(counter, RENEWAL)
    sweep_account(account_id=counter.customer.id, now=RENEWAL)
    later(counter, RENEWAL + timedelta(days=3))
    order = counter.order()
    page = text(counter.browser.get(url(order)))
    assert (
        f"Access ends today From the moment you return it, nobody can use this any more: Draft ({number(counter)})."
        in page
    )
    assert "The term from March 1, 2027 to March 1, 2028 is taken back" in page
    assert give_back(counter, order).status_code == 302
    assert (counter.subscription.status, counter.customer.ledger()) == ("expired", {})


def number(counter: Counter) -> str:
    return counter.subscription.number


def test_a_small_order_that_was_never_billed_is_dropped(counter: Counter) -> None:
    seller = counter.customer.account.seller
    seller.policy = {"gateway_minimum": {"EUR": 1000_00}}
    seller.save(update_fields=["policy"])
    factories.touch_catalog(seller)
    order = counter.customer.buy_seats(1)
    assert "Nothing was charged for this order yet." in text(counter.browser.get(url(order)))
    give_back(counter, order)
    assert "Nothing had been paid for it, so nothing goes back." in text(counter.browser.get(counter.order_url()))
    assert (counter.subscription.seats, models.Refund.objects.count()) == (3, 0)


def test_a_gateway_that_does_not_answer_leaves_the_refund_to_the_worker(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = counter.customer.buy_seats(1)

    def silent(**_named: Any) -> None:
        raise GatewayUnknown("no answer")

    monkeypatch.setattr(flow, "send_refund", silent)
    assert give_back(counter, order).status_code == 302
    assert "€127.40 is on its way back to Visa 4242." in text(counter.browser.get(counter.order_url()))
    monkeypatch.undo()
    assert refunds(counter.customer.now) == 1
    assert "€127.40 went back to Visa 4242." in text(counter.browser.get(counter.order_url()))


def test_a_refund_that_a_person_has_to_look_at_leads_to_support(counter: Counter) -> None:
    customer = counter.customer
    order = customer.buy_seats(1)
    customer.submit(customer.preview(ReturnOrder(str(order.id))))
    models.Refund.objects.update(parked_at=customer.now, status="sending")
    page = counter.browser.get(counter.order_url())
    assert "The refund of €127.40 did not go through. Contact support" in text(page)
    assert "reason=refund_failed" in page.content.decode()


def test_who_may_not_buy_reads_whom_to_ask_and_returns_nothing(counter: Counter) -> None:
    order = counter.customer.buy_seats(1)
    viewer = counter.as_role(Role.VIEWER)
    assert "Ask Alice Admin" in text(viewer.get(counter.order_url()))
    assert "Ask Alice Admin" in text(viewer.get(url(order)))
    assert viewer.post(url(order), seen(counter.browser.get(url(order)))).status_code == 403
    assert not models.Refund.objects.exists()


def test_another_company_s_order_is_not_there(counter: Counter) -> None:
    order = counter.customer.buy_seats(1)
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    assert stranger.get(url(order)).status_code == 404
    assert stranger.post(url(order)).status_code == 404


def test_the_pages_ask_no_more_than_eight_questions(counter: Counter) -> None:
    order = counter.customer.buy_seats(1)
    asked = {path: len(_own(counter, path)) for path in (url(order), counter.order_url(), reverse("portal:orders"))}
    give_back(counter, order)
    asked["returned"] = len(_own(counter, counter.order_url()))
    assert {path: count for path, count in asked.items() if count + 1 > MOST} == {}


def _own(counter: Counter, path: str) -> list[str]:
    return [sql for sql in questions(counter.browser, path) if "set_config" not in sql]
