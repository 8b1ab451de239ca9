"""A house with people for the portal's tests: Alice owns, Bob helps her, Charlie belongs to another company."""

from dataclasses import dataclass

import pytest
from django.test import Client

from tenor.db import models
from tenor.domain.account import Role
from tenor.portal.flows.paying import BREAKERS
from tests.support import factories


@dataclass(frozen=True)
class House:
    """Alice (buyer), Bob (viewer) and their account; Charlie (buyer) and his."""

    account: models.Account
    alice: models.User
    bob: models.User
    charlie: models.User
    subscription: models.Subscription

    def as_(self, person: models.User) -> Client:
        """A browser in which that person is signed in."""
        client = Client()
        client.force_login(person)
        return client


@pytest.fixture(autouse=True)
def nothing_is_known_of_gateways() -> None:
    """What one test's portal has found out is not the next one's."""
    BREAKERS.clear()


@pytest.fixture
def house(db: None) -> House:
    """One subscription, paid by card."""
    seller = factories.make_catalog()
    account = factories.make_account(seller=seller, name="Fjord Arkitekter AB")
    alice = factories.make_user(email="alice@fjord.example", name="Alice Andersson")
    bob = factories.make_user(email="bob@fjord.example", name="Bob Berg")
    charlie = factories.make_user(email="charlie@other.example", name="Charlie Clark")
    factories.make_member(account=account, user=alice)
    factories.make_member(account=account, user=bob, role=Role.VIEWER)
    factories.make_member(account=factories.make_account(seller=seller, name="Other Ltd"), user=charlie)
    factories.make_method(account=account)
    models.Clock.objects.create(stands_at=factories.NOW)
    return House(account, alice, bob, charlie, factories.make_subscription(account=account))
