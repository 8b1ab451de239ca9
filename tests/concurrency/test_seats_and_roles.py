"""The last free seat goes to one person, and an invitation is accepted once, however many ask at the same instant."""

from datetime import timedelta
from uuid import UUID

import pytest

from tenor.db import models
from tenor.domain.refusals import Refusal
from tenor.usecases import assign_seat as assigning
from tenor.usecases.accept_invitation import accept_invitation
from tenor.usecases.assign_seat import assign_seat
from tenor.usecases.invitation_token import digest_of
from tests.concurrency.together import failures, together
from tests.support import people
from tests.support.customer import NOW, Customer

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8
TOKEN = "a token"


def assign(buyer: Customer, number: int) -> None:
    """Give a seat to one of many."""
    assign_seat(
        account_id=buyer.id,
        subscription_id=buyer.subscription.id,
        email=f"user-{number}@example.com",
        actor=buyer.actor,
        now=buyer.now,
    )


def seated(buyer: Customer) -> int:
    """How many have a seat."""
    return models.SeatAssignment.objects.filter(subscription=buyer.subscription, released_at=None).count()


def test_three_seats_go_to_three_of_many(buyer: Customer) -> None:
    outcomes = together([lambda number=number: assign(buyer, number) for number in range(MANY)])  # type: ignore[misc]
    refused = failures(outcomes)
    assert {error.code for error in refused if isinstance(error, Refusal)} == {"no_seat_left"}
    assert len(refused) == MANY - 3
    assert seated(buyer) == 3


def test_without_the_lock_more_people_than_seats_can_sit(buyer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: the lock is what keeps the count true, for no constraint can."""
    monkeypatch.setattr(assigning, "lock_account", lambda _account_id: None)
    for _ in range(20):
        models.SeatAssignment.objects.all().delete()
        together([lambda number=number: assign(buyer, number) for number in range(MANY)])  # type: ignore[misc]
        if seated(buyer) > 3:
            return
    pytest.fail("the race never came about, so that the test above shows nothing")


def test_an_invitation_is_accepted_once(buyer: Customer) -> None:
    people.make_invitation(
        account=buyer.account,
        invited_by=models.User.objects.get(id=UUID(buyer.actor.id)),
        email="mia@example.com",
        token_digest=digest_of(TOKEN),
        expires_at=NOW + timedelta(days=1),
    )
    outcomes = together([lambda: accept_invitation(token=TOKEN, name="Mia Moe", now=NOW)] * MANY)
    refused = failures(outcomes)
    assert {error.code for error in refused if isinstance(error, Refusal)} == {"invitation_used"}
    assert len(refused) == MANY - 1
    assert models.Membership.objects.filter(user__email="mia@example.com").count() == 1
