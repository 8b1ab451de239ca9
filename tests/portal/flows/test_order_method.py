"""Another payment method for one order: chosen on its review, or added on the way and back."""

from datetime import date

import pytest

from tenor.db import models
from tenor.domain.account import MethodKind
from tests.portal.flows.conftest import Counter, text
from tests.portal.flows.test_align import JUNE
from tests.portal.flows.test_methods import VISA, path_of
from tests.support import factories, plain_http


@pytest.fixture
def other(counter: Counter) -> models.PaymentMethod:
    """A second card, on which the sandbox charges as on the first."""
    return factories.make_method(
        account=counter.customer.account,
        label="Visa 5555",
        is_default=False,
        gateway_reference=counter.customer.sandbox.method("paid"),
    )


def choose(counter: Counter, review: str, method: object) -> str:
    """Choose the method on the review; the address of the new one."""
    answer = counter.browser.post(f"{review}method/", {"method": str(method)})
    assert answer.status_code == 302, text(answer)
    return str(answer.headers["Location"])


def add_on_the_way(counter: Counter, to_pay: str, answer: str = "save") -> str:
    """Add a card on the provider's page; where that leads in the end."""
    sent = counter.browser.post("/methods/add/", {"kind": "card", "next": to_pay})
    back = plain_http.post(sent.headers["Location"], data={**VISA, "answer": answer}).headers["Location"]
    return str(counter.browser.get(path_of(back)).headers["Location"])


def test_the_chosen_method_pays_this_order_and_no_more(counter: Counter, other: models.PaymentMethod) -> None:
    review = counter.review_url(3)
    assert "Use for this order" in text(counter.browser.get(review))
    again = choose(counter, review, other.id)
    page = text(counter.browser.get(again))
    assert "Payment method Visa 5555" in page
    assert "Add 3 seats to Draft" in page
    assert "To pay now €382.19" in page
    assert not models.Order.objects.exists()
    counter.browser.post(again)
    [payment] = counter.customer.payments(counter.order())
    assert payment.method_id == other.id
    assert counter.subscription.payment_method == counter.customer.method, "what pays the subscription stays"


def test_one_that_pays_from_then_on_says_so(counter: Counter, other: models.PaymentMethod) -> None:
    second = factories.make_subscription(
        account=counter.customer.account, payment_method=other, anchor=date(2026, 6, 1), renews_on=JUNE
    )
    both = [str(counter.subscription.id), str(second.id)]
    alike = {"shown": "1", "s": both, "prepare": "1", "method": str(counter.customer.method.id)}
    review = str(counter.browser.post("/align/", alike).headers["Location"])
    page = text(counter.browser.get(review))
    assert "Use it from now on" in page
    assert "Use for this order" not in page
    counter.browser.post(choose(counter, review, other.id))
    assert counter.subscription.payment_method == other


def test_and_back_again(counter: Counter, other: models.PaymentMethod) -> None:
    again = choose(counter, counter.review_url(3), other.id)
    back = choose(counter, again, counter.customer.method.id)
    assert "Payment method Visa 4242" in text(counter.browser.get(back))


@pytest.mark.parametrize("method", ["", "x", "01900000-0000-7000-8000-000000000000"])
def test_a_method_that_there_is_not_pays_nothing(counter: Counter, method: str) -> None:
    answer = counter.browser.post(f"{counter.review_url(3)}method/", {"method": method})
    assert answer.status_code == 409
    assert "Payment method Visa 4242" in text(answer)


def test_after_the_order_nothing_is_chosen_any_more(counter: Counter, other: models.PaymentMethod) -> None:
    review = counter.review_url(3)
    counter.browser.post(review)
    assert choose(counter, review, other.id) == review
    assert models.Quote.objects.count() == 1


def test_who_has_one_method_is_offered_to_add_one(counter: Counter) -> None:
    page = text(counter.browser.get(counter.review_url(3)))
    assert "Use for this order" not in page
    assert "Add payment method Card PayPal Direct debit" in page


def test_a_method_that_is_added_comes_back_to_the_review_chosen(counter: Counter) -> None:
    review = counter.review_url(3)
    back = add_on_the_way(counter, review)
    assert back.startswith("/quotes/")
    assert back != review
    added = models.PaymentMethod.objects.exclude(id=counter.customer.method.id).get()
    page = counter.browser.get(back)
    assert f'value="{added.id}" required checked' in page.content.decode()
    assert "The payment method is saved." in text(page)


def test_whoever_turns_back_is_at_the_review_again(counter: Counter) -> None:
    review = counter.review_url(3)
    assert add_on_the_way(counter, review, answer="cancel") == review


def test_a_method_that_is_added_for_an_unpaid_order_comes_back_ready_to_pay(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    order = counter.customer.buy_seats(1)
    page = counter.browser.get(f"/orders/{order.id}/")
    assert f'name="next" value="/orders/{order.id}/"' in page.content.decode()
    back = add_on_the_way(counter, f"/orders/{order.id}/")
    added = models.PaymentMethod.objects.order_by("id").last()
    assert added is not None
    assert back == f"/orders/{order.id}/?method={added.id}"
    assert f'value="{added.id}" required checked' in counter.browser.get(back).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "/orders/", "quotes", ""])
def test_a_form_leads_nowhere_else(counter: Counter, elsewhere: str) -> None:
    back = add_on_the_way(counter, elsewhere)
    assert back.startswith("/methods/")


def test_a_debit_says_when_it_takes_effect(counter: Counter) -> None:
    counter.customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    page = text(counter.browser.get(counter.review_url(3)))
    assert "Takes effect When the debit has arrived, about November 25, 2026" in page
