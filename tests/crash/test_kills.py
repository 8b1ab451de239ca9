"""`kill -9` at any moment, and the control that shows that these tests can find a double charge."""

import time
from random import Random
from typing import Any

import pytest

from tenor.db import models
from tests.crash.processes import CRASHED, KILLED, Driver, House
from tests.support.books import assert_books_agree, charges_of
from tests.support.sandbox import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20
SEED = 20261121


def test_killed_at_any_moment_every_order_is_charged_once(house: House) -> None:
    """Portal and worker are both killed, again and again, somewhere on their way; then a last worker cleans up."""
    chance, account_id = Random(SEED), house.customer.id
    buying, working = _seconds_of(house.portal, **house.buying()), _seconds_of(house.worker, do="work")
    kills = 0
    for _ in range(ROUNDS):
        kills += house.portal.run(**house.buying(), kill_after=chance.uniform(0.1, 1.1) * buying).code == KILLED
        house.a_minute_later()
        kills += house.worker.run("work", kill_after=chance.uniform(0.1, 1.1) * working).code == KILLED
        house.recover()
        orders = models.Order.objects.filter(account_id=account_id)
        assert {order.status for order in orders} == {"fulfilled"}
        assert len(charges_of(account_id, house.customer.sandbox)) == len(orders)
    assert_books_agree(account_id, house.customer.sandbox)
    assert kills > 0, "nobody was killed"
    assert len(orders) > 1, "nobody got as far as an order"


def _seconds_of(process: Driver, **task: Any) -> float:
    """How long the task takes on this machine today, undisturbed: kills are spread over that time."""
    begun = time.monotonic()
    assert process.run(**task).code == 0
    return time.monotonic() - begun


def test_two_processes_that_send_the_same_payment_charge_it_once(house: House) -> None:
    _let_two_processes_send_one_payment(house)
    assert_books_agree(house.customer.id, house.customer.sandbox)
    assert len(charges_of(house.customer.id, house.customer.sandbox)) == 1


def test_control_without_idempotency_keys_it_is_charged_twice_and_the_check_finds_it(house: House) -> None:
    house.customer.sandbox.faults(ignore_idempotency=True)
    _let_two_processes_send_one_payment(house)
    assert len(charges_of(house.customer.id, house.customer.sandbox)) == 2
    with pytest.raises(AssertionError, match="was charged 2 times"):
        assert_books_agree(house.customer.id, house.customer.sandbox)


def _let_two_processes_send_one_payment(house: House) -> None:
    """The portal's call takes so long that its lease runs out: the worker asks, finds nothing, and sends it, too.

    This is what the key is for. Asking first can't help: what is on its way is in nobody's books yet.
    """
    sandbox = house.customer.sandbox
    sandbox.faults(hold=True)
    house.portal.start(**house.buying())
    wait_until(lambda: _held_back(house) == 1, "the portal's charge to reach the sandbox")
    house.a_minute_later()
    house.worker.start("work")
    if sandbox.faults()["ignore_idempotency"]:
        wait_until(lambda: _held_back(house) == 2, "the worker's charge to reach the sandbox")
    else:
        wait_until(lambda: models.Payment.objects.get().status == "unknown", "the worker to be told: key in use")
    sandbox.faults(hold=False)
    assert house.worker.wait().code == 0
    assert house.portal.wait().code == 0
    house.recover()


def _held_back(house: House) -> int:
    return int(house.customer.sandbox.faults()["waiting"])


def test_a_driver_tells_of_a_crash_and_of_a_kill(house: House) -> None:
    assert house.portal.run(**house.buying(), crash_at="before_the_call").code == CRASHED
    assert house.worker.run("work", kill_after=0).code == KILLED
