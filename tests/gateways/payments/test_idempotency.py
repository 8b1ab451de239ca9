"""Idempotency keys: one charge however often it is asked for, and the control that shows the test can tell."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tenor.gateways.payments.errors import GatewayUnknown, KeyInUse
from tenor.gateways.payments.port import ChargeAnswer, ChargeRequest, PaymentGateway
from tests.gateways.payments.conftest import Ask
from tests.support.sandbox import SandboxProcess, wait_until

pytestmark = pytest.mark.slow

CROWD = 20


def all_at_once(work: Callable[[], ChargeAnswer]) -> list[ChargeAnswer | KeyInUse]:
    """Run `work` in CROWD threads that start together."""
    barrier = threading.Barrier(CROWD)

    def one() -> ChargeAnswer | KeyInUse:
        barrier.wait()
        try:
            return work()
        except KeyInUse as conflict:
            return conflict

    with ThreadPoolExecutor(CROWD) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(CROWD)]]


def booked(sandbox: SandboxProcess, asked: ChargeRequest) -> int:
    """How many charges the sandbox's own books hold for a request."""
    return sum(charge["reference"] == asked.reference for charge in sandbox.charges())


def test_twenty_at_once_are_one_charge(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("paid"))
    answers = all_at_once(lambda: gateway.charge(asked))
    paid = {answer.gateway_id for answer in answers if isinstance(answer, ChargeAnswer)}
    assert len(paid) == 1
    assert booked(sandbox, asked) == 1


def test_control_without_keys_each_is_a_charge(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    sandbox.faults(ignore_idempotency=True)
    asked = ask(sandbox.method("paid"))
    answers = all_at_once(lambda: gateway.charge(asked))
    assert all(isinstance(answer, ChargeAnswer) for answer in answers)
    assert booked(sandbox, asked) == CROWD


def test_control_without_keys_a_lost_answer_charges_twice(
    gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    sandbox.faults(ignore_idempotency=True)
    asked = ask(sandbox.method("answer_lost"))
    with pytest.raises(GatewayUnknown):
        gateway.charge(asked)
    gateway.charge(asked)
    assert booked(sandbox, asked) == 2


def test_a_key_under_way_is_a_conflict(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("paid"))
    sandbox.faults(hold=True)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(gateway.charge, asked)
        wait_until(lambda: sandbox.get("/test/faults")["waiting"] == 1, "the first request to be held")
        with pytest.raises(KeyInUse):
            gateway.charge(asked)
        assert gateway.find_charge(asked.reference) is None
        sandbox.faults(hold=False)
        answered = first.result()  # until then its key is under way
        assert gateway.charge(replace(asked)) == answered
    assert booked(sandbox, asked) == 1
