"""Labels and cost centers in the portal: one or many are named, by who may change subscriptions, and lists show it."""

from html import unescape

import pytest
from django.test import Client

from tenor.db import models
from tenor.portal.flows import labels
from tests.portal.conftest import House
from tests.support import factories

ADDRESS = "/subscriptions/labels/"


def fields(one: models.Subscription, label: str, cost_center: str = "") -> dict[str, str]:
    return {f"{one.id}-label": label, f"{one.id}-cost_center": cost_center}


def text(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def test_one_is_named_on_its_own_page_and_is_called_that_from_then_on(house: House) -> None:
    client, one = house.as_(house.alice), house.subscription
    own = f"/subscriptions/{one.id}/"
    assert f'name="{one.id}-label" value=""' in text(client, own)
    response = client.post(ADDRESS, {"s": str(one.id), **fields(one, "Office Malmö", "4711")})
    assert response.headers["Location"] == own
    assert "Office Malmö · 4711" in text(client, own)
    assert "Label or cost center changed: Office Malmö · 4711" in text(client, own)
    assert f'Office Malmö · <span class="nowrap">{one.number}</span>' in text(client, "/subscriptions/")


def test_many_are_named_at_once_and_what_is_left_as_it_was_is_not_told(house: House) -> None:
    other = factories.make_subscription(account=house.account, label="Office Lund")
    client = house.as_(house.alice)
    chosen = {"s": [str(house.subscription.id), str(other.id)]}
    assert text(client, f"{ADDRESS}?s={house.subscription.id}&s={other.id}").count('<tr role="row">') == 3
    asked = {**chosen, **fields(house.subscription, "Office Malmö"), **fields(other, "Office Lund")}
    assert client.post(ADDRESS, asked).headers["Location"] == "/subscriptions/"
    assert set(models.Subscription.objects.values_list("label", flat=True)) == {"Office Malmö", "Office Lund"}
    assert models.Event.objects.filter(kind="subscription_labeled").count() == 1


def test_without_a_choice_all_that_have_not_ended_are_shown(house: House) -> None:
    factories.make_subscription(account=house.account, status="canceled", lapsed_on=house.subscription.anchor)
    assert text(house.as_(house.alice), ADDRESS).count('<tr role="row">') == 2


def test_what_is_too_long_is_said_beside_its_field_and_nothing_is_saved(house: House) -> None:
    other = factories.make_subscription(account=house.account)
    asked = {"s": [str(house.subscription.id), str(other.id)]}
    sent = {**asked, **fields(house.subscription, "x" * 61), **fields(other, "Office Lund")}
    page = house.as_(house.alice).post(ADDRESS, sent).content.decode()
    assert page.count("field__error") == 1
    assert f'id="id_{house.subscription.id}-label_error"' in page
    assert 'value="Office Lund"' in page
    assert not models.Subscription.objects.exclude(label="").exists()


def test_who_may_only_look_sees_the_words_and_no_form(house: House) -> None:
    models.Subscription.objects.update(label="Office Malmö")
    client = house.as_(house.bob)
    own = text(client, f"/subscriptions/{house.subscription.id}/")
    assert "Office Malmö" in own
    assert f'name="{house.subscription.id}-label"' not in own
    assert "<input" not in text(client, ADDRESS).split("<main")[1]
    assert client.post(ADDRESS, fields(house.subscription, "Mine")).status_code == 403


def test_no_more_than_a_page_holds_are_named_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "MOST", 1)
    factories.make_subscription(account=house.account)
    assert house.as_(house.alice).get(ADDRESS).headers["Location"] == "/subscriptions/"


def test_there_is_nothing_to_name_where_there_is_nothing(house: House) -> None:
    assert house.as_(house.charlie).get(ADDRESS).headers["Location"] == "/subscriptions/"


@pytest.mark.parametrize("wrong", ["x", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_of_this_account_is_not_there(house: House, wrong: str) -> None:
    assert house.as_(house.alice).get(f"{ADDRESS}?s={wrong}").status_code == 404
