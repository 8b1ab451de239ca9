"""Automatic renewal off and on: what the page says is lost and charged, one or many, and what rows say afterwards."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role
from tenor.domain.requests import AlignDates
from tenor.usecases.collect_payment import collect_payment
from tests.portal.flows.conftest import Answer, Counter, signed_in, text
from tests.support import documents, factories

MANY = "/subscriptions/auto-renew/"


def url(counter: Counter) -> str:
    return reverse("portal:auto_renew", args=[counter.customer.subscription.id])


def live() -> list[tuple[str, str, str]]:
    rows = models.ScheduledChange.objects.filter(undone_at=None, replaced_at=None, claimed_at=None)
    return sorted((str(row.subscription_id), row.kind, row.value) for row in rows)


def send(counter: Counter, on: bool, *ids: object, **more: Any) -> Answer:
    address = MANY if ids else url(counter)
    return counter.browser.post(address, {"on": "1" if on else "0", "s": [str(each) for each in ids], **more})


def test_the_page_says_until_when_and_what_is_lost_in_money(counter: Counter) -> None:
    page = text(counter.browser.get(url(counter)))
    assert "Turn off automatic renewal" in page
    assert "Mar 1, 2027" in page
    assert "€420.00" in page
    assert "€465.00" in page
    assert "all seats bought again cost €135.00 more, a term" in page
    assert "Turn on automatic renewal" not in page


def test_one_step_turns_it_off_and_the_list_turns_it_on_again_at_the_special_price(counter: Counter) -> None:
    one = str(counter.customer.subscription.id)
    response = send(counter, on=False, why="We move to a new office")
    assert response.headers["Location"] == reverse("portal:subscription", args=[one])
    assert live() == [(one, "auto_renew", "off")]
    assert models.Event.objects.get(kind="set_auto_renew").after["why"] == "We move to a new office"
    page = text(counter.browser.get(response.headers["Location"]))
    assert "Ends on March 1, 2027: automatic renewal off" in page
    assert "Turn on automatic renewal" in page
    counter.browser.post(reverse("portal:undo_scheduled", args=[one, "auto_renew"]))
    assert live() == []
    assert "€1,260.00" in text(counter.browser.get(response.headers["Location"]))


def test_on_says_what_will_be_charged_and_by_what(counter: Counter) -> None:
    send(counter, on=False)
    page = text(counter.browser.get(url(counter)))
    assert "Turn off automatic renewal" not in page
    assert "Charged on Amount Paid by" in page
    assert f"Mar 1, 2027 €1,260.00 {counter.customer.method.label}" in page
    models.PaymentMethod.objects.update(status="removed", is_default=False)
    assert "There is no payment method" in text(counter.browser.get(url(counter)))
    assert send(counter, on=True).status_code == 302
    assert live() == []


def test_many_at_once_and_each_that_can_t_says_why(counter: Counter) -> None:
    account, first = counter.customer.account, counter.customer.subscription
    second = factories.make_subscription(account=account)
    resold = factories.make_subscription(
        account=account, channel="reseller", reseller_name="Kado", reseller_contact="kado@example.com"
    )
    chosen = "&".join(f"s={one.id}" for one in (first, second, resold))
    page = text(counter.browser.get(f"{MANY}?{chosen}"))
    assert "3 subscriptions" in page
    assert "cost €270.00 more" in page
    assert "Kado" in page
    answer = send(counter, False, first.id, second.id)
    assert answer.headers["Location"] == reverse("portal:subscriptions")
    assert [kind for _, kind, _ in live()] == ["auto_renew", "auto_renew"]
    assert models.Mail.objects.filter(kind="set_auto_renew").values("subject_id").distinct().count() == 1
    refused = send(counter, False, resold.id)
    assert refused.status_code == 409
    assert "Kado" in text(refused)


def test_an_extension_that_has_not_begun_goes_back(counter: Counter) -> None:
    customer = counter.customer
    other = factories.make_subscription(
        account=customer.account,
        payment_method=customer.method,
        renews_on=date(2027, 6, 1),
        anchor=date(2026, 6, 1),
    )
    submitted = customer.submit(customer.preview(AlignDates((str(customer.subscription.id), str(other.id)))))
    assert submitted.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=submitted.payment_id, now=customer.now)
    order = counter.order()
    assert str(counter.subscription.renews_on) == "2027-06-01"
    page = text(counter.browser.get(url(counter)))
    assert "The extension to a common date has not begun: €316.72 goes back" in page
    assert "Access ends on A seat if renewed A seat bought again What is lost" in page
    assert "Mar 1, 2027" in page
    done = text(counter.browser.post(url(counter), {"on": "0"}, follow=True))
    assert "€316.72 goes back to the payment method that paid it." in done
    assert str(counter.subscription.renews_on) == "2027-03-01"
    assert str(counter.subscription.anchor) == "2026-03-01"
    note = models.Invoice.objects.get(kind="credit_note")
    assert (note.total_minor, note.corrects.order_id) == (-316_72, order.id)
    assert models.Refund.objects.get().status == "succeeded"
    assert customer.ledger() == {}


@pytest.mark.parametrize("ids", ["", "s=", "s=nonsense"])
def test_nothing_chosen_leads_back_to_the_list_and_nonsense_nowhere(counter: Counter, ids: str) -> None:
    response = counter.browser.get(f"{MANY}?{ids}")
    assert response.status_code == (404 if ids else 302)


def test_a_hundred_is_the_most(counter: Counter) -> None:
    account = counter.customer.account
    many = [factories.make_subscription(account=account).id for _ in range(101)]
    chosen = "&".join(f"s={one}" for one in many)
    page = text(counter.browser.get(f"{MANY}?{chosen}", follow=True))
    assert "You chose 101 subscriptions. Choose 100 at most." in page


def test_one_without_a_special_price_has_none_to_keep(counter: Counter) -> None:
    monthly = factories.make_subscription(account=counter.customer.account, months=1, renews_on=date(2026, 12, 1))
    page = text(counter.browser.get(reverse("portal:auto_renew", args=[monthly.id])))
    assert "Access ends on December 1, 2026, and it is not renewed. Nothing more is charged." in page
    assert "special" not in page
    assert "bought again" not in page
    assert "They end on these days, and are not renewed." in text(
        counter.browser.get(f"{MANY}?s={monthly.id}&s={counter.customer.subscription.id}")
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("processing", "€477.74 for order %s is still on its way."),
        ("requires_action", "€477.74 for order %s is still to be paid."),
    ],
)
@pytest.mark.parametrize("is_many", [False, True])
def test_what_is_charged_all_the_same_is_said(counter: Counter, status: str, said: str, is_many: bool) -> None:
    monthly = factories.make_subscription(account=counter.customer.account, months=1, renews_on=date(2026, 12, 1))
    order = documents.make_order(account=counter.customer.account, subscriptions=(monthly,), status=status)
    said %= order.number
    address = f"{MANY}?s={monthly.id}" if is_many else reverse("portal:auto_renew", args=[monthly.id])
    page = text(counter.browser.get(address))
    assert f"{said} That stays as it is." in page
    done = text(counter.browser.post(address, {"on": "0", "s": str(monthly.id)}, follow=True))
    assert f"Automatic renewal is off. {said}" in done
    assert "Nothing more is charged" not in page + done


def test_who_may_not_buy_and_who_is_a_stranger(counter: Counter) -> None:
    viewer = counter.as_role(Role.VIEWER)
    assert "Your role (viewer) does not include buying" in text(viewer.get(url(counter)))
    assert viewer.post(url(counter), {"on": "0"}).status_code == 403
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    assert stranger.get(url(counter)).status_code == 404
    assert stranger.post(MANY, {"on": "0", "s": [str(counter.customer.subscription.id)]}).status_code == 404
    assert live() == []


def test_already_off_is_said(counter: Counter) -> None:
    send(counter, on=False)
    again = send(counter, on=False)
    assert again.status_code == 409
    assert "Automatic renewal is off already." in text(again)
