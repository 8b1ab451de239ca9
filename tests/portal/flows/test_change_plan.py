"""Change plan: now through the review, or at the renewal in one step; and a price announced after that."""

from datetime import date

import pytest
from django.urls import reverse

from tenor.db import models
from tests.portal.flows.conftest import Counter, text
from tests.support import factories


@pytest.fixture
def premium(counter: Counter) -> Counter:
    """With a plan above, at twice the price, and one below."""
    seller = counter.customer.account.seller
    for code, price, special in (("premium", 93_000, 83_700), ("basic", 20_000, 18_000)):
        factories.make_plan(seller=seller, code=code)
        factories.make_price(seller=seller, plan_code=code, list_minor=price, renewal_minor=special)
    return counter


def url(counter: Counter) -> str:
    return reverse("portal:change_plan", args=[counter.customer.subscription.id])


def home(counter: Counter) -> str:
    return reverse("portal:subscription", args=[counter.customer.subscription.id])


def entries() -> list[tuple[str, int | None]]:
    live = models.ScheduledChange.objects.filter(undone_at=None, replaced_at=None, claimed_at=None, kind="plan")
    return [(row.value, row.unit_price_minor) for row in live]


def test_the_plans_stand_side_by_side_and_the_one_above_is_priced(premium: Counter) -> None:
    page = text(premium.browser.get(url(premium)))
    basic, own, above = page.index("Basic"), page.index("Standard Today's plan"), page.index("Premium Can begin today")
    assert basic < own < above
    assert "€2,511.00 at the next renewal, for all seats" in page
    assert "Credit for the old plan: 3 seats" in page
    assert "-€382.19" in page.replace("\u2212", "-")
    assert "€764.38" in page


def test_a_plan_says_what_it_adds_and_what_it_costs_more(premium: Counter) -> None:
    page = text(premium.browser.get(url(premium)))
    assert "adds:" not in page
    assert "Compared with today +€1,251.00" in page
    seller = premium.customer.account.seller
    models.Plan.objects.filter(code="standard").update(contains={"en": ["Drawings"], "nl": ["Tekeningen"]})
    models.Plan.objects.filter(code="premium").update(contains={"en": ["Drawings", "Scripts"], "nl": ["Scripts"]})
    factories.touch_catalog(seller)
    assert "Premium Can begin today Premium adds: Scripts" in text(premium.browser.get(url(premium)))
    premium.browser.cookies["django_language"] = "nl"
    assert "Premium biedt extra: Scripts" in text(premium.browser.get(url(premium)))


def test_now_it_is_reviewed_submitted_and_has_a_receipt(premium: Counter) -> None:
    response = premium.browser.post(url(premium), {"plan": "premium", "when": "now"})
    review = response.headers["Location"]
    page = text(premium.browser.get(review))
    assert "The plan becomes Premium" in page
    assert f"{url(premium)}?plan=premium&when=now" in premium.browser.get(review).content.decode().replace("&amp;", "&")
    receipt = premium.browser.post(review, follow=True)
    assert "Change of plan" in text(receipt)
    order = premium.order()
    assert (order.status, order.total_minor, premium.subscription.plan_code) == ("fulfilled", 382_19, "premium")
    lines = models.InvoiceLine.objects.filter(invoice__order=order).order_by("position")
    assert [(line.kind, line.amount_minor) for line in lines] == [("credit", -382_19), ("plan", 764_38)]
    assert "Premium" in text(premium.browser.get(home(premium)))


def test_at_the_renewal_one_step_schedules_it_and_it_can_be_undone(premium: Counter) -> None:
    response = premium.browser.post(url(premium), {"plan": "premium", "when": "renewal", "price_premium": "83700"})
    assert response.headers["Location"] == home(premium)
    assert entries() == [("premium", 83_700)]
    assert not models.Order.objects.exists()
    page = text(premium.browser.get(home(premium)))
    assert "Renewed with plan Premium from March 1, 2027. Nothing is charged now" in page
    premium.browser.post(reverse("portal:undo_scheduled", args=[premium.subscription.id, "plan"]))
    assert entries() == []


def test_a_lower_plan_waits_for_the_renewal_whatever_is_sent(premium: Counter) -> None:
    page = text(premium.browser.get(url(premium), {"plan": "basic", "when": "now"}))
    assert "Nothing is charged now. You can undo it until the renewal." in page
    premium.browser.post(url(premium), {"plan": "basic", "when": "now", "price_basic": "18000"})
    assert entries() == [("basic", 18_000)]
    assert premium.subscription.plan_code == "standard"


def test_a_price_that_is_not_the_one_that_was_seen_changes_nothing(premium: Counter) -> None:
    response = premium.browser.post(url(premium), {"plan": "basic", "when": "renewal", "price_basic": "17000"})
    assert response.status_code == 409
    assert "Nothing was scheduled. These are the prices that hold now" in text(response)
    assert entries() == []


@pytest.mark.parametrize(("plan", "told"), [("gold", "is not offered"), ("standard", "It is Standard already.")])
def test_what_cannot_be_had_is_said(premium: Counter, plan: str, told: str) -> None:
    response = premium.browser.post(url(premium), {"plan": plan, "when": "renewal"})
    assert response.status_code == 409
    assert told in text(response)


def test_the_price_comes_alone_to_htmx_and_by_a_button_without_javascript(premium: Counter) -> None:
    part = premium.browser.get(url(premium), {"plan": "premium"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "764.38" in part
    response = premium.browser.post(url(premium), {"plan": "basic", "when": "renewal", "update": "1"})
    assert response.headers["Location"] == f"{url(premium)}?plan=basic&when=renewal"


def test_a_price_announced_after_the_change_was_confirmed_is_kept_or_changed(premium: Counter) -> None:
    premium.browser.post(url(premium), {"plan": "premium", "when": "renewal", "price_premium": "83700"})
    factories.make_price(
        seller=premium.customer.account.seller,
        plan_code="premium",
        list_minor=100_000,
        renewal_minor=90_000,
        valid_from=date(2027, 1, 1),
        announced_on=date(2026, 11, 21),
    )
    page = text(premium.browser.get(home(premium)))
    assert "The price changed: keep or change?" in page
    assert "It was confirmed at €837.00 a seat. From what has been announced since, a seat will cost €900.00." in page
    start = text(premium.browser.get(reverse("portal:home")))
    assert "The price of what you confirmed has changed" in start
    assert "A seat will cost €900.00 instead of €837.00 from the renewal on March 1, 2027." in start
    kept = {"plan": "premium", "when": "renewal", "price_premium": "90000"}
    assert premium.browser.post(url(premium), kept).headers["Location"] == home(premium)
    assert entries() == [("premium", 90_000)]
    assert "keep or change?" not in text(premium.browser.get(home(premium)))
    first, again = models.ScheduledChange.objects.filter(kind="plan").order_by("id")
    assert (first.unit_price_minor, again.replaces_id) == (83_700, first.id)


def test_the_term_is_kept_by_the_form_that_made_it(premium: Counter) -> None:
    term = premium.term_url
    premium.browser.post(term, {"months": "36", "price_36": "117900"})
    factories.make_price(
        seller=premium.customer.account.seller,
        months=36,
        list_minor=150_000,
        renewal_minor=None,
        valid_from=date(2027, 1, 1),
        announced_on=date(2026, 11, 21),
    )
    page = premium.browser.get(home(premium)).content.decode()
    assert 'name="price_36" value="135000"' in page
    assert premium.browser.post(term, {"months": "36", "when": "renewal", "price_36": "135000"}).status_code == 302
    assert "keep or change?" not in text(premium.browser.get(home(premium)))


def test_a_closed_change_tells_every_reason(premium: Counter) -> None:
    models.Subscription.objects.update(renewal_claimed_at=premium.customer.now)
    assert "The renewal is being carried out at this moment." in text(premium.browser.get(url(premium)))
    assert premium.browser.post(url(premium), {"plan": "premium"}).status_code == 409
