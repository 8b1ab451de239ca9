"""Alice at the counter: the customer of tests/support/customer.py, signed in, with the clock of the worked examples."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Protocol
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role
from tests.support import factories
from tests.support.customer import Customer, customer, sandbox, sandbox_process

__all__ = ["customer", "sandbox", "sandbox_process"]

GAPS = re.compile(r" +(?=[.,:;)])|(?<=[(+]) +")


class Answer(Protocol):
    """What the test client answers with."""

    status_code: int
    content: bytes
    headers: Any


def text(response: Answer) -> str:
    """What a page says, without its markup, with single spaces and none before a full stop."""
    plain = unescape(re.sub(r"<[^>]*>", " ", response.content.decode()))
    return GAPS.sub("", " ".join(plain.split()))


@dataclass
class Counter:
    """A browser in which Alice is signed in, and what she looks at."""

    customer: Customer
    browser: Client

    @property
    def subscription(self) -> models.Subscription:
        """As it stands in the database."""
        return models.Subscription.objects.get(id=self.customer.subscription.id)

    @property
    def seats_url(self) -> str:
        return reverse("portal:add_seats", args=[self.customer.subscription.id])

    @property
    def term_url(self) -> str:
        return reverse("portal:change_term", args=[self.customer.subscription.id])

    def save_seats(self, seats: int, **fields: object) -> Answer:
        """The first step: type a number and save."""
        return self.browser.post(self.seats_url, {"seats": seats, **fields})

    def review_url(self, seats: int) -> str:
        """The address of the review of that many more seats."""
        response = self.save_seats(seats)
        assert response.status_code == 302, text(response)
        return str(response.headers["Location"])

    def order(self) -> models.Order:
        """The only order."""
        return models.Order.objects.get()

    def order_url(self, order: models.Order | None = None) -> str:
        return reverse("portal:order", args=[(order or self.order()).id])

    def as_role(self, role: Role) -> Client:
        """Another person of the same company, signed in."""
        return signed_in(factories.make_member(account=self.customer.account, role=role).user)


def signed_in(user: models.User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def counter(customer: Customer) -> Counter:
    models.Clock.objects.create(stands_at=customer.now)
    user = models.User.objects.get(id=UUID(customer.actor.id))
    return Counter(customer, signed_in(user))
