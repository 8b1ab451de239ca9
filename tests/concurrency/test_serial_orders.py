"""Add seats against a change of term against a new price: at once ends like one after another."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, permutations
from random import Random
from typing import Any

import pytest

from tenor.db import models
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, ChangeTerm
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.preview_change import StoredQuote
from tests.concurrency.together import together
from tests.support.books import assert_books_agree, charges_of
from tests.support.customer import Customer
from tests.support.factories import make_price, make_product, make_subscription

pytestmark = pytest.mark.django_db(transaction=True)

SEEDS = range(25)
serials = count(1)


@dataclass(frozen=True)
class End:
    """How it ended: what became of both quotes, and what the customer has and was charged."""

    seats_quote: str
    term_quote: str
    seats: int
    scheduled: str
    charged: tuple[int, ...]


class Race:
    """A subscription of a product of its own, two quotes for it, and the steps that are about to happen."""

    def __init__(self, buyer: Customer) -> None:
        product = f"race-{next(serials)}"
        seller = buyer.account.seller
        make_product(seller=seller, code=product)
        make_price(seller=seller, product_code=product)
        make_price(seller=seller, product_code=product, months=36, list_minor=131_000, renewal_minor=None)
        subscription = make_subscription(account=buyer.account, product_code=product, payment_method=buyer.method)
        self.buyer = replace(buyer, subscription=subscription)
        self.product = product
        self.seats = self.buyer.preview(AddSeats(str(subscription.id), 2))
        self.term = self.buyer.preview(ChangeTerm(str(subscription.id), 36))
        self.before = len(charges_of(buyer.id, buyer.sandbox))
        self.said: dict[str, str] = {}
        self._to_collect: list[Any] = []

    def submit_seats(self) -> None:
        self.said["seats"] = self._submit(self.seats)

    def collect_seats(self) -> None:
        for payment_id in self._to_collect:
            collect_payment(account_id=self.buyer.id, payment_id=payment_id, now=self.buyer.now)

    def submit_term(self) -> None:
        self.said["term"] = self._submit(self.term)

    def _submit(self, stored: StoredQuote) -> str:
        try:
            submitted = self.buyer.submit(stored)
        except Refusal as refusal:
            return refusal.code
        if submitted.payment_id is not None:
            self._to_collect.append(submitted.payment_id)
        return "accepted"

    def announce_price(self) -> None:
        today = self.seats.quote.priced_on
        make_price(
            seller=self.buyer.account.seller,
            product_code=self.product,
            list_minor=50_000,
            valid_from=today,
            announced_on=today - timedelta(days=60),
        )

    def end(self) -> End:
        """As it stands now."""
        self.buyer.subscription.refresh_from_db()
        scheduled = models.ScheduledChange.objects.filter(
            subscription=self.buyer.subscription, replaced_at=None, undone_at=None
        )
        charges = charges_of(self.buyer.id, self.buyer.sandbox)[self.before :]
        return End(
            self.said["seats"],
            self.said["term"],
            self.buyer.subscription.seats,
            ",".join(scheduled.values_list("value", flat=True)),
            tuple(charge["amount"]["minor"] for charge in charges),
        )


def one_after_another(buyer: Customer) -> set[End]:
    """How it may end: every order of the four steps in which nothing is collected before it is submitted."""
    ends = set()
    for order in permutations(("submit_seats", "collect_seats", "submit_term", "announce_price")):
        if order.index("submit_seats") < order.index("collect_seats"):
            race = Race(buyer)
            for step in order:
                getattr(race, step)()
            ends.add(race.end())
    return ends


def after(seconds: float, *steps: Callable[[], None]) -> Callable[[], None]:
    """Those steps, a moment later."""

    def run() -> None:
        time.sleep(seconds)
        for step in steps:
            step()

    return run


def test_at_once_ends_like_one_after_another(customer: Customer) -> None:
    allowed = one_after_another(customer)
    assert {(end.seats_quote, end.term_quote) for end in allowed} == {
        ("accepted", "accepted"),
        ("accepted", "quote_stale"),
        ("quote_stale", "accepted"),
    }
    seen = set()
    for seed in SEEDS:
        chance, race = Random(seed), Race(customer)
        tasks = [
            after(chance.uniform(0, 0.04), race.submit_seats, race.collect_seats),
            after(chance.uniform(0, 0.04), race.submit_term),
            after(chance.uniform(0, 0.04), race.announce_price),
        ]
        together(tasks, role="tenor_owner")
        end = race.end()
        assert end in allowed, f"seed {seed}: {end} is the end of no serial order"
        seen.add(end)
    assert_books_agree(customer.id, customer.sandbox)
    assert len(seen) > 1, "every seed ended alike: nothing raced"
