"""Several collectors, and customers who hold their accounts: each payment is sent once. And what the claim is for."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from threading import Barrier, Event, Lock
from uuid import UUID

import pytest
from django.db import connection

from tenor.db import collecting as claims
from tenor.db import models
from tenor.db.access import account_scope
from tenor.db.collecting import FIRST, ClaimedPayment, claim_payments
from tenor.db.locks import lock_account
from tenor.db.transitions import ChangedMeanwhile, move_payment
from tenor.domain.lifecycle import PaymentStatus
from tenor.gateways.payments.port import Charged, ChargeRequest
from tenor.gateways.payments.sandbox.client import SandboxGateway
from tenor.usecases import collect_payments as collecting
from tenor.usecases.collect_payments import collect_due
from tests.concurrency.together import PATIENCE_SECONDS, failures, together
from tests.support.books import assert_books_agree, charges_of
from tests.support.customer import Customer
from tests.support.renewal_books import NIGHT
from tests.usecases.test_collect_payments import renewals_to_collect

pytestmark = pytest.mark.django_db(transaction=True)

OWNER = "tenor_owner"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each payment was sent to the gateway."""
    counts: Counter[str] = Counter()
    lock, charge_many = Lock(), SandboxGateway.charge_many

    def counted(requests: Iterable[ChargeRequest]) -> Iterator[ChargeRequest]:
        for request in requests:
            with lock:
                counts[request.reference] += 1
            yield request

    def charge_and_count(gateway: SandboxGateway, requests: Iterable[ChargeRequest], at_once: int) -> Iterator[Charged]:
        return charge_many(gateway, counted(requests), at_once)

    monkeypatch.setattr(SandboxGateway, "charge_many", charge_and_count)
    return counts


def test_collectors_at_once_send_every_payment_once(buyer: Customer, sent: Counter[str]) -> None:
    renewals_to_collect(buyer, 8)
    collected = together([lambda: collect_due(now=NIGHT, at_once=2)] * 3, role=OWNER)
    assert failures(collected) == []
    assert sum(share.total for share in collected) == 8
    assert set(sent.values()) == {1}
    assert len(sent) == len(charges_of(buyer.id, buyer.sandbox)) == 8
    assert_books_agree(buyer.id, buyer.sandbox)


def test_without_the_claim_every_payment_is_sent_twice_and_its_key_keeps_it_from_being_charged_twice(
    buyer: Customer, sent: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    renewals_to_collect(buyer, 4)
    have_read = Barrier(2, timeout=PATIENCE_SECONDS)

    def only_read(gateway: str, after: UUID, limit: int) -> list[ClaimedPayment]:
        if after != FIRST:
            return []
        rows = models.Payment.objects.filter(status="pending", gateway=gateway).order_by("id")
        found = [ClaimedPayment(p.id, p.account_id, p.amount_minor, p.currency, p.request) for p in rows]
        have_read.wait()
        models.Payment.objects.filter(status="pending").update(status="sending", attempts=1)
        return found

    monkeypatch.setattr(collecting, "claim_payments", only_read)
    monkeypatch.setattr(collecting, "payments_left", lambda _gateway: 0)
    together([lambda: collect_due(now=NIGHT, gateway="sandbox", most=4)] * 2, role=OWNER)
    assert set(sent.values()) == {2}, "nobody claimed them, and so both sent them"
    assert [charge["status"] for charge in charges_of(buyer.id, buyer.sandbox)] == ["succeeded"] * 4
    assert_books_agree(buyer.id, buyer.sandbox)


def cancel_slowly(buyer: Customer, has_read: Event, may_write: Event) -> Callable[[], None]:
    """As `close_order` does it: it reads under the account's lock that nothing was sent, and calls the payment off."""

    def cancel() -> None:
        with account_scope(buyer.id):
            lock_account(buyer.id)
            payment = models.Payment.objects.get(status="pending")
            has_read.set()
            assert may_write.wait(PATIENCE_SECONDS)
            move_payment(payment, PaymentStatus.CANCELED)

    return cancel


def collect_meanwhile(has_read: Event, may_write: Event) -> Callable[[], int]:
    def collect() -> int:
        assert has_read.wait(PATIENCE_SECONDS)
        try:
            return len(claim_payments("sandbox", FIRST, 10))
        finally:
            may_write.set()

    return collect


def test_a_payment_is_not_claimed_while_somebody_holds_its_account(buyer: Customer) -> None:
    renewals_to_collect(buyer, 1)
    signals = Event(), Event()
    canceled, claimed = together([cancel_slowly(buyer, *signals), collect_meanwhile(*signals)], role=OWNER)
    assert (canceled, claimed) == (None, 0)
    assert models.Payment.objects.get().status == "canceled"


def test_a_claim_without_the_accounts_lock_breaks_what_its_holder_has_decided(
    buyer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the customer who cancels sees an error page, and the payment is sent all the same."""
    renewals_to_collect(buyer, 1)
    monkeypatch.setattr(claims, "_CLAIM", claims._CLAIM.replace("OF a, p SKIP LOCKED", "OF p SKIP LOCKED"))
    signals = Event(), Event()
    canceled, claimed = together([cancel_slowly(buyer, *signals), collect_meanwhile(*signals)], role=OWNER)
    assert isinstance(canceled, ChangedMeanwhile)
    assert claimed == 1


def test_what_a_customer_holds_is_collected_as_soon_as_it_is_free(buyer: Customer) -> None:
    renewals_to_collect(buyer, 1)
    holds, was_passed_over = Event(), Event()

    def hold() -> None:
        with account_scope(buyer.id):
            lock_account(buyer.id)
            holds.set()
            assert was_passed_over.wait(PATIENCE_SECONDS)

    def collect() -> int:
        assert holds.wait(PATIENCE_SECONDS)
        assert collect_due(now=NIGHT, most=10).left == 1
        was_passed_over.set()
        return collect_due(now=NIGHT).total

    assert together([hold, collect], role=OWNER) == [None, 1]
    assert connection.in_atomic_block is False
    assert_books_agree(buyer.id, buyer.sandbox)
