"""The books are checked and compared once a business day, by one worker of all, and after a crash by another."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.db.queries.watch import find_last_run
from tenor.db.runs import claim_run, finish_run
from tenor.domain.account import MethodKind
from tenor.gateways.payments.errors import GatewayUnknown
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.worker.nightly import FROM_HOUR, Nightly, StillHere, Summary, check_the_books, compare_with_gateways
from tests.support import factories
from tests.support.customer import NOW, Customer
from tests.usecases.test_terms_and_renewals import later

pytestmark = pytest.mark.django_db


def counted() -> tuple[list[object], Nightly]:
    done: list[object] = []

    def work(now: object, still_here: StillHere) -> Summary:
        done.append(now)
        still_here()
        return {"found": len(done)}

    return done, Nightly("count", work)


def test_a_day_has_one_run_however_many_workers_there_are() -> None:
    done, first = counted()
    others, second = counted()
    assert [worker(NOW) for worker in (first, second, first, second)] == [1, 0, 0, 0]
    assert (len(done), len(others)) == (1, 0)
    assert second.done_on == NOW.date()
    assert first(NOW + timedelta(days=1)) == 1
    assert models.Run.objects.count() == 2


def test_before_its_hour_nothing_is_done() -> None:
    done, nightly = counted()
    assert nightly(NOW.replace(hour=FROM_HOUR - 1)) == 0
    assert done == []


def test_a_run_belongs_to_whoever_holds_its_lease() -> None:
    claimed = claim_run("count", NOW.date(), NOW)
    assert claimed is not None
    done, nightly = counted()
    assert nightly(NOW) == 0
    models.Run.objects.update(lease_until=Now() - timedelta(seconds=1))  # its worker was killed
    assert (nightly(NOW), len(done)) == (1, 1)


def test_a_run_that_failed_is_tried_again_later() -> None:
    answers: list[Summary | None] = [None, {"found": 0}]

    def work(_now: object, _still_here: StillHere) -> Summary:
        answer = answers.pop(0)
        if answer is None:
            raise GatewayUnknown("no answer")
        return answer

    nightly = Nightly("count", work)
    assert [nightly(NOW), nightly(NOW)] == [0, 0]
    assert find_last_run("count") is None
    models.Run.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert nightly(NOW) == 1
    last = find_last_run("count")
    assert last is not None
    assert last.summary["found"] == 0


def test_a_run_never_ends_before_it_began() -> None:
    run = claim_run("count", NOW.date(), NOW)
    assert run is not None
    finish_run(run, NOW - timedelta(hours=1), {})
    last = find_last_run("count")
    assert last is not None
    assert last.finished_at == NOW


def test_what_the_check_finds_is_logged_and_kept(caplog: pytest.LogCaptureFixture) -> None:
    subscription = factories.make_subscription(account=factories.make_account(), renewal_claimed_at=factories.NOW)
    Nightly("check", check_the_books)(NOW)
    last = find_last_run("check")
    assert last is not None
    assert last.summary["broken"] == {"a_claimed_renewal_is_open": [subscription.number]}
    assert "it would never renew again" in caplog.text


@pytest.fixture
def empty_books(customer: Customer) -> Customer:
    """What other tests charged differs from nothing here."""
    customer.sandbox.post("/test/clear")
    customer.sandbox.set_clock(NOW)
    return customer


def compare(customer: Customer) -> object:
    Nightly("reconcile", compare_with_gateways)(customer.now)
    last = find_last_run("reconcile")
    assert last is not None
    return last.summary["sandbox"]


def test_the_comparison_keeps_what_differs(empty_books: Customer) -> None:
    empty_books.pay_by("paid")
    empty_books.buy_seats(1)
    models.Payment.objects.update(status="pending", lease_until=None, gateway_reference="")
    assert compare(empty_books) == {"charges": 1, "found": {"status_differs": 1}, "mended": 0, "resolved": 0}


def test_the_comparison_records_answers_that_never_arrived(empty_books: Customer) -> None:
    empty_books.pay_by("answer_lost")
    order = empty_books.buy_seats(1)
    assert compare(empty_books) == {"charges": 1, "found": {}, "mended": 1, "resolved": 0}
    order.refresh_from_db()
    assert order.status == "fulfilled"


def test_a_reversal_that_nobody_heard_of_is_recorded_by_the_night(empty_books: Customer) -> None:
    """No other duty asks about what has succeeded: without the comparison it would stay paid by money that is gone."""
    empty_books.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    order = empty_books.buy_seats(1)
    (payment,) = empty_books.payments(order)
    later(empty_books, NOW + timedelta(days=6))
    reconcile_payment(account_id=empty_books.id, payment_id=payment.id, now=empty_books.now)
    later(empty_books, NOW + timedelta(days=16))
    compare(empty_books)
    payment.refresh_from_db()
    assert (payment.status, empty_books.invoice(order).status) == ("reversed", "open")


def test_without_a_gateway_there_is_nothing_to_compare(settings: Settings) -> None:
    settings.SANDBOX_URL = ""
    assert compare_with_gateways(NOW, lambda: None) == {}
