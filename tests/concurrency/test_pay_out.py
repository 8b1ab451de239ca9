"""A balance that two people pay out at once, or that an order takes meanwhile: one gets it; what the lock prevents."""

from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError

from tenor.db import models
from tenor.domain.paying_out import plan_pay_out
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.usecases import load as loading
from tenor.usecases import pay_out_balance as paying_out
from tenor.usecases.pay_out_balance import pay_out_balance, preview_pay_out
from tests.concurrency.together import PATIENCE_SECONDS, Task, failures, together
from tests.support import factories
from tests.support.balances import balance, upgrade
from tests.support.customer import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def shown_pay_out(buyer: Customer) -> Task:
    shown = preview_pay_out(account_id=buyer.id, actor=buyer.actor, now=buyer.now)
    return partial(pay_out_balance, account_id=buyer.id, seen=shown.fingerprint, actor=buyer.actor, now=buyer.now)


def with_balance(buyer: Customer) -> None:
    buyer.buy_seats(3)
    upgrade(buyer, 100_00)


def test_two_at_once_pay_out_once(buyer: Customer) -> None:
    with_balance(buyer)
    (refused,) = failures(together([shown_pay_out(buyer), shown_pay_out(buyer)]))
    assert isinstance(refused, Refusal)
    assert refused.code == "nothing_to_pay_out"
    assert list(models.Refund.objects.values_list("amount_minor", flat=True)) == [100_00]
    assert balance(buyer) == 0


def test_an_order_and_a_pay_out_do_not_spend_the_same_money(buyer: Customer) -> None:
    with_balance(buyer)
    other = factories.make_subscription(account=buyer.account, payment_method=buyer.method)
    order = partial(buyer.submit, buyer.preview(AddSeats(str(other.id), 3)))
    (refused,) = failures(together([shown_pay_out(buyer), order]))
    assert isinstance(refused, Refusal)
    assert refused.code in ("nothing_to_pay_out", "quote_stale")
    assert balance(buyer) == 0


def test_without_the_lock_the_numbers_of_the_movements_keep_it(
    buyer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both plan to pay out the same money: the second movement has no place, and its refund does not stand."""
    with_balance(buyer)
    tasks = [shown_pay_out(buyer), shown_pay_out(buyer)]
    monkeypatch.setattr(loading, "lock_account", lambda _account_id: None)
    planned, plan = Barrier(2, timeout=PATIENCE_SECONDS), plan_pay_out

    def plan_and_wait(*arguments: Any, **named: Any) -> Any:
        found = plan(*arguments, **named)
        planned.wait()
        return found

    monkeypatch.setattr(paying_out, "plan_pay_out", plan_and_wait)
    (failed,) = failures(together(tasks))
    assert isinstance(failed, IntegrityError)
    assert (models.Refund.objects.count(), balance(buyer)) == (1, 0)
