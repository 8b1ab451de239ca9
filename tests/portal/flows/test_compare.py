"""Compare terms and plans: the worked numbers side by side and over three years, an announced rise, what is closed."""

from datetime import date

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role, SubscriptionStatus
from tenor.portal import courses
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


def contents(counter: Counter) -> None:
    seller = counter.customer.account.seller
    standard = {"en": ["Drawings", "Prints"], "sv": ["Ritningar", "Utskrifter"]}
    premium = {"en": ["Drawings", "Prints", "Scripts"], "sv": ["Ritningar", "Utskrifter", "Skript"]}
    for code, contains in (("standard", standard), ("premium", premium)):
        models.Plan.objects.filter(seller=seller, code=code).update(contains=contains)
    factories.touch_catalog(seller)


def test_three_years_cost_1179_save_6_4_percent_and_1310_again_is_11_1_percent_more(counter: Counter) -> None:
    one_seat()
    page = look(counter)
    row = page[page.index("Standard, 3 years") :]
    told = "€1,179.00 bought again: €1,310.00 (+11.1%) €1,179.00 €32.75 saves €81.00 (6.4%) over 3 years Choose"
    assert told in row
    assert "If you let it lapse and buy it again, 3 years cost €1,305.00: €45.00 more (3.6%)." in page
    assert "instead of" not in page


def test_every_choice_opens_once_into_its_arithmetic(counter: Counter) -> None:
    sells_premium(counter)
    page = look(counter)
    assert "€1,179.00 a seat × 3 seats for 3 years (Mar 1, 2027 to Mar 1, 2030)" in page.replace("March", "Mar")
    assert "3 × €1,260.00" in page
    assert page.count("How is this worked out?") == len(("1 month", "1 year", "3 years"))


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
    assert "Standard, 1 year: from March 1, 2028 a seat costs €450.00 instead of €420.00." in page
    assert "saves €141.00 (10.7%) over 3 years" in page


def test_what_lasts_longer_than_three_years_says_so_and_is_compared_over_like_spans(counter: Counter) -> None:
    one_seat()
    factories.make_price(seller=counter.customer.account.seller, months=24, list_minor=90_000, renewal_minor=None)
    page = look(counter)
    assert "€1,620.00 lasts for 4 years €33.75 saves €30.00 (3.6%) over 2 years" in page


def test_another_plan_is_shown_beside_what_there_is_today(counter: Counter) -> None:
    sells_premium(counter)
    own, other = look(counter), text(counter.browser.get(url(counter), {"plan": "premium"}))
    assert "Premium, 1 year" not in own
    assert "Standard, 1 year" in other
    assert "Standard, 3 years" not in other
    assert "Premium, 3 years" in other
    assert text(counter.browser.get(url(counter), {"plan": "nothing"})) == own


def test_plans_are_switched_by_links_and_only_where_there_are_several(counter: Counter) -> None:
    assert 'class="tabs"' not in counter.browser.get(url(counter)).content.decode()
    sells_premium(counter)
    html = counter.browser.get(url(counter), {"plan": "premium"}).content.decode()
    assert '<a href="?plan=standard" translate="no">Standard</a>' in html
    assert '<a href="?plan=premium" aria-current="true" translate="no">Premium</a>' in html


def test_a_plan_says_what_it_contains_and_another_one_what_it_adds_in_the_readers_language(counter: Counter) -> None:
    sells_premium(counter)
    assert "contains:" not in look(counter)
    contents(counter)
    assert "Standard contains: Drawings · Prints" in look(counter)
    assert "Premium adds: Scripts" in text(counter.browser.get(url(counter), {"plan": "premium"}))
    counter.browser.cookies["django_language"] = "sv"
    assert "Standard innehåller: Ritningar · Utskrifter" in look(counter)
    counter.browser.cookies["django_language"] = "nl"
    assert "Standard bevat: Drawings · Prints" in look(counter)


def test_the_picture_has_a_line_a_choice_and_the_same_figures_as_a_table(counter: Counter) -> None:
    sells_premium(counter)
    html = counter.browser.get(url(counter), {"plan": "premium"}).content.decode()
    for name in ("Standard, 1 year", "Premium, 1 year", "Premium, 3 years"):
        assert f">{name}</text>" in html
        assert f'role="rowheader">{name}</th>' in html
    assert 'style="' not in html
    assert "Before" in html


def test_no_more_lines_are_drawn_than_can_be_told_apart(counter: Counter) -> None:
    for months in (2, 3, 6, 24):
        factories.make_price(seller=counter.customer.account.seller, months=months, list_minor=9_000 * months)
    html = counter.browser.get(url(counter)).content.decode()
    assert html.count('class="steps-chart__name"') == courses.LINES


def test_a_choice_leads_to_the_page_where_it_is_made(counter: Counter) -> None:
    html = counter.browser.get(url(counter)).content.decode()
    chosen = f"{counter.term_url}?months=36"
    assert f'href="{chosen}"' in html
    assert 'value="36" required checked' in counter.browser.get(chosen).content.decode()
    for page in (counter.term_url, reverse("portal:subscription", args=[counter.customer.subscription.id])):
        assert f'href="{url(counter)}"' in counter.browser.get(page).content.decode()


def test_another_plan_is_changed_to_where_there_is_a_flow_and_asked_for_where_there_is_none(counter: Counter) -> None:
    sells_premium(counter)
    html = counter.browser.get(url(counter), {"plan": "premium"}).content.decode()
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
    assert "Costs over 3 years" not in text(response)


def test_where_self_service_is_not_offered_there_is_nothing_to_compare(counter: Counter) -> None:
    models.Account.objects.update(country="JP")
    subscription = reverse("portal:subscription", args=[counter.customer.subscription.id])
    assert url(counter) not in counter.browser.get(subscription).content.decode()
    assert "Costs over 3 years" not in look(counter)


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
