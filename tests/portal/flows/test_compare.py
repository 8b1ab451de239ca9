"""Compare terms and plans: the worked numbers side by side and over three years, an announced rise, what is closed."""

from datetime import date

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role, SubscriptionStatus
from tenor.ui.navigation import address
from tests.portal.flows.conftest import Counter, signed_in, text
from tests.portal.questions import MOST, questions
from tests.support import factories


def url(counter: Counter) -> str:
    return reverse("portal:compare", args=[counter.customer.subscription.id])


def look(counter: Counter) -> str:
    response = counter.browser.get(url(counter))
    assert response.status_code == 200
    return text(response)


def one_seat() -> None:
    models.Subscription.objects.update(seats=1)


def sells_premium(counter: Counter) -> None:
    seller = counter.customer.account.seller
    factories.make_plan(seller=seller, code="premium")
    for months, minor in ((12, 69_000), (36, 194_500)):
        factories.make_price(seller=seller, plan_code="premium", months=months, list_minor=minor, renewal_minor=None)


def test_three_years_cost_1179_save_6_4_percent_and_1310_anew_is_11_1_percent_more(counter: Counter) -> None:
    one_seat()
    page = look(counter)
    row = page[page.index("Standard, 3 years") :]
    assert "€1,179.00 €393.00 saves €81.00 (6.4%) over 3 years €1,310.00 (+11.1%) Choose" in row
    assert "Standard, 1 year, anew" in page
    played = page[page.index("Standard, 3 years", page.index("Against going on as today")) :]
    assert "€1,179.00 3 years €32.75 saves €81.00 (6.4%) over 3 years" in played
    anew = played[played.index("Standard, 1 year, anew") :]
    assert "€1,305.00 3 years €36.25 €45.00 more (3.6%) over 3 years" in anew
    assert "No change of price is announced for this time." in page


def test_every_amount_opens_into_its_arithmetic(counter: Counter) -> None:
    page = look(counter)
    assert "€1,179.00 a seat × 3 seats for 3 years (Mar 1, 2027 to Mar 1, 2030)" in page.replace("March", "Mar")
    assert "3 × €1,260.00" in page
    assert "Together, what is paid from" in page


def test_a_rise_is_named_and_counted_from_its_first_payment_on(counter: Counter) -> None:
    one_seat()
    factories.make_price(
        seller=counter.customer.account.seller,
        list_minor=49_900,
        renewal_minor=45_000,
        valid_from=date(2028, 1, 1),
        announced_on=factories.TODAY,
    )
    page = look(counter)
    assert "Standard, 1 year: a seat rises from €420.00 to €450.00, with the payment on March 1, 2028 (2 of 3)." in page
    assert "saves €141.00 (10.7%) over 3 years" in page


def test_a_fall_is_called_a_fall(counter: Counter) -> None:
    factories.make_price(
        seller=counter.customer.account.seller,
        list_minor=40_000,
        renewal_minor=36_000,
        valid_from=date(2029, 1, 1),
        announced_on=factories.TODAY,
    )
    assert "Standard, 1 year: a seat falls from €420.00 to €360.00, with the payment on March 1, 2029" in look(counter)


def test_unlike_spans_are_never_compared_in_percent(counter: Counter) -> None:
    one_seat()
    factories.make_price(seller=counter.customer.account.seller, months=24, list_minor=90_000, renewal_minor=None)
    page = look(counter)
    assert "€1,620.00 4 years €33.75 not compared: it covers another time" in page


def test_the_picture_has_a_line_a_choice_and_the_same_figures_as_a_table(counter: Counter) -> None:
    sells_premium(counter)
    html = counter.browser.get(url(counter)).content.decode()
    names = ["Standard, 1 month", "Standard, 1 year", "Standard, 3 years", "Premium, 1 year", "Premium, 3 years"]
    for name in names:
        assert f">{name}</text>" in html
    assert ">anew · €" in html
    for name in (*names, "Standard, 1 year, anew"):
        assert f'role="rowheader">{name}</th>' in html
    assert 'style="' not in html
    assert "Before" in html


def test_a_choice_leads_to_the_page_where_it_is_made(counter: Counter) -> None:
    html = counter.browser.get(url(counter)).content.decode()
    chosen = f"{counter.term_url}?months=36"
    assert f'href="{chosen}"' in html
    assert 'value="36" required checked' in counter.browser.get(chosen).content.decode()
    for page in (counter.term_url, reverse("portal:subscription", args=[counter.customer.subscription.id])):
        assert f'href="{url(counter)}"' in counter.browser.get(page).content.decode()


def test_another_plan_is_changed_to_where_there_is_a_flow_and_asked_for_where_there_is_none(counter: Counter) -> None:
    sells_premium(counter)
    html = counter.browser.get(url(counter)).content.decode()
    subscription = counter.customer.subscription.id
    flow = address("portal:change_plan", subscription)
    leads = (
        f"{flow}?plan=premium"
        if flow
        else f"{reverse('portal:help')}?subscription={subscription}&amp;action=change_plan"
    )
    assert html.count(f'href="{leads}"') == 2


def test_what_is_scheduled_is_marked_and_its_plan_leads(counter: Counter) -> None:
    sells_premium(counter)
    subscription = models.Subscription.objects.get()
    factories.make_change(subscription=subscription, kind="plan", value="premium", unit_price_minor=None)
    html = counter.browser.get(url(counter)).content.decode()
    page = look(counter)
    assert page.count("At your next renewal") == 1
    row = page[page.index("Premium, 1 year") :]
    assert row.index("At your next renewal") < row.index("Premium, 3 years")
    assert f'href="{counter.term_url}?months=36"' in html


@pytest.mark.parametrize("role", [Role.VIEWER, Role.USER_ADMIN])
def test_who_may_not_buy_may_compare_and_is_told_who_may_choose(counter: Counter, role: Role) -> None:
    response = counter.as_role(role).get(url(counter))
    page = text(response)
    assert "saves €243.00 (6.4%) over 3 years" in page
    assert "What can't be chosen now, and why" in page
    assert "does not include buying" in page
    assert "?months=36" not in response.content.decode()
    assert 'href="#closed"' in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": SubscriptionStatus.SUSPENDED.value, "lapsed_on": factories.TODAY}, "suspended"),
        ({"renews_on": factories.TODAY}, "renew"),
        ({"processor": "legacy"}, "older system"),
    ],
)
def test_where_tenor_will_not_renew_it_the_page_says_why(
    counter: Counter, fields: dict[str, object], reason: str
) -> None:
    models.Subscription.objects.update(**fields)
    response = counter.browser.get(url(counter))
    assert 'class="reasons"' in response.content.decode(), text(response)
    assert "Payment by payment" not in text(response)


def test_where_self_service_is_not_offered_there_is_nothing_to_compare(counter: Counter) -> None:
    models.Account.objects.update(country="JP")
    subscription = reverse("portal:subscription", args=[counter.customer.subscription.id])
    assert url(counter) not in counter.browser.get(subscription).content.decode()
    assert "Payment by payment" not in look(counter)


def test_a_stranger_finds_nothing_and_nobody_posts(counter: Counter) -> None:
    stranger = signed_in(factories.make_member(account=factories.make_account()).user)
    assert stranger.get(url(counter)).status_code == 404
    assert counter.browser.post(url(counter)).status_code == 405


def test_asks_the_database_at_most_eight_times(counter: Counter) -> None:
    sells_premium(counter)
    asked = questions(counter.browser, url(counter))
    assert len(asked) <= MOST, "\n".join(asked)


@pytest.mark.parametrize(("language", "said"), [("sv", "sparar 243,00"), ("nl", "bespaart €")])
def test_speaks_the_readers_language(counter: Counter, language: str, said: str) -> None:
    counter.browser.cookies["django_language"] = language
    assert said in look(counter).replace("\xa0", " ")


def test_one_seat_of_several_is_shown_beside_the_terms(counter: Counter) -> None:
    page = text(counter.browser.get(counter.term_url))
    table = page[page.index("What one seat costs") :]
    assert "3 years €1,179.00 €1,260.00 €81.00 (6.4%) €1,310.00" in table
    one_seat()
    assert "What one seat costs" not in text(counter.browser.get(counter.term_url))
