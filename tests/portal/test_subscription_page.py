"""One subscription's page: one line says what is true of it, nothing beside it says otherwise, and nothing twice."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest

from tenor.db import models
from tests.portal.conftest import House
from tests.support import documents

RESELLER = {"channel": "reseller", "reseller_name": "CADline Partners", "reseller_contact": "help@cadline.example"}
LEGACY = {"processor": "legacy"}
PERSONS: dict[str, Callable[[House], models.User]] = {
    "buyer": lambda house: house.alice,
    "viewer": lambda house: house.bob,
}
LAPSED = date(2026, 11, 10)
NOT_PAID = {"status": "past_due", "anchor": date(2025, 11, 10), "renews_on": LAPSED, "lapsed_on": LAPSED}
FALSE_HERE = ("Renewal date", "renewed automatically", "Automatic renewal on", "Ends on", "Another payment method")


def main_of(house: House, *, language: str = "en", who: str = "buyer") -> str:
    """The page's main part, as HTML."""
    client = house.as_(PERSONS[who](house))
    client.cookies["django_language"] = language
    page = client.get(f"/subscriptions/{house.subscription.id}/").content.decode()
    return unescape(page[page.index("<main") : page.index("</main>")])


def shown(house: House, **options: Any) -> str:
    """What is read on it, all details open."""
    return " ".join(re.sub(r"<[^>]*>", " ", main_of(house, **options)).replace("\xa0", " ").split())


def line_of(house: House, **options: Any) -> str:
    """The line at its head."""
    (found,) = re.findall(r'class="status__line">([^<]*)<', main_of(house, **options))
    return str(found).replace("\xa0", " ")


def actions_of(house: House, **options: Any) -> list[str]:
    """What it offers, closed or not."""
    html = main_of(house, **options)
    listed = html[html.index('id="actions"') : html.index('id="periods"')].split('id="why"')[0]
    found = re.findall(r"<(?:a|button) class=\"button[^>]*>(.*?)</(?:a|button)>", listed, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", each).split()) for each in found]


def changed(house: House, **fields: Any) -> House:
    models.Subscription.objects.filter(id=house.subscription.id).update(**fields)
    return house


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "Renews on 1 March 2027 for €1,575.00 incl. VAT by Visa 4242"),
        ({"auto_renew": False}, "Ends on 1 March 2027: automatic renewal is off"),
        (RESELLER, "Renewal through CADline Partners, on 1 March 2027"),
        (LEGACY, "Kept in an older system: it is renewed there, on 1 March 2027"),
        (NOT_PAID, "Unpaid since 10 November 2026, access ends on 25 November 2026"),
        ({**NOT_PAID, "status": "suspended"}, "Suspended: unpaid since 10 November 2026, no access"),
        (
            {**NOT_PAID, "status": "expired", "auto_renew": False},
            "Expired on 10 November 2026, can be renewed until 24 December 2026",
        ),
        ({**NOT_PAID, "status": "canceled", "auto_renew": False}, "Ended on 10 November 2026"),
    ],
    ids=["renews", "ends", "reseller", "legacy", "owed", "suspended", "expired", "ended"],
)
def test_one_line_says_what_is_true(house: House, fields: dict[str, Any], line: str) -> None:
    assert line_of(changed(house, **fields)) == line


def test_the_amount_of_the_line_is_worked_out_beside_it_and_said_once(house: House) -> None:
    page = shown(house)
    assert page.count("€1,575.00") == 1
    assert "How is this worked out?" in page
    assert "€420.00 excl. VAT Special renewal price" in page


@pytest.mark.parametrize("fields", [RESELLER, LEGACY], ids=["reseller", "legacy"])
@pytest.mark.parametrize("is_on", [True, False])
def test_what_others_renew_is_not_said_to_renew_or_end_here(house: House, fields: dict[str, Any], is_on: bool) -> None:
    models.PaymentMethod.objects.all().delete()
    page = shown(changed(house, auto_renew=is_on, **fields)).partition("Why can't I ...?")[0]
    assert [said for said in FALSE_HERE if said in page] == []
    assert "cannot be paid" not in page


def test_what_was_bought_directly_names_no_seller_of_others(house: House) -> None:
    assert "bought it from" not in shown(changed(house, **LEGACY))


def test_a_reseller_agreed_the_price_and_has_rules_of_its_own(house: House) -> None:
    page = shown(changed(house, **RESELLER))
    assert "Agreed with CADline Partners" in page
    assert "For returns and refunds the rules of CADline Partners apply. They may differ from ours." in page
    assert "€" not in page.partition("Paid periods")[2]


@pytest.mark.parametrize(
    ("fields", "who", "reason"),
    [
        (RESELLER, "buyer", "You bought this subscription from a reseller: CADline Partners."),
        (LEGACY, "buyer", "This subscription is still kept in an older system and cannot be changed here."),
        ({}, "viewer", "Your role (viewer) does not include buying or changing."),
    ],
    ids=["reseller", "legacy", "viewer"],
)
def test_what_closes_several_actions_is_said_once(house: House, fields: dict[str, Any], who: str, reason: str) -> None:
    page = shown(changed(house, **fields), who=who)
    assert page.partition("Why can't I ...?")[0].count(reason) == 1
    closed = {"Add seats", "Reduce seats", "Change plan", "Renew early"}
    assert not closed & set(actions_of(house, who=who))


def test_in_a_region_without_self_service_the_page_says_so_once(house: House) -> None:
    models.Account.objects.filter(id=house.account.id).update(country="JP")
    page = shown(house).partition("Why can't I ...?")[0]
    assert page.count("Self-service is not offered in Japan.") == 1


def test_a_reason_of_one_action_stands_with_it_and_is_read_aloud(house: House) -> None:
    html = main_of(house)
    assert 'aria-describedby="action-renew_early-reasons"' in html
    assert actions_of(house)[-1] == "Renew early"
    assert shown(house).partition("Why can't I ...?")[0].count("Early renewal opens on") == 1


def test_the_term_is_changed_in_one_place(house: House) -> None:
    html = main_of(house)
    assert html.count(f'href="/subscriptions/{house.subscription.id}/term/"') == 1
    assert 'aria-label="Change term"' in html


@pytest.mark.parametrize(
    "fields",
    [
        {"auto_renew": False},
        {**NOT_PAID, "status": "suspended"},
        {**NOT_PAID, "status": "expired"},
        {**NOT_PAID, "status": "canceled"},
        RESELLER,
    ],
    ids=["off", "suspended", "expired", "canceled", "reseller"],
)
def test_nothing_says_that_renewal_is_on_where_nothing_renews(house: House, fields: dict[str, Any]) -> None:
    assert "Automatic renewal on" not in shown(changed(house, **fields))


def test_what_is_over_is_not_turned_on_again(house: House) -> None:
    offered = actions_of(changed(house, **{**NOT_PAID, "status": "canceled", "auto_renew": False}))
    assert "Buy again" in offered
    assert not {"Turn on automatic renewal", "Turn off automatic renewal"} & set(offered)


def test_what_has_expired_is_renewed_and_not_turned_on(house: House) -> None:
    offered = actions_of(changed(house, **{**NOT_PAID, "status": "expired", "auto_renew": False}))
    assert offered[0] == "Renew"
    assert not {"Turn on automatic renewal", "Turn off automatic renewal"} & set(offered)


def test_reasons_with_one_remedy_are_told_together(house: House) -> None:
    models.PaymentMethod.objects.update(status="invalid", expires_on=date(2026, 10, 31))
    banner = shown(house).partition("Renewal details")[0]
    assert banner.count("The next renewal cannot be paid as things stand") == 1
    assert banner.count("Add payment method") == 1


def test_a_consumer_sees_no_amount_without_tax(house: House) -> None:
    models.Account.objects.filter(id=house.account.id).update(customer_type="consumer", vat_id="")
    changed(house, **{**NOT_PAID, "status": "canceled", "auto_renew": False})
    assert "excl." not in shown(house)


def test_money_on_its_way_is_looked_at_and_not_stopped(house: House) -> None:
    order = documents.make_order(
        account=house.account, subscriptions=(house.subscription,), status="processing", action="add_seats"
    )
    page = shown(house)
    assert f"The payment of order {order.number} is under way Look at order {order.number}" in page
    assert "Resume or cancel" not in page.partition("Why can't I ...?")[0]
    assert "Add seats" not in actions_of(house), "the alert says why"


def test_what_the_alert_about_the_unpaid_renewal_offers_is_not_offered_again(house: House) -> None:
    documents.make_order(
        account=house.account, subscriptions=(house.subscription,), status="requires_action", action="renew"
    )
    html = main_of(changed(house, **NOT_PAID))
    address = f'href="/subscriptions/{house.subscription.id}/owed/'
    assert html.count(address) == len(set(re.findall(address + r'[^"]*"', html)))


def test_a_reseller_is_paid_and_no_method_of_ours(house: House) -> None:
    assert "Visa 4242" not in shown(changed(house, **RESELLER))


def test_an_order_that_waits_for_its_buyer_can_be_resumed(house: House) -> None:
    order = documents.make_order(
        account=house.account, subscriptions=(house.subscription,), status="requires_action", action="add_seats"
    )
    assert f"Order {order.number} is not finished yet Resume or cancel order {order.number}" in shown(house)


@pytest.mark.parametrize("language", ["sv", "nl"])
@pytest.mark.parametrize("fields", [{}, RESELLER, LEGACY, NOT_PAID], ids=["own", "reseller", "legacy", "owed"])
def test_it_speaks_the_reader_s_language(house: House, language: str, fields: dict[str, Any]) -> None:
    page = shown(changed(house, **fields), language=language)
    assert not re.search(r"\b(Renews|Renewal|Unpaid|Agreed|seat at the|returns)\b", page)


def test_every_role_reads_the_same_line(house: House) -> None:
    assert line_of(house, who="viewer") == line_of(house)
