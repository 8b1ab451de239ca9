"""What pays for what: a method used for chosen subscriptions or all, as default or backup; or chosen for one."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role
from tests.portal.flows.conftest import Counter, signed_in, text
from tests.portal.flows.test_methods import VISA, add, path_of
from tests.support import factories, plain_http


def another(counter: Counter, **fields: Any) -> models.PaymentMethod:
    return factories.make_method(
        account=counter.customer.account, **{"label": "Visa 5555", "is_default": False, **fields}
    )


def second(counter: Counter, **fields: Any) -> models.Subscription:
    return factories.make_subscription(account=counter.customer.account, **fields)


def use_url(method: models.PaymentMethod) -> str:
    return reverse("portal:use_method", args=[method.id])


def payers() -> list[str]:
    """Whatever pays each subscription, in the order of their numbers; "" for the default."""
    rows = models.Subscription.objects.order_by("number").values_list("payment_method__label", flat=True)
    return [label or "" for label in rows]


# --- for chosen ones, or all ----------------------------------------------------------------------------------------


def test_a_new_card_is_used_for_what_is_chosen(counter: Counter) -> None:
    """From the provider's page on, in one go: saved, and one form says what it pays and that it is the default."""
    other = second(counter)
    answer = plain_http.post(add(counter), data=VISA)
    response = counter.browser.get(path_of(answer.headers["Location"]))
    stored = models.PaymentMethod.objects.get(setup_reference__gt="")
    assert response.headers["Location"] == use_url(stored)
    page = text(counter.browser.get(response.headers["Location"]))
    assert "The payment method is saved." in page
    assert f"Draft {other.number} Now paid by Visa 4242." in page
    done = counter.browser.post(use_url(stored), {"subscription": [str(other.id)], "place": "default"}, follow=True)
    assert "Saved. Nothing is charged now." in text(done)
    other.refresh_from_db()
    assert other.payment_method_id == stored.id
    assert counter.subscription.payment_method_id == counter.customer.method.id
    assert models.PaymentMethod.objects.get(is_default=True).id == stored.id
    assert not models.Order.objects.exists()


def test_all_at_once_is_all_that_may_be_changed(counter: Counter) -> None:
    second(counter)
    second(counter, channel="reseller", reseller_name="Nordsoft", reseller_contact="help@nordsoft.example")
    card = another(counter)
    page = text(counter.browser.get(use_url(card)))
    assert "All of them (2)" in page
    assert "You bought this subscription from a reseller: Nordsoft." in page
    counter.browser.post(use_url(card), {"all": "1", "place": "backup"})
    assert payers() == ["Visa 5555", "Visa 5555", ""]
    assert models.PaymentMethod.objects.get(is_backup=True).id == card.id
    again = counter.browser.post(use_url(card), {"all": "1"}, follow=True)
    assert "Nothing was changed." in text(again)
    assert models.Event.objects.filter(kind="set_payment_method").count() == 2


def test_nothing_chosen_is_nothing_changed(counter: Counter) -> None:
    assert "Nothing was changed." in text(counter.browser.post(use_url(another(counter)), {}, follow=True))
    assert payers() == ["Visa 4242"]


def test_what_nothing_pays_is_chosen_already(counter: Counter) -> None:
    other = second(counter)
    models.PaymentMethod.objects.update(status="invalid", invalid_because="stolen_card")
    page = counter.browser.get(use_url(another(counter))).content.decode()
    for owned in (counter.subscription, other):
        assert f'value="{owned.id}" checked' in page


def test_what_an_unusable_one_pays_is_moved_by_following_its_remedy(counter: Counter) -> None:
    """Invalid card -> choose another -> the form with its subscriptions chosen -> saved."""
    card = another(counter)
    models.PaymentMethod.objects.filter(id=counter.customer.method.id).update(
        status="invalid", invalid_because="stolen_card"
    )
    page = counter.browser.get("/methods/")
    assert "The bank does not allow payments with this card." in text(page)
    remedy = f"{use_url(card)}?instead_of={counter.customer.method.id}"
    assert remedy.replace("&", "&amp;") in page.content.decode()
    assert f'value="{counter.subscription.id}" checked' in counter.browser.get(remedy).content.decode()
    counter.browser.post(use_url(card), {"subscription": [str(counter.subscription.id)]})
    assert payers() == ["Visa 5555"]


def test_a_new_default_that_also_takes_the_place_of_one_beyond_use(counter: Counter) -> None:
    other = second(counter, payment_method=counter.customer.method)
    models.PaymentMethod.objects.update(status="invalid", invalid_because="stolen_card")
    card = another(counter)
    done = counter.browser.post(use_url(card), {"subscription": [str(other.id)], "place": "default"}, follow=True)
    assert "Saved. Nothing is charged now." in text(done)
    assert payers() == ["", "Visa 5555"], "what was not chosen falls to the new default"


def test_what_may_not_be_changed_changes_nothing_of_the_rest(counter: Counter) -> None:
    """A form from before the subscription ended: nothing of it is carried out, the place neither."""
    ended = second(counter, status="canceled", lapsed_on=date(2026, 11, 1))
    card = another(counter)
    ids = [str(ended.id), str(counter.subscription.id)]
    response = counter.browser.post(use_url(card), {"subscription": ids, "place": "default"})
    assert response.status_code == 409
    assert "The subscription ended on November 1, 2026." in text(response)
    assert payers() == ["Visa 4242", ""]
    assert models.PaymentMethod.objects.get(is_default=True).id == counter.customer.method.id


@pytest.mark.parametrize("stranger", ["11111111-1111-1111-1111-111111111111", "nonsense"])
def test_what_is_not_in_the_account_is_not_found(counter: Counter, stranger: str) -> None:
    response = counter.browser.post(use_url(another(counter)), {"subscription": [stranger]})
    assert response.status_code == 409
    assert "There is no such thing in this account." in text(response)


def test_more_than_a_hundred_are_chosen_by_all(counter: Counter) -> None:
    for _ in range(101):
        second(counter, period=False)
    card = another(counter)
    counter.browser.post(use_url(card), {"all": "1"})
    assert set(payers()) == {"Visa 5555"}
    assert models.Quote.objects.filter(action="set_payment_method").count() == 2


def test_a_method_that_cannot_pay_is_used_for_nothing(counter: Counter) -> None:
    card = another(counter, status="invalid")
    page = text(counter.browser.get(use_url(card)))
    assert "The bank no longer accepts payments by Visa 5555." in page
    assert "Save changes" not in page
    response = counter.browser.post(use_url(card), {"subscription": [str(counter.subscription.id)]})
    assert response.status_code == 409
    assert "Visa 5555 cannot be charged." in text(response)


def test_a_method_of_somebody_else_does_not_exist(counter: Counter) -> None:
    theirs = factories.make_method(account=factories.make_account())
    for name in ("use_method", "edit_method", "remove_method"):
        assert counter.browser.get(reverse(f"portal:{name}", args=[theirs.id])).status_code == 404
    assert counter.browser.post(use_url(theirs), {"all": "1"}).status_code == 404


def test_who_may_not_buy_uses_nothing(counter: Counter) -> None:
    card = another(counter)
    viewer = counter.as_role(Role.VIEWER)
    assert "Ask Alice Admin" in text(viewer.get(use_url(card)))
    assert viewer.post(use_url(card), {"subscription": [str(counter.subscription.id)]}).status_code == 403
    assert viewer.post(use_url(card), {"place": "default"}).status_code == 403
    assert payers() == ["Visa 4242"]


# --- the backup -----------------------------------------------------------------------------------------------------


def test_a_backup_is_made_and_unmade_by_a_button(counter: Counter) -> None:
    card = another(counter)
    address = reverse("portal:make_backup", args=[card.id])
    assert "Visa 5555 Backup Ready to pay" in text(counter.browser.post(address, follow=True))
    assert "No longer backup" in text(counter.browser.get("/methods/"))
    assert "It is no backup any more." in text(counter.browser.post(address, {"backup": "off"}, follow=True))
    assert not models.PaymentMethod.objects.filter(is_backup=True).exists()


def test_the_default_is_no_backup(counter: Counter) -> None:
    address = reverse("portal:make_backup", args=[counter.customer.method.id])
    page = text(counter.browser.post(address, follow=True))
    assert "Visa 4242 is the default payment method, so it cannot be the backup too." in page


# --- for one subscription -------------------------------------------------------------------------------------------


def choose_url(counter: Counter) -> str:
    return reverse("portal:choose_method", args=[counter.subscription.id])


def test_one_subscription_is_paid_by_another_method(counter: Counter) -> None:
    card = another(counter)
    another(counter, label="Visa 1111", expires_on=date(2026, 10, 31))
    factories.make_change(subscription=counter.subscription, kind="method", value=str(counter.customer.method.id))
    page = text(counter.browser.get(choose_url(counter)))
    assert "Another payment method is scheduled for the next renewal. It gives way" in page
    assert "Visa 1111 cannot be charged after October 31, 2026" in page
    done = counter.browser.post(choose_url(counter), {"method": str(card.id)}, follow=True)
    assert "Visa 5555 pays from now on. Nothing is charged now." in text(done)
    assert "AM Paid by another payment method." in text(done), "its history says so"
    assert payers() == ["Visa 5555"]
    assert models.ScheduledChange.objects.get().undone_at is not None
    again = counter.browser.post(choose_url(counter), {"method": str(card.id)}, follow=True)
    assert "Visa 5555 pays from now on." in text(again)
    assert models.Event.objects.filter(kind="set_payment_method").count() == 1


@pytest.mark.parametrize(
    ("method", "said"),
    [("", "This payment method is not in this account."), ("nobody's", "This payment method is not in this account.")],
)
def test_what_is_no_method_of_the_account_is_refused(counter: Counter, method: str, said: str) -> None:
    response = counter.browser.post(choose_url(counter), {"method": method})
    assert (response.status_code, said in text(response)) == (409, True)


def test_without_a_method_one_is_to_be_added(counter: Counter) -> None:
    models.PaymentMethod.objects.update(status="removed", is_default=False)
    page = counter.browser.get(choose_url(counter))
    assert "No payment method yet" in text(page)
    assert 'href="/methods/#add"' in page.content.decode()


def test_a_subscription_that_a_reseller_keeps_says_so(counter: Counter) -> None:
    models.Subscription.objects.update(
        channel="reseller", reseller_name="Nordsoft", reseller_contact="help@nordsoft.example"
    )
    page = text(counter.browser.get(choose_url(counter)))
    assert "You bought this subscription from a reseller: Nordsoft." in page
    assert counter.browser.post(choose_url(counter), {"method": str(another(counter).id)}).status_code == 409


def test_the_subscriptions_of_others_are_not_found(counter: Counter) -> None:
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    assert stranger.get(choose_url(counter)).status_code == 404


def test_the_subscriptions_page_offers_it(counter: Counter) -> None:
    page = counter.browser.get(reverse("portal:subscription", args=[counter.subscription.id]))
    assert choose_url(counter) in page.content.decode()
