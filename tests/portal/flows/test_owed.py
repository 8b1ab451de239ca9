"""What is owed, in the portal: said on every page, changed, ended, or paid and stopped after; without JavaScript."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role
from tests.portal.flows.conftest import Answer, Counter, text
from tests.usecases.owing import another, at, invoices, listed, order_of, overdue, paid, pass_days, payments
from tests.usecases.test_paid_late import age, declined, monthly

OWES = "You owe €1,260.00 for 3 seats from March 1, 2027. The next try is on March 3, 2027."


def owing(counter: Counter) -> Counter:
    overdue(counter.customer)
    models.Clock.objects.update(stands_at=counter.customer.now)
    return counter


def url(counter: Counter, name: str) -> str:
    return reverse(f"portal:{name}", args=[counter.customer.subscription.id])


def page(counter: Counter, address: str) -> str:
    return text(counter.browser.get(address, follow=True))


def choose(counter: Counter, **fields: Any) -> Answer:
    """The form of what is owed, sent as a browser sends it, and the review after it."""
    one = str(counter.customer.subscription.id)
    form = {"of": "1", "s": one, "method": str(counter.customer.method.id)}
    return counter.browser.post(url(counter, "change_owed"), form | {f"{k}_{one}": v for k, v in fields.items()})


@pytest.mark.parametrize(
    "address", ["/", "/upcoming/", "subscription", "order", "change_owed", "decline_owed", "reduce_seats"]
)
def test_every_page_says_what_is_owed_and_when_it_is_tried(counter: Counter, address: str) -> None:
    owing(counter)
    if address == "order":
        address = reverse("portal:order", args=[order_of(counter.customer)])
    elif not address.startswith("/"):
        address = url(counter, address)
    shown = page(counter, address)
    if "/orders/" in address:  # says with which method, and says it once
        assert OWES.partition(" The next try")[0] in shown
        assert "If you do nothing, it is charged to Visa 4242 on March 3, 2027." in shown
        assert "The next try is on" not in shown
    else:
        assert OWES in shown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "sv",
            "Du är skyldig 1 260,00 € för 3 användarplatser från den 1 mars 2027. Nästa försök görs den 3 mars 2027.",
        ),
        ("nl", "U bent € 1.260,00 verschuldigd voor 3 seats vanaf 1 maart 2027."),
    ],
)
def test_in_the_reader_s_language(counter: Counter, language: str, said: str) -> None:
    owing(counter)
    counter.browser.cookies["django_language"] = language
    shown = page(counter, url(counter, "subscription"))
    assert said in shown


def test_the_subscription_leads_to_all_three_ways(counter: Counter) -> None:
    owing(counter)
    html = counter.browser.get(url(counter, "subscription")).content.decode()
    order = reverse("portal:order", args=[order_of(counter.customer)])
    for address in (order, url(counter, "change_owed"), url(counter, "decline_owed")):
        assert f'href="{address}"' in html
    shown = page(counter, url(counter, "subscription"))
    assert "Next renewal March 1, 2028" in shown, "the renewal details tell of the renewal after it"


def test_fewer_seats_for_what_is_owed_are_reviewed_and_charged(counter: Counter) -> None:
    owing(counter)
    answer = choose(counter, seats="1")
    review = page(counter, answer.headers["Location"])
    assert "€420.00" in review
    assert "The invoice of order" in review
    done = counter.browser.post(answer.headers["Location"])
    assert paid(counter.customer) == [42_000]
    assert "The renewal is completed" in page(counter, done.headers["Location"])
    shown = page(counter, url(counter, "subscription"))
    assert "You owe" not in shown


@pytest.mark.parametrize("keep", [True, False])
def test_the_method_that_pays_it_stays_unless_unticked(counter: Counter, keep: bool) -> None:
    owing(counter)
    own, other = counter.subscription.payment_method_id, counter.customer.method.id
    assert 'name="keep" value="1" checked' in counter.browser.get(url(counter, "change_owed")).content.decode()
    one = str(counter.subscription.id)
    form = {"of": "1", "s": one, f"seats_{one}": "1", "method": str(other), **({"keep": "1"} if keep else {})}
    answer = counter.browser.post(url(counter, "change_owed"), form)
    counter.browser.post(answer.headers["Location"])
    assert counter.subscription.payment_method_id == (other if keep else own)


def test_the_review_leads_back_to_the_form_as_it_was_filled_in(counter: Counter) -> None:
    owing(counter)
    answer = choose(counter, seats="2", months="36")
    html = counter.browser.get(answer.headers["Location"]).content.decode()
    back = next(part for part in html.split('"') if part.startswith(url(counter, "change_owed") + "?"))
    form = counter.browser.get(back.replace("&amp;", "&")).content.decode()
    assert 'value="2"' in form
    assert '<option value="36" selected>' in form


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seats": "x"}, "Add at least one seat."),
        ({"seats": "9"}, "that is no reduction"),
        ({"seats": "3"}, "That is what is owed already."),
    ],
)
def test_what_cannot_be_chosen_is_said_beside_the_form(counter: Counter, fields: dict[str, str], said: str) -> None:
    owing(counter)
    answer = choose(counter, **fields)
    assert answer.status_code == 409
    assert said in text(answer)
    assert payments(counter.customer) == [("failed", 126_000)]


def test_ended_nothing_is_charged_any_more(counter: Counter) -> None:
    owing(counter)
    shown = page(counter, url(counter, "decline_owed"))
    assert "Access ends today." in shown
    assert "Until April 14, 2027 you can still renew it, at the list price." in shown
    answer = counter.browser.post(url(counter, "decline_owed"), {"do": "end", "why": "We closed the office"})
    after = page(counter, answer.headers["Location"])
    assert "It has ended, and nothing is owed for it." in after
    assert models.Event.objects.get(kind="decline_owed").after["why"] == "We closed the office"
    assert invoices(counter.customer)[-1] == ("credit_note", "paid", -126_000)
    pass_days(counter.customer, 2, 3)
    assert payments(counter.customer) == [("failed", 126_000)]
    order = models.Order.objects.get(action="renew")
    assert "nothing of it is owed" in page(counter, reverse("portal:order", args=[order.id]))


def test_paid_and_stopped_after_it(counter: Counter) -> None:
    owing(counter)
    assert "Access goes on until March 1, 2028" in page(counter, url(counter, "decline_owed"))
    form = {"do": "stop", "method": str(counter.customer.method.id)}
    counter.browser.post(url(counter, "decline_owed"), form)
    assert paid(counter.customer) == [126_000]
    counter.customer.subscription.refresh_from_db()
    assert counter.customer.subscription.status == "active"
    assert listed(counter.customer.subscription) == {"auto_renew": "off"}
    assert "Ends on March 1, 2028" in page(counter, url(counter, "subscription"))


def test_what_was_given_up_meanwhile_is_not_paid_and_stopped(counter: Counter) -> None:
    """A form from before: its order is over, and nothing takes its place."""
    owing(counter)
    models.OrderSubscription.objects.update(open=False)
    models.Order.objects.filter(action="renew").update(
        status="canceled", closed_at=counter.customer.now, retry_on=None, waiting_for=""
    )
    models.Invoice.objects.update(status="credited")
    answer = counter.browser.post(url(counter, "decline_owed"), {"do": "stop"})
    assert answer.status_code == 409
    assert payments(counter.customer) == [("failed", 126_000)]
    assert counter.subscription.auto_renew


def test_turning_renewal_off_while_it_is_owed_leads_there(counter: Counter) -> None:
    owing(counter)
    answer = counter.browser.get(url(counter, "auto_renew"))
    assert answer.headers["Location"] == url(counter, "decline_owed")


def test_turned_off_among_others_the_page_says_what_ends_today(counter: Counter) -> None:
    other = another(counter.customer, renews_on=date(2027, 9, 1), anchor=date(2026, 9, 1))
    owing(counter)
    ids = f"s={counter.customer.subscription.id}&s={other.id}"
    assert "These owe a renewal, and end today" in page(counter, f"/subscriptions/auto-renew/?{ids}")


def test_where_it_cannot_be_declined_off_is_after_what_is_owed(counter: Counter) -> None:
    models.Seller.objects.update(policy={"may_decline_owed": False})
    owing(counter)
    assert OWES in page(counter, url(counter, "auto_renew"))
    answer = counter.browser.post(url(counter, "auto_renew"), {"on": "0"})
    after = page(counter, answer.headers["Location"])
    assert "Automatic renewal is off after what is owed." in after
    assert "Nothing is charged any more" not in after
    assert "cannot be declined here" in page(counter, url(counter, "decline_owed"))


def test_of_several_on_one_invoice_some_are_kept(counter: Counter) -> None:
    other = another(counter.customer, seats=1)
    owing(counter)
    shown = page(counter, url(counter, "decline_owed"))
    assert "You owe €1,680.00 for 4 seats" in shown
    assert "These are owed together." in shown
    counter.browser.post(url(counter, "decline_owed"), {"do": "end", "s": str(other.id)})
    assert "You owe €1,260.00 for 3 seats" in page(counter, url(counter, "subscription"))
    other.refresh_from_db()
    assert other.status == "expired"


def test_with_nothing_chosen_of_several_nothing_ends(counter: Counter) -> None:
    customer = counter.customer
    another(customer, seats=1)
    owing(counter)
    before = invoices(customer)
    answer = counter.browser.post(url(counter, "decline_owed"), {"do": "end"})
    assert "Choose at least one subscription." in answer.content.decode()
    assert invoices(customer) == before
    customer.subscription.refresh_from_db()
    assert customer.subscription.status == "past_due"


def test_left_out_of_the_form_it_is_declined_with_the_change(counter: Counter) -> None:
    other = another(counter.customer, seats=1)
    owing(counter)
    answer = choose(counter)
    assert "The renewal is not taken, and access ends" in page(counter, answer.headers["Location"])
    counter.browser.post(answer.headers["Location"])
    other.refresh_from_db()
    assert (other.status, paid(counter.customer)) == ("expired", [126_000])


@pytest.mark.parametrize("name", ["change_owed", "decline_owed"])
def test_who_may_not_buy_is_told_so(counter: Counter, name: str) -> None:
    owing(counter)
    viewer = counter.as_role(Role.VIEWER)
    assert "does not include buying" in text(viewer.get(url(counter, name)))
    viewer.post(url(counter, name), {"do": "end"})
    assert payments(counter.customer) == [("failed", 126_000)]
    counter.customer.subscription.refresh_from_db()
    assert counter.customer.subscription.status == "past_due"


@pytest.mark.parametrize("name", ["change_owed", "decline_owed"])
def test_where_nothing_is_owed_the_page_says_so(counter: Counter, name: str) -> None:
    at(counter.customer, counter.customer.now)
    assert "No renewal of it is owed." in page(counter, url(counter, name))


def test_a_line_that_starts_anew_says_its_days_if_it_is_paid_today(counter: Counter) -> None:
    customer = counter.customer
    monthly(customer)
    order = declined(customer)
    address = reverse("portal:order", args=[order.id])
    models.Clock.objects.update(stands_at=customer.now)
    assert "If you pay today" not in page(counter, address)
    age(customer, 15)
    models.Clock.objects.update(stands_at=customer.now)
    shown = page(counter, address)
    assert "3 seats, Mar 1, 2027 to Apr 1, 2027 If you pay today: Mar 16, 2027 to Apr 16, 2027" in shown
