"""Direct debits: what is promised of them, what has to be agreed to, and where they can't be had."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tenor.db import models
from tests.portal.flows.conftest import Counter, text
from tests.support import factories

SHORT = "I agree to a notice of less than 14 days: the next renewal is debited on November 29, 2026 already."
REFUSED = "Agree to the shorter notice of the direct debit, or choose another payment method."


@pytest.fixture
def debit(counter: Counter) -> models.PaymentMethod:
    return factories.make_method(
        account=counter.customer.account,
        kind="direct_debit",
        label="SEPA 3000",
        expires_on=None,
        is_default=False,
        mandate_reference="MD-7",
        mandate_signed_on=date(2026, 11, 1),
        gateway_reference=counter.customer.sandbox.method("paid", "direct_debit"),
    )


def renews_in(counter: Counter, days: int) -> None:
    on = counter.customer.now.date() + timedelta(days=days)
    models.PaidPeriod.objects.update(ends_on=on, starts_on=on - timedelta(days=365))
    models.Subscription.objects.update(renews_on=on, anchor=on)


def paid_by(counter: Counter) -> models.PaymentMethod | None:
    found = counter.subscription.payment_method_id
    return None if found is None else models.PaymentMethod.objects.get(id=found)


# --- agreed to ------------------------------------------------------------------------------------------------------


def test_a_debit_chosen_shortly_before_the_renewal_is_agreed_to(counter: Counter, debit: models.PaymentMethod) -> None:
    renews_in(counter, 8)
    url = reverse("portal:choose_method", args=[counter.subscription.id])
    assert SHORT in text(counter.browser.get(url))

    refused = counter.browser.post(url, {"method": str(debit.id)})
    assert (refused.status_code, REFUSED in text(refused), paid_by(counter)) == (409, True, counter.customer.method)

    counter.browser.post(url, {"method": str(debit.id), "agree": str(debit.id)})
    assert paid_by(counter) == debit
    kept = models.Quote.objects.exclude(accepted_at=None).get().outcome["short_notices"]
    assert kept == [{"subscription_id": str(counter.subscription.id), "on": "2026-11-29", "days": 8}]


@pytest.mark.parametrize("days", [14, 30])
def test_in_time_there_is_nothing_to_agree_to(counter: Counter, debit: models.PaymentMethod, days: int) -> None:
    renews_in(counter, days)
    url = reverse("portal:choose_method", args=[counter.subscription.id])
    assert "I agree" not in text(counter.browser.get(url))
    counter.browser.post(url, {"method": str(debit.id)})
    assert paid_by(counter) == debit


def test_one_that_pays_now_and_was_not_to_pay_next_is_agreed_to(counter: Counter, debit: models.PaymentMethod) -> None:
    renews_in(counter, 8)
    models.Subscription.objects.update(payment_method=debit)
    factories.make_change(subscription=counter.subscription, kind="method", value=str(counter.customer.method.id))
    url = reverse("portal:choose_method", args=[counter.subscription.id])
    assert SHORT in text(counter.browser.get(url))
    assert counter.browser.post(url, {"method": str(debit.id)}).status_code == 409
    assert counter.browser.post(url, {"method": str(debit.id), "agree": str(debit.id)}).status_code == 302
    assert not models.ScheduledChange.objects.filter(replaced_at=None, undone_at=None).exists()


@pytest.mark.parametrize("form", ["chosen", "all", "default"])
def test_so_is_one_used_for_several(counter: Counter, debit: models.PaymentMethod, form: str) -> None:
    renews_in(counter, 8)
    fields = {"chosen": {"subscription": str(counter.subscription.id)}, "all": {"all": "1"}, "default": {}}[form]
    if form == "default":
        models.Subscription.objects.update(payment_method=None)
        fields = {"place": "default"}
    url = reverse("portal:use_method", args=[debit.id])
    assert SHORT in text(counter.browser.get(url))

    assert REFUSED in text(counter.browser.post(url, fields))
    debit.refresh_from_db()
    assert (paid_by(counter) == debit, debit.is_default) == (False, False)

    assert counter.browser.post(url, {**fields, "agree": "1"}).status_code == 302
    debit.refresh_from_db()
    assert paid_by(counter) == debit or debit.is_default


def test_a_debits_place_is_chosen_where_it_says_what_that_means(counter: Counter, debit: models.PaymentMethod) -> None:
    use = reverse("portal:use_method", args=[debit.id])
    page = counter.browser.get("/methods/").content.decode()
    assert f'href="{use}?place=default"' in page
    assert f'href="{use}?place=backup"' in page
    page = counter.browser.get(f"{use}?place=backup").content.decode()
    assert 'value="backup" checked' in page
    assert "it is announced at once, if need be with a shorter notice." in page


# --- said -----------------------------------------------------------------------------------------------------------


def test_an_order_says_when_it_is_debited_and_when_it_takes_effect(
    counter: Counter, debit: models.PaymentMethod
) -> None:
    models.Subscription.objects.update(payment_method=debit)
    review = text(counter.browser.get(counter.review_url(2)))
    assert "Debited on November 21, 2026, without the notice of 14 days: you order it yourself." in review
    assert "Takes effect When the debit has arrived, about November 25, 2026" in review


def test_a_seller_who_grants_at_once_promises_no_day(counter: Counter, debit: models.PaymentMethod) -> None:
    models.Seller.objects.update(policy={"grant_on_processing": True})
    models.Subscription.objects.update(payment_method=debit)
    review = text(counter.browser.get(counter.review_url(2)))
    assert "Debited on November 21, 2026" in review
    assert "takes effect" not in review


def test_an_order_by_card_says_nothing_of_it(counter: Counter) -> None:
    assert "Debited on" not in text(counter.browser.get(counter.review_url(2)))


# --- where it can't be had ------------------------------------------------------------------------------------------


def test_a_sepa_debit_takes_euros_only(counter: Counter) -> None:
    assert "Direct debit (SEPA)" in text(counter.browser.get("/methods/"))
    models.Account.objects.update(currency="SEK")
    page = text(counter.browser.get("/methods/"))
    assert "Direct debit (SEPA)" not in page
    assert "A SEPA direct debit takes euros only." in page
    answer = counter.browser.post(reverse("portal:add_method"), {"kind": "direct_debit"}, follow=True)
    assert "A SEPA direct debit takes euros only." in text(answer)
    assert not models.Event.objects.filter(kind="method_setup").exists()
