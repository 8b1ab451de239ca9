"""Ids, locks, numbers and state changes: what every write leans on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from tenor.db import models
from tenor.db.ids import new_id, new_ids
from tenor.db.locks import AccountGone, lock_account, lock_accounts, retrying
from tenor.db.numbers import SeriesMissing, take_number, take_numbers
from tenor.db.queries import clock
from tenor.db.transitions import ChangedMeanwhile, move_order, move_payment
from tenor.domain.lifecycle import OrderStatus, PaymentStatus
from tenor.domain.refusals import Refusal
from tests.support import documents, factories


def test_ids_ascend_and_say_their_version() -> None:
    made = [new_id() for _ in range(1_000)] + list(new_ids(5_000)) + [new_id()]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all((each.version, each.variant) == (7, "specified in RFC 4122") for each in made)


def test_ids_of_many_threads_differ() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [each for batch in pool.map(lambda _: list(new_ids(500)), range(40)) for each in batch]
    assert len(set(made)) == 20_000


def test_a_use_case_is_run_again_after_a_collision_and_not_for_ever() -> None:
    collision = OperationalError("deadlock detected")
    collision.__cause__ = psycopg.errors.DeadlockDetected("deadlock detected")
    runs, pauses = list[int](), list[float]()

    def use_case() -> str:
        runs.append(1)
        if len(runs) < 3:
            raise collision
        return "done"

    assert retrying(use_case, sleep=pauses.append) == "done"
    assert (len(runs), len(pauses)) == (3, 2)

    def hopeless() -> None:
        runs.append(1)
        raise collision

    runs.clear()
    with pytest.raises(OperationalError):
        retrying(hopeless, sleep=pauses.append)
    assert len(runs) == 3


def test_what_will_fail_again_is_not_run_again() -> None:
    refused = IntegrityError("a_quote_becomes_one_order")
    refused.__cause__ = psycopg.errors.UniqueViolation()
    runs = list[int]()

    def use_case() -> None:
        runs.append(1)
        raise refused

    with pytest.raises(IntegrityError):
        retrying(use_case)
    assert len(runs) == 1


@pytest.mark.django_db
def test_locking_an_account_that_is_not_there_fails() -> None:
    with pytest.raises(AccountGone):
        lock_account(new_id())


def in_thread(work: Callable[[], object]) -> object:
    """Do it in a thread, which has a connection of its own, and close that."""

    def closing() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


def lock_or_give_up(account_id: UUID) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
        lock_account(account_id)
    return "locked"


@pytest.mark.django_db(transaction=True)
def test_an_account_has_one_writer() -> None:
    account = factories.make_account()
    assert in_thread(lambda: lock_or_give_up(account.id)) == "locked"
    with transaction.atomic():
        lock_account(account.id)
        with pytest.raises(OperationalError, match="lock timeout"):
            in_thread(lambda: lock_or_give_up(account.id))


@pytest.mark.django_db(transaction=True)
def test_a_batch_skips_the_accounts_that_somebody_writes_to() -> None:
    seller = factories.make_catalog()
    busy, free = factories.make_account(seller=seller), factories.make_account(seller=seller)

    def claim() -> list[UUID]:
        with transaction.atomic():
            return lock_accounts([free.id, busy.id])

    with transaction.atomic():
        lock_account(busy.id)
        assert in_thread(claim) == [free.id]


@pytest.mark.django_db
def test_numbers_follow_each_other_and_come_back_with_their_transaction() -> None:
    seller = factories.make_seller()
    assert take_number(seller.id, "invoice") == "INV-000001"

    def fail() -> None:
        with transaction.atomic():
            assert take_numbers(seller.id, "invoice", 2) == ["INV-000002", "INV-000003"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert take_number(seller.id, "invoice") == "INV-000002"
    assert take_number(seller.id, "order") == "O-000001"
    with pytest.raises(SeriesMissing, match="parking_ticket"):
        take_number(seller.id, "parking_ticket")


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double_when_many_take_them() -> None:
    seller, barrier = factories.make_seller(), Barrier(8)

    def take(index: int) -> str | None:
        try:
            barrier.wait()
            with transaction.atomic():
                number = take_number(seller.id, "invoice")
                if index % 2:
                    transaction.set_rollback(True)
                    return None
                return number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        taken = sorted(number for number in pool.map(take, range(8)) if number)
    assert taken == [f"INV-{number:06d}" for number in range(1, 5)]


@pytest.mark.django_db
def test_an_order_holds_its_place_until_it_is_given_up() -> None:
    account = factories.make_account()
    subscription = factories.make_subscription(account=account)
    order = documents.make_order(account=account, subscriptions=(subscription,))

    move_order(order, OrderStatus.REQUIRES_ACTION, factories.NOW)
    assert models.OrderSubscription.objects.get(order_id=order.id).open
    order.waiting_for = "nothing"
    move_order(order, OrderStatus.CANCELED, factories.NOW, also=["waiting_for"])

    order.refresh_from_db()
    assert (order.status, order.closed_at, order.waiting_for) == ("canceled", factories.NOW, "nothing")
    assert not models.OrderSubscription.objects.get(order_id=order.id).open
    documents.make_order(account=account, subscriptions=(subscription,))


@pytest.mark.django_db
def test_a_state_never_goes_back_and_nobody_is_overtaken() -> None:
    payment = documents.make_payment(invoice=documents.make_invoice(account=factories.make_account()))
    seen_by_another = models.Payment.objects.get(id=payment.id)
    move_payment(payment, PaymentStatus.SENDING)
    with pytest.raises(Refusal, match="forbidden_step"):
        move_payment(payment, PaymentStatus.PENDING)
    with pytest.raises(ChangedMeanwhile):
        move_payment(seen_by_another, PaymentStatus.CANCELED)


@pytest.mark.django_db
def test_the_clock_ticks_or_stands() -> None:
    assert clock.business_now(factories.NOW) == factories.NOW
    clock.let_it_tick(timedelta(days=3))
    assert clock.business_now(factories.NOW) == factories.NOW + timedelta(days=3)
    clock.let_it_stand(factories.NOW + timedelta(days=9))
    assert clock.business_now(factories.NOW) == factories.NOW + timedelta(days=9)
    assert models.Clock.objects.count() == 1
