"""What is unpaid while its payment method changes: paid at once with the new one, unless that is unticked."""

from datetime import date

import pytest
from django.urls import reverse

from tenor.db import models
from tests.portal.flows.conftest import Counter, text
from tests.support import factories
from tests.usecases.methods import stored
from tests.usecases.test_dunning import to_day


def go_to(counter: Counter, day: int) -> models.Order:
    """That many days after the renewal date; the renewal that is unpaid."""
    to_day(counter.customer, day)
    models.Clock.objects.update(stands_at=counter.customer.now)
    return models.Order.objects.get(action="renew")


def card(counter: Counter, behaviour: str = "paid") -> models.PaymentMethod:
    return stored(counter.customer, behaviour)


def choose_url(counter: Counter) -> str:
    return reverse("portal:choose_method", args=[counter.subscription.id])


def payments() -> list[tuple[str, object]]:
    found = models.Payment.objects.order_by("created_at", "id")
    return [(one.status, one.method_id) for one in found]


def is_paid(counter: Counter) -> None:
    assert (counter.subscription.status, counter.subscription.renews_on) == ("active", date(2028, 3, 1))


# --- chosen for one -------------------------------------------------------------------------------------------------


def test_a_method_chosen_for_what_is_unpaid_pays_it_at_once(counter: Counter) -> None:
    declined = counter.customer.pay_by("declined_soft")
    order, other = go_to(counter, 1), card(counter)
    page = text(counter.browser.get(choose_url(counter)))
    assert "Choose what pays for it from now on." in page
    assert "Nothing is charged now." not in page
    assert f"Pay €1,260.00 now with it This is unpaid: Draft, order {order.number}." in page
    answer = counter.browser.post(choose_url(counter), {"method": str(other.id), "pay": str(order.id)})
    assert answer.headers["Location"] == reverse("portal:order", args=[order.id])
    assert payments() == [("failed", declined.id), ("succeeded", other.id)]
    is_paid(counter)


def test_unticked_it_is_kept_and_the_day_is_said_on_which_it_pays(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    go_to(counter, 1)
    other = card(counter)
    page = text(counter.browser.post(choose_url(counter), {"method": str(other.id)}, follow=True))
    assert "Visa 5555 pays from now on." in page
    assert "€1,260.00 for Draft is still unpaid. It is charged to Visa 5555 on March 3, 2027." in page
    assert counter.subscription.payment_method_id == other.id
    go_to(counter, 2)
    assert payments()[-1] == ("succeeded", other.id)
    is_paid(counter)


def test_while_a_payment_is_under_way_no_second_one_is_offered(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    order, other = go_to(counter, 1), card(counter)
    models.Payment.objects.update(status="unknown")
    assert "now with it" not in text(counter.browser.get(choose_url(counter)))
    counter.browser.post(choose_url(counter), {"method": str(other.id), "pay": str(order.id)})
    assert models.Payment.objects.count() == 1
    assert counter.subscription.payment_method_id == other.id


def test_the_method_that_pays_already_may_pay_what_is_unpaid(counter: Counter) -> None:
    method = counter.customer.pay_by("declined_soft")
    order = go_to(counter, 1)
    better = counter.customer.sandbox.method("paid")
    models.PaymentMethod.objects.filter(id=method.id).update(gateway_reference=better)
    counter.browser.post(choose_url(counter), {"method": str(method.id), "pay": str(order.id)})
    is_paid(counter)


def test_an_order_of_somebody_else_is_not_paid(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    go_to(counter, 1)
    other = card(counter)
    counter.browser.post(choose_url(counter), {"method": str(other.id), "pay": "no order"})
    assert len(payments()) == 1


# --- used for some, as the default ----------------------------------------------------------------------------------


def use_url(method: models.PaymentMethod) -> str:
    return reverse("portal:use_method", args=[method.id])


def test_a_method_used_for_several_pays_what_is_unpaid_among_them(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    order, other = go_to(counter, 1), card(counter)
    page = counter.browser.get(use_url(other)).content.decode()
    assert f'value="{order.id}" checked' in page, "what nothing pays for is suggested"
    answer = counter.browser.post(
        use_url(other), {"subscription": [str(counter.subscription.id)], "pay": [str(order.id)]}
    )
    assert answer.headers["Location"] == reverse("portal:order", args=[order.id])
    is_paid(counter)


def test_what_it_is_not_to_pay_is_not_paid(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    order, other = go_to(counter, 1), card(counter)
    page = text(counter.browser.post(use_url(other), {"pay": [str(order.id)], "place": "backup"}, follow=True))
    assert "Saved. Nothing is charged now." in page
    assert len(payments()) == 1


def test_used_and_unticked_it_says_what_becomes_of_it(counter: Counter) -> None:
    counter.customer.pay_by("declined_final")
    models.PaymentMethod.objects.filter(id=counter.customer.method.id).update(status="invalid")
    go_to(counter, 1)
    other = card(counter)
    page = text(counter.browser.post(use_url(other), {"subscription": [str(counter.subscription.id)]}, follow=True))
    assert "Saved." in page
    assert "Nothing is charged now." not in page
    assert "It is charged to Visa 5555 on March 3, 2027." in page


@pytest.mark.parametrize("how", ["place", "button"])
def test_a_new_default_pays_what_falls_to_it(counter: Counter, how: str) -> None:
    counter.customer.pay_by("declined_final")
    models.PaymentMethod.objects.filter(id=counter.customer.method.id).update(status="invalid")
    order, other = go_to(counter, 16), card(counter)
    order_url = reverse("portal:order", args=[order.id])
    if how == "place":
        answer = counter.browser.post(use_url(other), {"place": "default", "pay": [str(order.id)]})
        assert answer.headers["Location"] == order_url
        is_paid(counter)
        return
    answer = counter.browser.post(reverse("portal:make_default", args=[other.id]))
    assert answer.headers["Location"] == f"{order_url}?method={other.id}"
    page = counter.browser.get(answer.headers["Location"])
    assert "Something is unpaid: you can pay it with this payment method now." in text(page)
    assert f'value="{other.id}" required checked' in page.content.decode()


def test_a_new_default_without_anything_unpaid_goes_back_to_the_methods(counter: Counter) -> None:
    answer = counter.browser.post(reverse("portal:make_default", args=[card(counter).id]))
    assert answer.headers["Location"] == reverse("portal:methods")


def test_several_orders_are_paid_each(counter: Counter) -> None:
    declined = counter.customer.pay_by("declined_soft")
    factories.make_subscription(account=counter.customer.account, payment_method=declined)
    counter.customer.pay_by("declined_soft")
    to_day(counter.customer, 1)
    models.Clock.objects.update(stands_at=counter.customer.now)
    orders, other = [str(one.id) for one in models.Order.objects.order_by("placed_at")], card(counter)
    assert len(orders) == 2
    counter.browser.post(use_url(other), {"all": "1", "pay": orders})
    assert set(models.Subscription.objects.values_list("status", flat=True)) == {"active"}
    assert [method for status, method in payments() if status == "succeeded"] == [other.id] * 2


# --- on the order's own page ----------------------------------------------------------------------------------------


def order_page(counter: Counter, order: models.Order) -> tuple[str, str]:
    answer = counter.browser.get(reverse("portal:order", args=[order.id]))
    return answer.content.decode(), text(answer)


@pytest.mark.parametrize("behaviour", ["declined_soft", "declined_final"])
def test_paying_by_another_method_is_to_stay_unless_unticked(counter: Counter, behaviour: str) -> None:
    counter.customer.pay_by(behaviour)
    order = go_to(counter, 1)
    html, page = order_page(counter, order)
    assert "Use it from now on Now paid by Visa 4242." in page
    assert 'name="keep" value="1" checked' in html


def test_where_the_own_method_has_not_failed_it_stays_what_it_is(counter: Counter) -> None:
    counter.customer.pay_by("declined_soft")
    order = go_to(counter, 1)
    models.Subscription.objects.update(payment_method=card(counter))
    assert 'name="keep" value="1" aria' in order_page(counter, order)[0]


@pytest.mark.parametrize("keep", [True, False])
def test_what_is_ticked_there_is_done(counter: Counter, keep: bool) -> None:
    declined = counter.customer.pay_by("declined_final")
    order, other = go_to(counter, 1), card(counter, "bank_check")
    fields = {"method": str(other.id), "asked": "keep", **({"keep": "1"} if keep else {})}
    counter.browser.post(reverse("portal:resume_order", args=[order.id]), fields)
    assert counter.subscription.payment_method_id == (other.id if keep else declined.id)


def test_the_order_says_what_is_charged_by_itself(counter: Counter) -> None:
    counter.customer.pay_by("declined_final")
    order = go_to(counter, 1)
    assert "If you do nothing, it is charged to Visa 4242 on March 3, 2027." in order_page(counter, order)[1]


# --- what a successor is told by, before it pays --------------------------------------------------------------------


@pytest.fixture
def invalid(counter: Counter) -> models.PaymentMethod:
    """The subscription's card is refused for good; the account's default is good."""
    made = card(counter)
    models.PaymentMethod.objects.filter(id=made.id).update(status="invalid", invalid_because="stolen_card")
    models.Subscription.objects.filter(id=counter.subscription.id).update(payment_method=made)
    return made


INSTEAD = "Visa 5555 can't be charged on March 1, 2027: Visa 4242 pays in its place."


@pytest.mark.parametrize("path", ["subscription", "/upcoming/"])
def test_pages_say_that_another_method_will_be_charged(
    counter: Counter, invalid: models.PaymentMethod, path: str
) -> None:
    url = reverse("portal:subscription", args=[counter.subscription.id]) if path == "subscription" else path
    page = text(counter.browser.get(url))
    assert INSTEAD in page
    assert "cannot be paid as things stand" not in page


def test_home_and_methods_say_so_too(counter: Counter, invalid: models.PaymentMethod) -> None:
    home = text(counter.browser.get("/"))
    assert "Visa 5555 can't be charged: Visa 4242 pays in its place Draft renews on March 1, 2027." in home
    page = text(counter.browser.get("/methods/"))
    assert "Visa 4242 is charged in its place." in page
    assert f"Pays in place of a method that can't Draft {counter.subscription.number}" in page


def test_what_stands_in_is_not_removed_while_something_counts_on_it(
    counter: Counter, invalid: models.PaymentMethod
) -> None:
    page = text(counter.browser.post(reverse("portal:remove_method", args=[counter.customer.method.id]), follow=True))
    models.PaymentMethod.objects.get(id=counter.customer.method.id, status="active")
    assert counter.subscription.number in page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("sv", "Visa 5555 kan inte debiteras den 1 mars 2027: Visa 4242 betalar i stället."),
        (
            "nl",
            "Visa 5555 kan op 1 maart 2027 niet worden gebruikt om te betalen: Visa 4242 betaalt in plaats daarvan.",
        ),
    ],
)
def test_in_other_languages(counter: Counter, invalid: models.PaymentMethod, language: str, sentence: str) -> None:
    models.User.objects.update(language=language)
    url = reverse("portal:subscription", args=[counter.subscription.id])
    assert sentence in text(counter.browser.get(url, headers={"accept-language": language}))
