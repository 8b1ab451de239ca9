"""Payment methods: what is stored, adding one on the provider's page, and the default."""

from datetime import date

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.domain.account import Role
from tests.portal.flows.conftest import Counter, signed_in, text
from tests.support import factories, plain_http

METHODS = "/methods/"
VISA = {"number": "4242 4242 4242 4242", "expiry": "12/30", "code": "123", "answer": "save"}


def add(counter: Counter, kind: str = "card") -> str:
    """The provider's page."""
    response = counter.browser.post(reverse("portal:add_method"), {"kind": kind})
    assert response.status_code == 302
    return str(response.headers["Location"])


def path_of(address: str) -> str:
    assert address.startswith("http://127.0.0.1:8000/methods/return/")
    return address.removeprefix("http://127.0.0.1:8000")


def test_every_method_says_how_it_stands(counter: Counter) -> None:
    account = counter.customer.account
    factories.make_method(account=account, label="Visa 1111", expires_on=date(2026, 10, 31), is_default=False)
    factories.make_method(
        account=account,
        label="SEPA 3000",
        kind="direct_debit",
        status="mandate_pending",
        expires_on=None,
        is_default=False,
    )
    factories.make_method(account=account, label="Visa 9979", status="invalid", is_default=False)
    factories.make_method(account=account, label="Gone 0000", status="removed", is_default=False)
    page = text(counter.browser.get(METHODS))
    assert "Visa 4242 Default Ready to pay Valid until Dec 31, 2030 Pays for Draft" in page
    assert f"Draft {counter.subscription.number} Mar 1, 2027" in page
    assert "Visa 1111 Expired" in page
    assert (
        "Visa 1111 cannot be charged after October 31, 2026, the last day it is valid. Type in the new expiry" in page
    )
    assert "SEPA 3000 Waiting for your bank" in page
    assert "Visa 9979 No longer accepted" in page
    assert "Gone 0000" not in page


def test_a_card_that_runs_out_before_the_renewal_warns(counter: Counter) -> None:
    models.PaymentMethod.objects.update(expires_on=date(2027, 2, 28))
    page = text(counter.browser.get(METHODS))
    number = counter.subscription.number
    assert f"Draft ({number}) renews on March 1, 2027. The card is valid until February 28, 2027." in page
    assert "Type in the new expiry date Choose another payment method" in page


def test_a_card_is_added_on_the_providers_page_and_stored_once(counter: Counter) -> None:
    models.PaymentMethod.objects.all().update(is_default=False)
    page = add(counter)
    assert page.startswith(counter.customer.sandbox.url)
    answer = plain_http.post(page, data=VISA)
    assert answer.is_redirect, answer.text
    back = path_of(answer.headers["Location"])
    for _ in range(2):
        assert "The payment method is saved." in text(counter.browser.get(back, follow=True))
    stored = models.PaymentMethod.objects.get(setup_reference__gt="")
    assert (stored.label, stored.last4, stored.status) == ("Visa 4242", "4242", "active")
    assert stored.expires_on == date(2030, 12, 31)
    assert stored.is_default
    assert models.Event.objects.filter(kind="method_added").count() == 1


@pytest.mark.parametrize(("expiry", "warned"), [("12/26", True), ("12/30", False)])
def test_a_card_that_runs_out_too_early_says_so_when_it_is_added(counter: Counter, expiry: str, warned: bool) -> None:
    page = add(counter)
    back = plain_http.post(page, data={**VISA, "expiry": expiry})
    said = text(counter.browser.get(path_of(back.headers["Location"]), follow=True))
    sentence = "It is valid until December 31, 2026 only: it can't pay renewals from March 1, 2027 on."
    assert (sentence in said) == warned


def test_turning_back_stores_nothing(counter: Counter) -> None:
    answer = plain_http.post(add(counter), data={"answer": "cancel"})
    page = text(counter.browser.get(path_of(answer.headers["Location"]), follow=True))
    assert "No payment method was added." in page
    assert models.PaymentMethod.objects.count() == 1


@pytest.mark.parametrize("reference", ["nonsense", f"{'0' * 32}-{'0' * 32}"])
def test_a_setup_of_somebody_else_is_not_found(counter: Counter, reference: str) -> None:
    assert counter.browser.get(f"/methods/return/{reference}/").status_code == 404


def test_a_setup_cannot_be_finished_for_another_account(counter: Counter) -> None:
    answer = plain_http.post(add(counter), data=VISA)
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    assert stranger.get(path_of(answer.headers["Location"])).status_code == 404


def test_a_silent_provider_is_said_and_nothing_happens(counter: Counter, settings: Settings) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    response = counter.browser.post(reverse("portal:add_method"), {"kind": "card"}, follow=True)
    assert "The payment provider cannot be reached." in text(response)


def test_what_is_no_kind_of_payment_is_not_sent_anywhere(counter: Counter) -> None:
    response = counter.browser.post(reverse("portal:add_method"), {"kind": "cheque"}, follow=True)
    assert "Choose how you want to pay." in text(response)


def test_another_default(counter: Counter) -> None:
    other = factories.make_method(account=counter.customer.account, label="Visa 5555", is_default=False)
    address = reverse("portal:make_default", args=[other.id])
    for _ in range(2):
        assert "It is the default payment method now." in text(counter.browser.post(address, follow=True))
    assert models.PaymentMethod.objects.get(is_default=True).id == other.id
    assert models.Event.objects.filter(kind="default_method").count() == 1


def test_the_default_pays_for_what_has_a_card_beyond_use(counter: Counter) -> None:
    models.PaymentMethod.objects.update(status="invalid", is_default=False)
    other = factories.make_method(account=counter.customer.account, label="Visa 5555", is_default=False)
    assert "Choose another payment method" in text(counter.browser.get(counter.seats_url))
    counter.browser.post(reverse("portal:make_default", args=[other.id]))
    assert "To pay now" in text(counter.browser.get(counter.seats_url))


def test_a_card_that_works_keeps_its_subscription(counter: Counter) -> None:
    other = factories.make_method(account=counter.customer.account, label="Visa 5555", is_default=False)
    counter.browser.post(reverse("portal:make_default", args=[other.id]))
    assert counter.subscription.payment_method_id == counter.customer.method.id


def test_what_cannot_pay_is_no_default(counter: Counter) -> None:
    other = factories.make_method(
        account=counter.customer.account, label="Visa 1111", expires_on=date(2026, 10, 31), is_default=False
    )
    response = counter.browser.post(reverse("portal:make_default", args=[other.id]), follow=True)
    assert "Visa 1111 cannot be charged." in text(response)
    assert models.PaymentMethod.objects.get(is_default=True).id == counter.customer.method.id


def test_others_make_nothing_the_default(counter: Counter) -> None:
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    address = reverse("portal:make_default", args=[counter.customer.method.id])
    assert stranger.post(address).status_code == 404


def test_who_may_not_buy_reads_only(counter: Counter) -> None:
    viewer = counter.as_role(Role.VIEWER)
    page = text(viewer.get(METHODS))
    assert "Visa 4242" in page
    assert "Ask Alice Admin" in page
    assert "does not include" in text(viewer.post(reverse("portal:add_method"), {"kind": "card"}, follow=True))
