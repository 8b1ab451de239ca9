"""Seats that go away take their users with them: whom the admin chose, then who was assigned last; nobody else's."""

import pytest

from tenor.db import models
from tenor.db.queries.seats import seat_users, users_of
from tenor.db.seats import release_surplus
from tests.support import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription() -> models.Subscription:
    return factories.make_subscription(account=factories.make_account())


def test_who_was_assigned_last_is_first_in_the_list(subscription: models.Subscription) -> None:
    first, second = (people.make_seat(subscription=subscription) for _ in range(2))
    people.make_seat(subscription=subscription, released_at=factories.NOW)
    people.make_seat(subscription=factories.make_subscription(account=factories.make_account()))
    users = users_of(subscription.account_id, subscription.id)
    assert [user.id for user in users] == [str(second.id), str(first.id)]
    assert seat_users(subscription.account_id) == {subscription.id: users}
    assert users_of(subscription.account_id, factories.make_user().id) == ()


def test_members_have_names_and_others_an_address_only(subscription: models.Subscription) -> None:
    account = models.Account.objects.get(id=subscription.account_id)
    member = factories.make_member(account=account, user=factories.make_user(name="Dana Dahl"))
    people.make_seat(subscription=subscription, user=member.user)
    people.make_seat(subscription=subscription, user=factories.make_user(email="mia@example.com", name="Mia"))
    assert [user.label for user in users_of(account.id, subscription.id)] == ["mia@example.com", "Dana Dahl"]


def test_the_surplus_is_released(subscription: models.Subscription) -> None:
    chosen, kept, last = (people.make_seat(subscription=subscription) for _ in range(3))
    other = people.make_seat(subscription=factories.make_subscription(account=factories.make_account()))
    models.SeatAssignment.objects.filter(id=chosen.id).update(leaves_at_renewal=True)
    released = release_surplus(subscription.account_id, subscription.id, 1, factories.NOW)
    assert [user.id for user in released] == [str(chosen.id), str(last.id)]
    assert set(models.SeatAssignment.objects.filter(released_at=None)) == {kept, other}
    assert models.SeatAssignment.objects.get(id=last.id).released_at == factories.NOW
    assert release_surplus(subscription.account_id, subscription.id, 1, factories.NOW) == ()
