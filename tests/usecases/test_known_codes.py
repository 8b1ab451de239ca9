"""Whoever opens an account, founds a seller, publishes a price or asks a person in is told what is not known."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.db import models
from tenor.domain.account import Actor, CustomerType, Role
from tenor.domain.offer import TaxRegistration
from tenor.domain.refusals import Refusal
from tenor.usecases.choose_language import choose_language
from tenor.usecases.found_seller import NewSeller, found_seller
from tenor.usecases.invite_person import Invited, invite_person
from tenor.usecases.open_account import NewAccount, NewPerson, open_account
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

STAFF = Actor("", "Sam", Role.BUYER, "sam@northline.example")
GOOD = NewAccount("Brightwater AB", CustomerType.BUSINESS, "SE", "EUR", "Europe/Stockholm")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("time_zone", "Mars/Phobos", "unknown_time_zone"),
        ("time_zone", "Europe/Stokholm", "unknown_time_zone"),
        ("time_zone", "+02:00", "unknown_time_zone"),
        ("time_zone", "../../etc/passwd", "unknown_time_zone"),
        ("country", "Sweden", "unknown_country"),
        ("country", "ZZ", "unknown_country"),
        ("currency", "kr", "unknown_currency"),
        ("currency", "XXX", "unknown_currency"),
        ("language", "sv-SE", "unknown_language"),
    ],
)
def test_an_account_with_what_nobody_knows_is_not_opened(field: str, value: str, code: str) -> None:
    seller = factories.make_catalog()
    changes: dict[str, Any] = {field: value}
    with pytest.raises(Refusal) as refused:
        open_account(seller_id=seller.id, account=replace(GOOD, **changes), people=[], actor=STAFF, now=NOW)
    assert (refused.value.code, refused.value.facts) == (code, {"name": value})
    assert not models.Account.objects.exists()


def test_a_person_with_another_language_is_refused_with_the_account() -> None:
    person = NewPerson("p@example.com", "P", Role.BUYER, language="english")
    with pytest.raises(Refusal, match="unknown_language"):
        open_account(seller_id=factories.make_catalog().id, account=GOOD, people=[person], actor=STAFF, now=NOW)


def test_a_seller_is_not_founded_with_them() -> None:
    good: dict[str, Any] = {
        "code": "n", "name": "N", "legal_name": "N B.V.", "street": "", "postal_code": "", "city": "", "country": "NL",
        "vat_id": "", "registrations": (),
    }  # fmt: skip
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"country": "Netherlands"}, "unknown_country"),
        ({"registrations": (TaxRegistration("EL", "1"),)}, "unknown_country"),
        ({"support": {"regions": {"EU": {"time_zone": "Europe/Amsterdm"}}}}, "unknown_time_zone"),
    ]
    for changes, code in wrong:
        with pytest.raises(Refusal, match=code):
            found_seller(seller=NewSeller(**{**good, **changes}))
    assert found_seller(seller=NewSeller(**good))


def test_people_are_asked_and_choose_in_languages_that_are_written() -> None:
    account = factories.make_account()
    member = factories.make_member(account=account)
    actor = Actor(str(member.user_id), "Alice", Role.BUYER)
    with pytest.raises(Refusal, match="unknown_language"):
        invite_person(account_id=account.id, invited=Invited("b@example.com", Role.VIEWER, "xx"), actor=actor, now=NOW)
    with pytest.raises(Refusal, match="unknown_language"):
        choose_language(user_id=member.user_id, language="xx")
