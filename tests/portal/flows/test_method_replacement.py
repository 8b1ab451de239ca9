"""Replace a method everywhere, in one step: what moves, what is paid, what is removed, and what stays."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tenor.db import models
from tests.portal.flows.conftest import Counter, text
from tests.portal.flows.test_pay_unpaid import go_to, payments
from tests.support import factories, plain_http

VISA = {"number": "5555 5555 5555 4444", "expiry": "12/30", "code": "123", "answer": "save"}


def card(counter: Counter, **fields: Any) -> models.PaymentMethod:
    kept = {"label": "Visa 5555", "is_default": False, "gateway_reference": counter.customer.sandbox.method("paid")}
    return factories.make_method(account=counter.customer.account, **{**kept, **fields})


def url(method: models.PaymentMethod) -> str:
    return reverse("portal:replace_method", args=[method.id])


def fresh(method: models.PaymentMethod) -> models.PaymentMethod:
    method.refresh_from_db()
    return method


def names(subscription: models.Subscription) -> Any:
    return models.Subscription.objects.get(id=subscription.id).payment_method_id


def test_all_that_it_pays_moves_at_once_and_it_is_removed(counter: Counter) -> None:
    account, old, new = counter.customer.account, counter.customer.method, card(counter)
    second = factories.make_subscription(account=account, payment_method=old)
    by_default = factories.make_subscription(account=account)
    coming = factories.make_subscription(account=account, payment_method=new)
    factories.make_change(subscription=coming, kind="method", value=str(old.id))

    page = text(counter.browser.get(url(old)))
    for one in (counter.subscription, second, by_default, coming):
        assert one.number in page
    assert "The default for whatever names no payment method" in page
    done = text(counter.browser.post(url(old), {"method": str(new.id), "remove": "1"}, follow=True))

    assert "Replaced: Visa 5555 pays from now on." in done
    assert [names(one) for one in (counter.subscription, second, by_default, coming)] == [new.id, new.id, None, new.id]
    assert models.ScheduledChange.objects.get(replaced_at=None, undone_at=None).value == str(new.id)
    assert (fresh(new).is_default, fresh(old).status) == (True, "removed")


def test_what_is_scheduled_otherwise_stays_scheduled(counter: Counter) -> None:
    old, new = counter.customer.method, card(counter)
    third = card(counter, label="Visa 7777")
    factories.make_change(subscription=counter.subscription, kind="method", value=str(third.id))
    counter.browser.post(url(old), {"method": str(new.id)})
    assert names(counter.subscription) == new.id
    assert models.ScheduledChange.objects.get(replaced_at=None, undone_at=None).value == str(third.id)
    assert fresh(old).status == "active", "it was not asked to be removed"


def test_a_backup_gives_its_place(counter: Counter) -> None:
    old, new = card(counter, is_backup=True), card(counter, label="Visa 7777")
    counter.browser.post(url(old), {"method": str(new.id), "remove": "1"})
    assert (fresh(new).is_backup, fresh(old).status) == (True, "removed")


def test_what_is_unpaid_is_paid_by_the_new_one(counter: Counter) -> None:
    counter.customer.pay_by("declined_final")
    go_to(counter, 1)
    old = counter.subscription.payment_method
    assert old is not None
    new, order = card(counter), models.Order.objects.get()
    page = text(counter.browser.get(url(old)))
    assert "Pay €1,260.00 now with it" in page
    assert f"It can be removed once this is paid: {order.number}." in page
    counter.browser.post(url(old), {"method": str(new.id), "pay": str(order.id)})
    assert counter.subscription.status == "active"
    assert [method for status, method in payments() if status == "succeeded"] == [new.id]
    assert names(counter.subscription) == new.id


def test_a_new_card_comes_back_to_the_page_chosen(counter: Counter) -> None:
    old = counter.customer.method
    assert f'name="replaces" value="{old.id}"' in counter.browser.get(url(old)).content.decode()
    provider = counter.browser.post(reverse("portal:add_method"), {"kind": "card", "replaces": str(old.id)})
    back = plain_http.post(str(provider.headers["Location"]), data=VISA).headers["Location"]
    answer = counter.browser.get(back.removeprefix("http://127.0.0.1:8000"))
    new = models.PaymentMethod.objects.get(label="Mastercard 4444")
    assert answer.headers["Location"] == f"{url(old)}?by={new.id}"
    assert f'value="{new.id}" required checked' in counter.browser.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize("by", ["", "nonsense", "itself", "expired"])
def test_what_cannot_take_its_place_changes_nothing(counter: Counter, by: str) -> None:
    old = counter.customer.method
    expired = card(counter, expires_on=date(2026, 10, 31))
    named = {"itself": str(old.id), "expired": str(expired.id)}.get(by, by)
    assert counter.browser.post(url(old), {"method": named, "remove": "1"}).status_code == 409
    assert (names(counter.subscription), fresh(old).status) == (old.id, "active")


def test_what_may_not_be_paid_otherwise_stays_and_says_so(counter: Counter) -> None:
    old, new = counter.customer.method, card(counter)
    sold = factories.make_subscription(
        account=counter.customer.account, payment_method=old, channel="reseller", reseller_name="Nordsoft"
    )
    assert f"{sold.number} stays as it is" in text(counter.browser.get(url(old)))
    counter.browser.post(url(old), {"method": str(new.id)})
    assert (names(counter.subscription), names(sold)) == (new.id, old.id)


def test_a_debit_in_its_place_shortly_before_a_renewal_is_agreed_to(counter: Counter) -> None:
    models.PaidPeriod.objects.update(starts_on=date(2025, 11, 29), ends_on=date(2026, 11, 29))
    models.Subscription.objects.update(renews_on=date(2026, 11, 29), anchor=date(2026, 11, 29))
    old, debit = counter.customer.method, card(counter, kind="direct_debit", expires_on=None)
    assert "I agree to a notice of less than 14 days" in text(counter.browser.get(url(old)))
    assert counter.browser.post(url(old), {"method": str(debit.id)}).status_code == 409
    assert names(counter.subscription) == old.id
    counter.browser.post(url(old), {"method": str(debit.id), "agree": "1"})
    assert names(counter.subscription) == debit.id


def test_so_is_one_that_comes_to_be_the_default(counter: Counter) -> None:
    models.PaidPeriod.objects.update(starts_on=date(2025, 11, 29), ends_on=date(2026, 11, 29))
    models.Subscription.objects.update(renews_on=date(2026, 11, 29), anchor=date(2026, 11, 29), payment_method=None)
    old, debit = counter.customer.method, card(counter, kind="direct_debit", expires_on=None)
    assert counter.browser.post(url(old), {"method": str(debit.id)}).status_code == 409
    assert not fresh(debit).is_default
    counter.browser.post(url(old), {"method": str(debit.id), "agree": "1"})
    assert fresh(debit).is_default


def test_what_another_one_pays_next_is_nothing_to_agree_to(counter: Counter) -> None:
    models.PaidPeriod.objects.update(starts_on=date(2025, 11, 29), ends_on=date(2026, 11, 29))
    models.Subscription.objects.update(renews_on=date(2026, 11, 29), anchor=date(2026, 11, 29))
    old, debit = counter.customer.method, card(counter, kind="direct_debit", expires_on=None)
    factories.make_change(subscription=counter.subscription, kind="method", value=str(card(counter).id))
    assert "I agree" not in text(counter.browser.get(url(old)))
    assert counter.browser.post(url(old), {"method": str(debit.id)}).status_code == 302
    assert names(counter.subscription) == debit.id


def test_pages_of_the_old_one_lead_there(counter: Counter) -> None:
    old, new = counter.customer.method, card(counter)
    assert url(old) in counter.browser.get("/methods/").content.decode()
    assert url(old) in counter.browser.get(reverse("portal:remove_method", args=[old.id])).content.decode()
    use = f"{reverse('portal:use_method', args=[new.id])}?instead_of={old.id}"
    assert f"{url(old)}?by={new.id}" in counter.browser.get(use).content.decode()
