"""Align payment dates, from the choice to the receipt: what is offered, what it costs, and the rows afterwards."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import MethodKind, Role
from tests.portal.flows.conftest import Answer, Counter, text
from tests.support import factories

URL = "/align/"
JUNE = date(2027, 6, 1)


@pytest.fixture
def other(counter: Counter) -> models.Subscription:
    """A second subscription, which renews on 1 June 2027."""
    return another(counter, anchor=date(2026, 6, 1), renews_on=JUNE)


def another(counter: Counter, **changes: Any) -> models.Subscription:
    customer = counter.customer
    return factories.make_subscription(account=customer.account, payment_method=customer.method, **changes)


def both(counter: Counter, other: models.Subscription, **fields: object) -> dict[str, Any]:
    return {"shown": "1", "s": [str(counter.customer.subscription.id), str(other.id)], **fields}


def dates(counter: Counter) -> set[tuple[date, date]]:
    rows = models.Subscription.objects.filter(account=counter.customer.account)
    return set(rows.values_list("renews_on", "anchor"))


def follow(counter: Counter, response: Answer) -> Answer:
    assert response.status_code == 302, text(response)
    return counter.browser.get(response.headers["Location"])


def test_what_can_be_aligned_is_chosen_already_with_its_price_and_its_arithmetic(
    counter: Counter, other: models.Subscription
) -> None:
    response = counter.browser.get(URL)
    page = text(response)
    assert "1 year, paid by Visa 4242" in page
    assert response.content.decode().count(" checked aria-describedby") == 2
    assert "2 chosen One renewal date June 1, 2027" in page
    assert f"when Draft ({other.number}) renews" in page
    assert "€316.72" in page
    assert "€420.00 a seat × 3 seats × 92 of 366 days: March 1, 2027 to June 1, 2027" in page
    assert "March 1, 2027 – May 31, 2027: paid for now" in page
    assert not models.Quote.objects.exists()


def test_to_the_end_of_the_flow(counter: Counter, other: models.Subscription) -> None:
    review = counter.browser.post(URL, both(counter, other))
    shown = text(follow(counter, review))
    assert "2 subscriptions" in shown
    assert "One renewal date June 1, 2027" in shown
    assert shown.count("Jun 1, 2027 €1,260.00") == 2
    receipt = text(follow(counter, counter.browser.post(review.headers["Location"])))
    assert "Thank you, the order is completed" in receipt
    assert receipt.count("Jun 1, 2027 €1,260.00") == 2
    assert "Renewal date: from March 1, 2027 to June 1, 2027" in receipt
    assert counter.order().total_minor == 316_72
    assert dates(counter) == {(JUNE, JUNE), (JUNE, date(2026, 6, 1))}
    extension = models.PaidPeriod.objects.get(kind="extension")
    assert (extension.starts_on, extension.ends_on, extension.denominator) == (date(2027, 3, 1), JUNE, 366)
    assert "They all renew on June 1, 2027 already." in text(counter.browser.get(URL))


def test_the_review_leads_back_to_the_choice_as_it_was(counter: Counter, other: models.Subscription) -> None:
    chosen = both(counter, other, on="2027-07-01")
    page = follow(counter, counter.browser.post(URL, chosen))
    back = f"{URL}?shown=1&amp;s={counter.customer.subscription.id}&amp;s={other.id}&amp;on=2027-07-01"
    assert f'href="{back}"' in page.content.decode()
    assert "One renewal date July 1, 2027" in text(page)


def test_htmx_gets_the_price_and_the_picture_alone(counter: Counter, other: models.Subscription) -> None:
    response = counter.browser.get(URL, both(counter, other), headers={"HX-Request": "true"})
    body = response.content.decode()
    assert "€316.72" in text(response)
    assert 'id="picture"' in body
    assert 'hx-swap-oob="true"' in body
    assert "<html" not in body
    assert "<form" not in body


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"on": "2027-08-15"}, "One renewal date August 15, 2027"),
        ({"on": "2027-08-15", "suggested": "2027-06-01"}, "One renewal date August 15, 2027"),
        ({"on": "2027-05-01", "suggested": "2027-05-01"}, "One renewal date June 1, 2027"),
        ({"on": "", "suggested": "2027-06-01"}, "One renewal date June 1, 2027"),
        ({"on": "2027-05-31"}, "Renewal dates only move later, and Draft"),
        ({"on": "2028-03-01"}, "The latest possible date is February 29, 2028."),
        ({"on": "soon"}, "Type a day, such as 2027-06-01."),
    ],
)
def test_a_day_is_taken_or_refused_in_words(
    counter: Counter, other: models.Subscription, fields: dict[str, str], says: str
) -> None:
    assert says in text(counter.browser.get(URL, both(counter, other, **fields)))
    sent = counter.browser.post(URL, both(counter, other, **fields))
    if says.startswith("One"):
        assert says in text(follow(counter, sent))
        return
    assert sent.status_code in (200, 409)
    assert says in text(sent)
    assert not models.Quote.objects.exists()


def test_further_days_are_offered_as_far_as_they_are_possible(counter: Counter, other: models.Subscription) -> None:
    body = counter.browser.get(URL).content.decode()
    assert 'name="on" value="2027-06-01" min="2027-06-01" max="2028-02-29" list="days"' in body
    assert '<option value="2027-07-01"></option><option value="2027-10-01"></option>' in body
    far = counter.browser.get(URL, both(counter, other, on="2027-11-02")).content.decode()
    assert 'name="suggested" value="2027-06-01"' in far
    assert 'name="on" value="2027-11-02"' in far


def test_the_day_is_left_alone_while_it_is_typed(counter: Counter, other: models.Subscription) -> None:
    """Another choice of subscriptions suggests another day; typing must not be interrupted by it."""
    chosen, live = both(counter, other), {"HX-Request": "true"}
    assert 'id="day"' in counter.browser.get(URL, chosen, headers=live).content.decode()
    typing = {**live, "HX-Trigger-Name": "on"}
    assert 'id="day"' not in counter.browser.get(URL, chosen, headers=typing).content.decode()


def test_a_link_may_name_what_is_to_be_aligned_and_when(counter: Counter, other: models.Subscription) -> None:
    third = another(counter, anchor=date(2026, 5, 1), renews_on=date(2027, 5, 1))
    chosen = [str(counter.customer.subscription.id), str(third.id), str(other.account_id)]
    body = counter.browser.get(URL, {"s": chosen, "on": "2027-05-20"})
    assert "One renewal date May 20, 2027" in text(body)
    assert f'id="s-{other.id}" name="s" value="{other.id}" aria' in body.content.decode()


def test_nothing_or_one_chosen_says_what_is_missing(counter: Counter, other: models.Subscription) -> None:
    for chosen in ([], [str(other.id)]):
        assert "Choose at least two subscriptions." in text(counter.browser.get(URL, {"shown": "1", "s": chosen}))
        assert counter.browser.post(URL, {"shown": "1", "s": chosen}).status_code == 409


def test_what_stands_outside_says_why_and_leads_to_what_brings_it_in(
    counter: Counter, other: models.Subscription
) -> None:
    monthly = another(counter, months=1, anchor=date(2026, 11, 10), renews_on=date(2026, 12, 10), auto_renew=False)
    response = counter.browser.get(URL)
    body, page = response.content.decode(), text(response)
    assert "Can't be aligned with the others yet" in page
    assert "Automatic renewal is off: the subscription ends on December 10, 2026." in page
    assert "Its term is 1 month, that of the others 1 year." in page
    assert f'href="{reverse("portal:change_term", args=[monthly.id])}"' in body
    assert f'id="s-{monthly.id}" name="s" value="{monthly.id}" disabled' in body


def test_make_them_alignable_changes_schedules_and_aligns_in_one_order(
    counter: Counter, other: models.Subscription
) -> None:
    paypal = counter.customer.pay_by("paid", MethodKind.PAYPAL)
    third = another(counter, anchor=date(2026, 5, 1), renews_on=date(2027, 5, 1), auto_renew=False)
    monthly = another(counter, months=1, anchor=date(2026, 11, 10), renews_on=date(2026, 12, 10))
    offered = counter.browser.post(URL, {"shown": "1", "s": [str(other.id)], "prepare_all": "1"})
    asked = parse_qs(urlsplit(offered.headers["Location"]).query)
    assert asked["prepare"] == ["1"]
    assert set(asked["s"]) == {str(one.id) for one in (counter.customer.subscription, other, third, monthly)}
    page = text(follow(counter, offered))
    assert "What is changed first" in page
    assert "Paid by Visa 4242 from now on" in page
    assert "Automatic renewal on from June 1, 2027" in page
    assert "Renews for 1 year from December 10, 2026" in page
    sent = counter.browser.post(URL, {name: values for name, values in asked.items()})
    done = text(follow(counter, counter.browser.post(sent.headers["Location"])))
    assert "Thank you, the order is completed" in done
    subscription = counter.subscription
    assert (subscription.renews_on, subscription.payment_method_id) == (JUNE, counter.customer.method.id)
    assert paypal.id != counter.customer.method.id
    scheduled = models.ScheduledChange.objects.filter(replaced_at=None, undone_at=None)
    assert set(scheduled.values_list("subscription_id", "kind", "value")) == {
        (third.id, "auto_renew", "on"),
        (monthly.id, "term", "12"),
    }
    assert counter.order().total_minor == 316_72 + 106_72
    assert models.Subscription.objects.get(id=monthly.id).renews_on == date(2026, 12, 10)


def test_a_preparation_alone_costs_nothing_and_is_confirmed(counter: Counter) -> None:
    monthly = another(counter, months=1, anchor=date(2026, 11, 10), renews_on=date(2026, 12, 10))
    sent = counter.browser.post(URL, both(counter, monthly, prepare="1"))
    assert "Nothing can be aligned today" in text(counter.browser.get(URL, both(counter, monthly, prepare="1")))
    done = counter.browser.post(sent.headers["Location"])
    assert done.headers["Location"] == sent.headers["Location"]
    waits = f"They can be aligned from December 10, 2026, when Draft ({monthly.number}) has renewed."
    assert waits in text(follow(counter, done))
    assert models.ScheduledChange.objects.get().subscription_id == monthly.id
    assert not models.Order.objects.exists()


def test_a_preparation_says_what_is_scheduled_and_when_they_can_be_aligned(counter: Counter) -> None:
    monthly = another(counter, months=1, anchor=date(2026, 11, 10), renews_on=date(2026, 12, 10))
    review = counter.browser.post(URL, both(counter, monthly, prepare="1")).headers["Location"]
    before = text(counter.browser.get(review))
    assert "Prepare 2 subscriptions for one payment date" in before
    why = "No charge now: it can be aligned once it has renewed on December 10, 2026"
    assert f"Draft Standard {monthly.number} {why}" in before
    assert f"Draft Standard {counter.subscription.number} No charge now €0.00" in before
    assert "already" not in before
    counter.browser.post(review)
    said = text(counter.browser.get(review))
    assert "The changes are scheduled Nothing was charged. They can be aligned from December 10, 2026" in said
    assert "Renews for 1 year from December 10, 2026" in said
    history = text(counter.browser.get(reverse("portal:subscription", args=[monthly.id])))
    assert "Prepared for one payment date" in history
    assert "Payment dates aligned" not in history


def test_what_costs_nothing_because_it_renews_then_is_in_the_review_and_the_receipt(
    counter: Counter, other: models.Subscription
) -> None:
    review = counter.browser.post(URL, both(counter, other)).headers["Location"]
    page = text(counter.browser.get(review))
    assert "Align 2 subscriptions to" in page
    receipt = text(counter.browser.get(counter.browser.post(review).headers["Location"]))
    for said in (page, receipt):
        assert counter.subscription.number in said
        assert other.number in said
        assert said.count("No charge now: its renewal date is") == 1


def test_the_plan_chooses_the_base_too_and_names_it(counter: Counter) -> None:
    """One yearly, one of three years: nothing is chosen at first, and the plan takes both."""
    yearly = counter.customer.subscription
    longer = another(counter, months=36, anchor=date(2026, 6, 1), renews_on=date(2029, 6, 1))
    assert "checked" not in counter.browser.get(URL).content.decode().split('id="price"')[0]
    offered = counter.browser.post(URL, {"shown": "1", "prepare_all": "1"})
    asked = parse_qs(urlsplit(offered.headers["Location"]).query)
    assert set(asked["s"]) == {str(yearly.id), str(longer.id)}
    assert f"As Draft ({longer.number}): 3 years, Visa 4242" in text(follow(counter, offered))


def test_what_is_all_aligned_says_so(counter: Counter) -> None:
    another(counter, anchor=counter.subscription.anchor, renews_on=counter.subscription.renews_on)
    page = text(counter.browser.get(URL))
    assert "All that can be aligned is aligned already." in page
    assert "Choose at least two" not in page


def test_a_scheduled_change_of_term_that_would_part_them_is_said_before_anything_is_paid(
    counter: Counter, other: models.Subscription
) -> None:
    factories.make_change(subscription=other, kind="term", value="36")
    page = counter.browser.get(URL, both(counter, other))
    assert "From its next renewal on its term is 3 years, that of the others 1 year." in text(page)
    assert f'href="{reverse("portal:subscription", args=[other.id])}#scheduled"' in page.content.decode()
    assert counter.browser.post(URL, both(counter, other)).status_code == 409


def test_many_are_drawn_in_one_row_and_their_lines_folded(counter: Counter, other: models.Subscription) -> None:
    for n in range(6):
        another(counter, anchor=date(2026, 4, 1 + n), renews_on=date(2027, 4, 1 + n))
    page = counter.browser.get(URL)
    assert "8 chosen" in text(page)
    assert "8 lines" in text(page)
    assert page.content.decode().count('<th scope="row">') == 2


def test_each_line_of_several_has_its_number_in_the_order_of_their_dates(
    counter: Counter, other: models.Subscription
) -> None:
    first = another(counter, anchor=date(2026, 2, 1), renews_on=date(2027, 2, 1))
    chosen = both(counter, other, s=[str(other.id), str(counter.customer.subscription.id), str(first.id)])
    for page in (counter.browser.get(URL, chosen), follow(counter, counter.browser.post(URL, chosen))):
        shown = text(page).replace("\n", " ")
        places = [shown.index(f"Draft Standard {one.number} 3 seats") for one in (first, counter.customer.subscription)]
        assert places == sorted(places)


def test_across_groups_the_reasons_are_given_by_name_and_the_plan_is_offered(
    counter: Counter, other: models.Subscription
) -> None:
    monthly = another(counter, months=1, anchor=date(2026, 11, 10), renews_on=date(2026, 12, 10))
    response = counter.browser.post(URL, both(counter, other, s=[str(other.id), str(monthly.id)]))
    assert response.status_code == 409
    assert f"Draft ({monthly.number})" in text(response)
    assert response.content.decode().count('name="prepare_all"') == 2


@pytest.mark.parametrize(
    ("button", "expected"),
    [({"update": "1"}, 1), ({"pick": "0"}, 2), ({"pick": "7"}, 1), ({"pick": "x"}, 1)],
)
def test_without_javascript_buttons_change_the_choice(
    counter: Counter, other: models.Subscription, button: dict[str, str], expected: int
) -> None:
    response = counter.browser.post(URL, {"shown": "1", "s": [str(other.id)], **button})
    assert len(parse_qs(urlsplit(response.headers["Location"]).query)["s"]) == expected


def test_only_what_is_alignable_as_it_is(counter: Counter, other: models.Subscription) -> None:
    monthly = another(counter, months=1, anchor=date(2026, 11, 10), renews_on=date(2026, 12, 10))
    chosen = both(counter, other, prepare="1", only_now="1")
    response = counter.browser.post(URL, {**chosen, "s": [*chosen["s"], str(monthly.id)]})
    asked = parse_qs(urlsplit(response.headers["Location"]).query)
    assert "prepare" not in asked
    assert str(monthly.id) not in asked["s"]


def test_what_changed_meanwhile_leads_back_to_the_choice(counter: Counter, other: models.Subscription) -> None:
    review = counter.browser.post(URL, both(counter, other)).headers["Location"]
    models.Subscription.objects.filter(id=other.id).update(auto_renew=False)
    response = counter.browser.post(review)
    assert response.headers["Location"].startswith(URL)
    assert "Automatic renewal is off" in text(counter.browser.get(response.headers["Location"]))
    assert not models.Order.objects.exists()


def test_the_wrong_role_learns_whom_to_ask(counter: Counter, other: models.Subscription) -> None:
    page = text(counter.as_role(Role.VIEWER).get(URL))
    assert "Your role (viewer) does not include buying" in page
    assert "Ask Alice Admin" in page


def test_where_it_is_not_offered_nothing_leads_there(counter: Counter, other: models.Subscription) -> None:
    upcoming = reverse("portal:upcoming")
    assert f'href="{URL}"' in counter.browser.get(upcoming).content.decode()
    models.Account.objects.filter(id=counter.customer.id).update(country="BR")
    assert f'href="{URL}"' not in counter.browser.get(upcoming).content.decode()
    assert "Self-service is not offered in Brazil." in text(counter.browser.get(URL))


def test_without_subscriptions_there_is_nothing_to_align(counter: Counter) -> None:
    models.PaidPeriod.objects.all().delete()
    models.Subscription.objects.all().delete()
    assert "Nothing to align" in text(counter.browser.get(URL))


def test_forty_subscriptions_take_eight_statements(counter: Counter) -> None:
    for n in range(39):
        another(counter, anchor=date(2026, 4, 1 + n % 28), renews_on=date(2027, 4, 1 + n % 28))
    with CaptureQueriesContext(connection) as captured:
        page = text(counter.browser.get(URL))
    assert page.count("how is") + page.count("How is this worked out?") >= 39
    assert len([query for query in captured.captured_queries if query["sql"].startswith("SELECT")]) <= 8
