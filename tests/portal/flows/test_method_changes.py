"""Editing and removing a method in the portal, warnings in time, and how many setups are begun a day."""

from datetime import date

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.domain.account import Role
from tests.portal.flows.conftest import Counter, text
from tests.portal.questions import MOST, questions
from tests.support import factories


def card(counter: Counter, **fields: object) -> models.PaymentMethod:
    """A second card, which the sandbox keeps."""
    reference = counter.customer.sandbox.method("paid")
    kept = {"label": "Visa 5555", "is_default": False, "gateway_reference": reference}
    return factories.make_method(account=counter.customer.account, **{**kept, **fields})


def debit(counter: Counter, **fields: object) -> models.PaymentMethod:
    kept = {
        "kind": "direct_debit",
        "label": "SEPA 5264",
        "expires_on": None,
        "mandate_reference": "MD-KXQWJ",
        "mandate_signed_on": date(2024, 1, 15),
    }
    return card(counter, **{**kept, **fields})


def url(name: str, method: models.PaymentMethod) -> str:
    return reverse(f"portal:{name}", args=[method.id])


# --- what the list says ---------------------------------------------------------------------------------------------


def test_a_direct_debit_shows_its_mandate_and_how_it_is_announced(counter: Counter) -> None:
    debit(counter, mandate_used_on=date(2026, 3, 1), billing_name="Fjord AB, ekonomi")
    page = text(counter.browser.get("/methods/"))
    assert "Name on bills Fjord AB, ekonomi Mandate MD-KXQWJ Signed on Jan 15, 2024 Last debit Mar 1, 2026" in page
    assert "Renewals are announced 14 days before the debit. What you order yourself is debited at once." in page


def test_a_mandate_that_lapses_before_the_renewal_warns(counter: Counter) -> None:
    models.Subscription.objects.update(payment_method=debit(counter))
    page = text(counter.browser.get("/methods/"))
    number = counter.subscription.number
    assert f"Draft ({number}) renews on March 1, 2027. The mandate lapses after January 14, 2027, if nothing" in page
    subscription = text(counter.browser.get(reverse("portal:subscription", args=[counter.subscription.id])))
    assert "SEPA 5264 can't be charged on March 1, 2027: Visa 4242 pays in its place." in subscription


def test_many_subscriptions_are_named_and_counted(counter: Counter) -> None:
    models.PaymentMethod.objects.update(expires_on=date(2027, 2, 28))
    for _ in range(6):
        factories.make_subscription(account=counter.customer.account)
    page = text(counter.browser.get("/methods/"))
    assert page.count("The card is valid until February 28, 2027.") == 3
    assert "So do 4 more." in page
    assert "4 more" in page


def test_the_pages_ask_few_questions(counter: Counter) -> None:
    for _ in range(40):
        factories.make_subscription(account=counter.customer.account)
    second = card(counter)
    for path in ("/methods/", *(url(name, second) for name in ("use_method", "edit_method", "remove_method"))):
        asked = [sql for sql in questions(counter.browser, path) if "set_config" not in sql]
        assert len(asked) + 1 <= MOST, asked


# --- edit -----------------------------------------------------------------------------------------------------------


def test_a_renewed_card_gets_its_new_date(counter: Counter) -> None:
    """From the warning to the form, and the warning is gone."""
    old = card(counter, expires_on=date(2026, 12, 31))
    models.Subscription.objects.update(payment_method=old)
    assert url("edit_method", old) in counter.browser.get("/methods/").content.decode()
    form = counter.browser.get(url("edit_method", old)).content.decode()
    assert 'value="12" selected' in form
    assert 'value="2026" selected' in form
    typed = {"billing_name": "Fjord AB", "month": "3", "year": "2030"}
    done = counter.browser.post(url("edit_method", old), typed, follow=True)
    assert "The changes are saved." in text(done)
    assert "The card is valid until" not in text(done)
    old.refresh_from_db()
    assert (old.expires_on, old.billing_name) == (date(2030, 3, 31), "Fjord AB")
    assert counter.customer.sandbox.get(f"/methods/{old.gateway_reference}")["expiry_year"] == 2030


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"billing_name": "", "month": "3", "year": "2030"}, "This field is required."),
        ({"billing_name": "Fjord AB", "month": "10", "year": "2026"}, "This date has passed."),
        ({"billing_name": "Fjord AB", "month": "13", "year": "2030"}, "Select a valid choice."),
        ({"billing_name": "Fjord AB", "month": "3"}, "This field is required."),
        ({"billing_name": "x" * 101, "month": "3", "year": "2030"}, "at most 100 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(counter: Counter, typed: dict[str, str], said: str) -> None:
    kept = card(counter)
    response = counter.browser.post(url("edit_method", kept), typed)
    assert (response.status_code, said in text(response)) == (200, True)
    kept.refresh_from_db()
    assert kept.billing_name == ""


def test_a_debit_has_a_name_and_no_date(counter: Counter) -> None:
    kept = debit(counter, gateway_reference=counter.customer.sandbox.method("paid", "direct_debit"))
    assert "Valid until: year" not in text(counter.browser.get(url("edit_method", kept)))
    counter.browser.post(url("edit_method", kept), {"billing_name": "Fjord AB"})
    kept.refresh_from_db()
    assert kept.billing_name == "Fjord AB"


def test_a_silent_provider_is_said(counter: Counter, settings: Settings) -> None:
    kept = card(counter)
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    typed = {"billing_name": "Fjord AB", "month": "3", "year": "2030"}
    response = counter.browser.post(url("edit_method", kept), typed)
    assert response.status_code == 409
    assert "The payment provider cannot be reached." in text(response)
    assert 'value="Fjord AB"' in response.content.decode(), "what was typed is still there"


def test_who_may_not_buy_edits_and_removes_nothing(counter: Counter) -> None:
    kept, viewer = card(counter), counter.as_role(Role.USER_ADMIN)
    for name in ("edit_method", "remove_method"):
        assert "Ask Alice Admin" in text(viewer.get(url(name, kept)))
    typed = {"billing_name": "Fjord AB", "month": "3", "year": "2030"}
    assert "does not include" in text(viewer.post(url("edit_method", kept), typed))
    assert "does not include" in text(viewer.post(url("remove_method", kept), follow=True))
    kept.refresh_from_db()
    assert (kept.billing_name, kept.status) == ("", "active")


# --- remove ---------------------------------------------------------------------------------------------------------


def test_a_method_that_nothing_needs_is_removed(counter: Counter) -> None:
    gone = card(counter)
    models.Subscription.objects.update(payment_method=gone)
    assert "What it pays for falls to the default, Visa 4242." in text(counter.browser.get(url("remove_method", gone)))
    done = counter.browser.post(url("remove_method", gone), follow=True)
    assert "The payment method is removed." in text(done)
    assert "Visa 5555" not in text(done)
    assert counter.subscription.payment_method_id is None
    assert counter.browser.get(url("remove_method", gone)).status_code == 404
    again = counter.browser.post(url("remove_method", gone), follow=True)
    assert "The payment method is removed." in text(again), "a double click is no error"
    assert models.Event.objects.filter(kind="method_removed").count() == 1


def test_what_would_be_left_unpaid_is_named_and_its_remedy_leads_to_success(counter: Counter) -> None:
    """Refused -> the other card is used for what it names -> removed."""
    other, default = card(counter), counter.customer.method
    number = counter.subscription.number
    reason = f"Draft ({number}) renews on March 1, 2027, and nothing else would pay for it."
    assert reason in text(counter.browser.get("/methods/"))
    refused = counter.browser.post(url("remove_method", default))
    assert (refused.status_code, reason in text(refused)) == (409, True)
    remedy = f"{url('use_method', other)}?instead_of={default.id}"
    assert remedy in refused.content.decode()
    assert f'value="{counter.subscription.id}" checked' in counter.browser.get(remedy).content.decode()
    counter.browser.post(url("use_method", other), {"subscription": [str(counter.subscription.id)]})
    assert "The payment method is removed." in text(counter.browser.post(url("remove_method", default), follow=True))
    assert models.PaymentMethod.objects.exclude(status="removed").get().id == other.id


def test_an_open_order_is_named_with_the_way_to_end_it(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    order = counter.customer.buy_seats(1)
    method = models.PaymentMethod.objects.get(is_default=False)
    page = counter.browser.get(url("remove_method", method))
    assert f"Order {order.number} is not finished yet, and is paid by it." in text(page)
    assert counter.order_url(order) in page.content.decode()
    assert counter.browser.post(url("remove_method", method)).status_code == 409
    counter.browser.post(reverse("portal:cancel_order", args=[order.id]))
    assert "The payment method is removed." in text(counter.browser.post(url("remove_method", method), follow=True))


# --- card testing ---------------------------------------------------------------------------------------------------


def test_the_eleventh_setup_of_a_day_is_refused_in_clear_words(counter: Counter) -> None:
    address = reverse("portal:add_method")
    for _ in range(10):
        assert counter.browser.post(address, {"kind": "card"}).status_code == 302
    page = text(counter.browser.post(address, {"kind": "card"}, follow=True))
    assert "Payment methods were added here 10 times within a day. Try again tomorrow, or contact support." in page
