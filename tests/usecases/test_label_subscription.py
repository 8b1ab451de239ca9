"""The customer's own words about a subscription: who may write them, what is kept, and what they leave alone."""

from uuid import uuid4

import pytest

from tenor.db import models
from tenor.db.snapshots import load_account
from tenor.domain.account import Actor, Role
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.usecases.label_subscription import Label, label_subscription
from tests.support import factories
from tests.support.customer import Customer

pytestmark = pytest.mark.django_db


def label(customer: Customer, text: str, cost_center: str = "", **given: object) -> None:
    asked = {"actor": customer.actor, "subscription_id": customer.subscription.id, **given}
    label_subscription(account_id=customer.id, words=Label(text, cost_center), now=customer.now, **asked)  # type: ignore[arg-type]


def test_a_label_and_a_cost_center_are_kept_on_one_line_each_and_told_once(customer: Customer) -> None:
    for _ in range(2):
        label(customer, " Office\n Malmö ", "47\t11")
    (read,) = load_account(customer.id).state.subscriptions
    assert (read.label, read.cost_center) == ("Office Malmö", "47 11")
    event = models.Event.objects.get(kind="subscription_labeled")
    assert event.subscription_id == customer.subscription.id
    assert event.before == {"label": "", "cost_center": ""}
    assert event.after == {"label": "Office Malmö", "cost_center": "47 11"}


def test_they_can_be_taken_away(customer: Customer) -> None:
    label(customer, "Office Malmö", "4711")
    label(customer, "")
    (read,) = load_account(customer.id).state.subscriptions
    assert (read.label, read.cost_center) == ("", "")


@pytest.mark.parametrize(
    ("text", "cost_center", "code"), [("x" * 61, "", "label_too_long"), ("", "x" * 41, "cost_center_too_long")]
)
def test_what_is_too_long_changes_nothing(customer: Customer, text: str, cost_center: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        label(customer, text, cost_center)
    assert not models.Event.objects.filter(kind="subscription_labeled").exists()


def test_the_longest_are_kept(customer: Customer) -> None:
    label(customer, "å" * 60, "x" * 40)
    assert load_account(customer.id).state.subscriptions[0].label == "å" * 60


@pytest.mark.parametrize("role", [Role.USER_ADMIN, Role.VIEWER])
def test_who_may_not_change_subscriptions_may_not_name_them(customer: Customer, role: Role) -> None:
    with pytest.raises(Refusal, match="role_may_not_buy"):
        label(customer, "Office", actor=Actor("", "Mia", role))


def test_another_accounts_subscription_is_not_known(customer: Customer) -> None:
    other = factories.make_subscription(account=factories.make_account())
    for unknown in (other.id, uuid4()):
        with pytest.raises(Refusal, match="unknown_subscription"):
            label(customer, "Office", subscription_id=unknown)


def test_a_quote_that_was_shown_still_holds_when_its_subscription_has_been_renamed(customer: Customer) -> None:
    ask = AddSeats(str(customer.subscription.id), 2)
    shown = customer.preview(ask)
    label(customer, "Office Malmö", "4711")
    assert customer.preview(ask).quote.fingerprint == shown.quote.fingerprint
    assert customer.submit(shown).order_id is not None
