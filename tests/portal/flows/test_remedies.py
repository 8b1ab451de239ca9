"""Every remedy leads to a page that there is, or is one that can only be said."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.urls import resolve

from tenor.domain.account import OpenOrder
from tenor.domain.explanation import Facts
from tenor.domain.refusals import Reason, Remedy, Scope
from tenor.portal.remedies import ONLY_SAID, Wanted, address, help_address, shown
from tenor.ui.words.eligibility import REMEDIES
from tests.domain.builders import subscription

ID = str(UUID(int=1))
FACTS: Facts = {
    "order": ID,
    "order_id": ID,
    "number": "O-1",
    "subscription": ID,
    "contact": "sales@reseller.example",
    "months": 36,
    "method_id": ID,
}
OWNED = subscription(id=ID)


@pytest.mark.parametrize("code", sorted(set(REMEDIES) - ONLY_SAID - {"contact_reseller"}))
def test_a_remedy_leads_to_a_page(code: str) -> None:
    found = address(Remedy(code, FACTS), Wanted("seats_add", OWNED), "some_reason")
    assert resolve(urlsplit(found).path).namespace == "portal"


@pytest.mark.parametrize("code", sorted(ONLY_SAID))
def test_what_only_time_or_people_can_do_is_said(code: str) -> None:
    assert code in REMEDIES
    assert address(Remedy(code, FACTS), Wanted("seats_add", OWNED)) == ""


@pytest.mark.parametrize(
    ("contact", "leads"),
    [
        ("sales@reseller.example", "mailto:sales@reseller.example"),
        ("https://reseller.example/help", "https://reseller.example/help"),
        ("+31 20 123 4567", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_reseller_is_reached_as_it_can_be(contact: str, leads: str) -> None:
    assert address(Remedy("contact_reseller", {"contact": contact}), Wanted("seats_add", OWNED)) == leads


def test_another_method_is_chosen_for_what_it_is_about() -> None:
    choose = Remedy("choose_payment_method")
    assert address(choose, Wanted("seats_add", OWNED)) == f"/subscriptions/{ID}/method/"
    assert address(choose, Wanted("method")) == "/methods/"
    instead = Remedy("choose_payment_method", {"method_id": ID, "instead_of": "old"})
    assert address(instead, Wanted("method")) == f"/methods/{ID}/use/?instead_of=old"
    by = Remedy("use_payment_method", {"method_id": ID, "subscription": "s1"})
    assert address(by, Wanted("align", OWNED)) == f"/methods/{ID}/use/?subscription=s1"


def test_what_is_owed_is_paid_where_its_order_waits() -> None:
    waiting = subscription(id=ID, open_order=OpenOrder(ID, "O-1", "requires_action"))
    assert address(Remedy("pay_now"), Wanted("seats_add", waiting)) == f"/orders/{ID}/"
    assert address(Remedy("pay_now"), Wanted("seats_add", OWNED)) == "/orders/"


def test_a_request_for_help_knows_what_it_is_about() -> None:
    asked = parse_qs(urlsplit(help_address(Wanted("align", OWNED), "legacy_processor")).query)
    assert asked == {"subscription": [ID], "action": ["align"], "reason": ["legacy_processor"]}


FULL = {"seats": 5, "maximum": 5}


def test_each_reason_comes_with_its_own_remedy() -> None:
    found = (
        Reason("no_payment_method", Scope.SUBSCRIPTION, remedy=Remedy("add_payment_method")),
        Reason("seats_at_maximum", Scope.SUBSCRIPTION, facts=FULL, remedy=Remedy("contact_support")),
    )
    first, second = shown(found, Wanted("seats_add", OWNED), "en_US")
    assert [remedy.url for remedy in first.remedies] == ["/methods/#add"]
    assert "reason=seats_at_maximum" in second.remedies[0].url
