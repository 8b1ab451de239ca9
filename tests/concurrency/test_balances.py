"""Two orders at once that count on the same money of the balance: one gets it; and what the lock prevents."""

from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError

from tenor.db import models
from tenor.domain.planner import plan
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.usecases import load as loading
from tenor.usecases import submit_quote as submitting
from tests.concurrency.together import PATIENCE_SECONDS, Task, failures, together
from tests.support import factories
from tests.support.balances import balance, movements, upgrade
from tests.support.customer import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def two_orders(buyer: Customer) -> list[Task]:
    """Seats for two subscriptions, each shown with the balance of 100.00 taken off."""
    upgrade(buyer, 100_00)
    other = factories.make_subscription(account=buyer.account, payment_method=buyer.method)
    shown = [buyer.preview(AddSeats(str(one.id), 3)) for one in (buyer.subscription, other)]
    assert [stored.quote.at_gateway.minor for stored in shown] == [282_19, 282_19]
    return [partial(buyer.submit, stored) for stored in shown]


def test_of_two_orders_at_once_one_gets_the_money_and_the_other_is_shown_again(buyer: Customer) -> None:
    (refused,) = failures(together(two_orders(buyer)))
    assert isinstance(refused, Refusal)
    assert refused.code == "quote_stale"
    assert models.Order.objects.filter(action="add_seats").count() == 1
    assert (balance(buyer), movements(buyer)[1:]) == (0, [("used", -100_00, 0)])


def test_without_the_lock_both_count_on_it_and_the_numbers_of_the_movements_keep_it(
    buyer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both go on from the same movement: the second has no place, and nothing of its order stands."""
    tasks = two_orders(buyer)
    for module in (loading, submitting):
        monkeypatch.setattr(module, "lock_account", lambda _account_id: None)
    planned = Barrier(2, timeout=PATIENCE_SECONDS)

    def plan_and_wait(*arguments: Any) -> Any:
        quote = plan(*arguments)
        planned.wait()
        return quote

    monkeypatch.setattr(submitting, "plan", plan_and_wait)
    (failed,) = failures(together(tasks))
    assert isinstance(failed, IntegrityError)
    assert models.Order.objects.filter(action="add_seats").count() == 1
    assert balance(buyer) == 0
