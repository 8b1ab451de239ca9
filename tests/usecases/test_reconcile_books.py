"""Our books and the gateway's, both ways: each kind of difference is found, mended where that is safe, and resolved."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from tenor.db import models
from tenor.db.ids import new_id
from tenor.db.queries.watch import count_parked
from tenor.db.reconciling import keep_difference, resolve_others
from tenor.domain.reconciling import DifferenceKind
from tenor.domain.requests import AddSeats, ReturnOrder
from tenor.gateways.payments.errors import GatewayError
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.reconcile_books import BEGINNING, Reconciled, reconcile_books
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.send_refund import send_refund
from tests.db.world import lift_guards
from tests.support import plain_http
from tests.support.books import assert_books_agree
from tests.support.customer import NOW, Customer
from tests.support.sandbox import SandboxProcess

K = DifferenceKind


@pytest.fixture(autouse=True)
def empty_books(sandbox: SandboxProcess) -> None:
    """What other tests charged is no orphan of this one."""
    sandbox.post("/test/clear")
    sandbox.set_clock(NOW)


def compared(mend: bool = False) -> Reconciled:
    return reconcile_books(gateway="sandbox", now=NOW, mend=mend)


def found() -> dict[str, str]:
    return dict(models.Difference.objects.filter(resolved_at=None).values_list("kind", "reference"))


def bought(customer: Customer) -> models.Payment:
    [payment] = customer.payments(customer.buy_seats(1))
    return payment


def lost(customer: Customer) -> models.Payment:
    """The gateway charged it, and its answer never came."""
    customer.pay_by("answer_lost")
    return bought(customer)


def charge(customer: Customer, reference: str, minor: int = 127_40) -> str:
    """A charge that we did not make, or made twice."""
    method = customer.sandbox.method("paid")
    body = {
        "reference": reference,
        "method": method,
        "amount": {"minor": minor, "currency": "EUR"},
        "description": "",
        "return_url": "",
        "on_session": False,
        "locale": "en",
    }
    sandbox = customer.sandbox
    headers = {"Authorization": f"Bearer {sandbox.key}", "Idempotency-Key": str(uuid4())}
    return str(plain_http.post(f"{sandbox.url}/v1/charges", json=body, headers=headers).json()["id"])


def returned(customer: Customer) -> models.Refund:
    order = customer.buy_seats(1)
    customer.submit(customer.preview(ReturnOrder(str(order.id))))
    return models.Refund.objects.get()


def test_books_that_agree_have_no_difference(customer: Customer) -> None:
    bought(customer)
    customer.pay_by("declined_soft")
    bought(customer)
    told: list[int] = []
    done = reconcile_books(gateway="sandbox", now=NOW, on_progress=told.append)
    assert (done.charges, done.found.total(), told) == (2, 0, [2])


def test_a_lost_answer_is_found_and_mended_once(customer: Customer) -> None:
    payment = lost(customer)
    assert compared().found == {K.ANSWER_LOST: 1}
    assert found() == {K.ANSWER_LOST: str(payment.id)}
    assert (compared().new, models.Difference.objects.count()) == (0, 1)
    done = compared(mend=True)
    assert (done.mended, done.found.total(), done.resolved) == (1, 0, 1)
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    assert models.Difference.objects.get().resolved_at == NOW
    assert_books_agree(customer.id, customer.sandbox)


def test_what_a_person_was_asked_to_look_at_waits_no_longer_once_it_is_known(customer: Customer) -> None:
    lost(customer)
    models.Payment.objects.update(parked_at=NOW, error="sent more than 5 days ago")
    assert compared(mend=True).mended == 1
    assert count_parked() == {}


def test_an_answer_that_cannot_be_recorded_stops_no_comparison(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("a fault of ours")

    lost(customer)
    orphan = charge(customer, str(uuid4()))
    monkeypatch.setattr("tenor.usecases.reconcile_books.record_answer", refuse)
    done = compared(mend=True)
    assert (done.mended, done.found) == (0, {K.ANSWER_LOST: 1, K.CHARGE_UNKNOWN_HERE: 1})
    assert found()[K.CHARGE_UNKNOWN_HERE] == orphan


def test_two_looks_at_once_resolve_nothing_that_either_of_them_found(customer: Customer) -> None:
    lost(customer)
    older, newer = new_id(), new_id()
    compared()
    models.Difference.objects.update(look=newer)
    assert resolve_others("sandbox", BEGINNING, older, NOW) == 0
    row = models.Difference.objects.get()
    row.look = older
    assert not keep_difference(row)  # the older look comes by again, after the newer one
    assert resolve_others("sandbox", BEGINNING, newer, NOW) == 0
    assert resolve_others("sandbox", BEGINNING, new_id(), NOW) == 1


def test_what_somebody_works_on_is_no_difference(customer: Customer) -> None:
    lost(customer)
    models.Payment.objects.update(lease_until="9999-01-01T00:00:00Z")
    assert compared().found.total() == 0


def test_an_orphan_at_the_gateway_is_found_by_the_gateways_name(customer: Customer) -> None:
    theirs = charge(customer, str(uuid4()))
    strange = charge(customer, "somebody-elses")
    assert compared().found == {K.CHARGE_UNKNOWN_HERE: 2}
    rows = models.Difference.objects.order_by("found_at")
    assert {row.reference for row in rows} == {theirs, strange}
    assert {row.facts["keeps_money"] for row in rows} == {True}


def test_ours_that_the_gateway_does_not_know_is_found(customer: Customer) -> None:
    payment = bought(customer)
    customer.sandbox.post("/test/clear")
    assert compared().found == {K.CHARGE_UNKNOWN_THERE: 1}
    row = models.Difference.objects.get()
    assert (row.reference, row.facts["account"]) == (str(payment.id), customer.account.number)


def test_what_never_arrived_is_left_to_its_own_duty(customer: Customer) -> None:
    customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    models.Payment.objects.update(status="unknown", lease_until=None)
    assert compared().found.total() == 0


def test_a_charge_before_the_list_began_is_asked_for_by_itself(customer: Customer) -> None:
    bought(customer)
    since = NOW + timedelta(seconds=1)
    models.Payment.objects.update(created_at=since)
    assert reconcile_books(gateway="sandbox", now=NOW, since=since).found.total() == 0


def test_another_amount_is_found_and_not_mended(customer: Customer) -> None:
    payment = lost(customer)
    models.Payment.objects.update(amount_minor=1)
    assert set(compared(mend=True).found) == {K.AMOUNT_DIFFERS, K.ANSWER_LOST}
    payment.refresh_from_db()
    assert payment.status == "unknown"


def test_a_state_that_nothing_leads_to_is_found(customer: Customer) -> None:
    payment = bought(customer)
    models.Payment.objects.update(status="pending", lease_until=None, gateway_reference="")
    assert compared(mend=True).found == {K.STATUS_DIFFERS: 1}
    payment.refresh_from_db()
    assert payment.status == "pending"


def test_two_charges_for_one_payment_are_found_by_the_invoice(customer: Customer) -> None:
    payment = bought(customer)
    again = charge(customer, str(payment.id))
    assert compared().found == {K.CHARGED_TWICE: 1}
    row = models.Difference.objects.get()
    assert row.reference == str(payment.invoice_id)
    assert again in row.facts["there"]


def test_a_refund_whose_answer_was_lost_is_mended(customer: Customer) -> None:
    refund = returned(customer)
    customer.sandbox.faults(lose_answers=1)
    with pytest.raises(GatewayError):
        send_refund(account_id=customer.id, refund_id=refund.id, now=NOW)
    models.Refund.objects.update(parked_at=NOW, error="sent more than 5 days ago")
    assert compared().found == {K.REFUND_ANSWER_LOST: 1}
    assert compared(mend=True).mended == 1
    refund.refresh_from_db()
    assert (refund.status, refund.parked_at) == ("succeeded", None)
    assert compared().found.total() == 0
    assert_books_agree(customer.id, customer.sandbox)


def test_a_refund_by_hand_and_one_that_was_never_made_are_found(customer: Customer) -> None:
    refund = returned(customer)
    send_refund(account_id=customer.id, refund_id=refund.id, now=NOW)
    lift_guards()
    models.Posting.objects.filter(refund=refund).delete()
    models.Refund.objects.update(id=uuid4())
    assert compared().found == {K.REFUND_UNKNOWN_HERE: 1, K.REFUND_UNKNOWN_THERE: 1}


def test_a_look_at_a_part_resolves_nothing_of_the_rest(customer: Customer) -> None:
    lost(customer)
    compared()
    models.Payment.objects.update(status="canceled", gateway_reference="")
    reconcile_books(gateway="sandbox", now=NOW, since=NOW + timedelta(seconds=1))
    assert K.ANSWER_LOST in found()


def return_clumsily(customer: Customer, order_id: UUID | None, chance: Random) -> None:
    """Give the order back; the gateway's answer may be lost, or nobody lives to ask it."""
    submitted = customer.submit(customer.preview(ReturnOrder(str(order_id))))
    customer.sandbox.faults(lose_answers=chance.choice([0, 1]))
    for refund_id in submitted.refunds:
        with suppress(GatewayError):
            send_refund(account_id=customer.id, refund_id=refund_id, now=NOW)
    customer.sandbox.faults(lose_answers=0)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_dropped_or_doubled_both_sides_are_equal_afterwards(seed: int, customer: Customer) -> None:
    """Answers are lost, requests fail, senders die, hints never come or come twice: then the books are compared."""
    chance = Random(seed)
    for _ in range(6):
        customer.sandbox.faults(lose_answers=chance.choice([0, 1]), fail_next=chance.choice([0, 0, 1]))
        submitted = customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
        assert submitted.payment_id is not None
        if chance.random() < 0.8:
            collect_payment(account_id=customer.id, payment_id=submitted.payment_id, now=NOW)
        customer.sandbox.faults(lose_answers=0, fail_next=0)
        models.Payment.objects.update(lease_until=None)
        compared(mend=True)
        for _ in range(chance.choice([1, 2])):
            reconcile_payment(account_id=customer.id, payment_id=submitted.payment_id, now=NOW)
        if chance.random() < 0.4:
            return_clumsily(customer, submitted.order_id, chance)
    assert compared(mend=True).found.total() == 0
    assert compared() == Reconciled(len(customer.sandbox.charges()), Counter(), 0, 0, 0)
    assert_books_agree(customer.id, customer.sandbox)
