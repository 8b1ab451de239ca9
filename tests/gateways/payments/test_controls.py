"""What tests and demos may do at the sandbox, over its real API."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenor.domain.account import MethodKind
from tenor.domain.money import Money
from tenor.gateways.payments.errors import GatewayUnavailable
from tenor.gateways.payments.port import ChargeRequest
from tenor.gateways.payments.sandbox.controls import SandboxControls
from tests.support.sandbox import SandboxProcess

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(Path(tmp_path_factory.mktemp("sandbox"))) as started:
        yield started


@pytest.fixture
def controls(process: SandboxProcess) -> SandboxControls:
    found = SandboxControls(process.url, process.key)
    found.clear()
    return found


def charge(process: SandboxProcess, method: str) -> None:
    request = ChargeRequest(
        idempotency_key="key",
        reference="payment",
        method=method,
        amount=Money(38_219, "USD"),
        description="",
        return_url="",
        on_session=False,
    )
    gateway = process.gateway()
    gateway.charge(request)
    gateway.close()


def test_its_clock_stands_where_it_is_put(controls: SandboxControls) -> None:
    controls.set_clock(NOON)
    assert controls.now() == NOON


def test_a_sample_card_has_the_expiry_asked_for(controls: SandboxControls) -> None:
    card = controls.add_method(MethodKind.CARD, "paid", (2027, 3))
    assert (card.kind, card.brand, card.last4, card.expiry_year, card.expiry_month) == (
        MethodKind.CARD,
        "visa",
        "4242",
        2027,
        3,
    )


def test_a_sample_debit_has_a_mandate(controls: SandboxControls) -> None:
    assert controls.add_method(MethodKind.DIRECT_DEBIT, "paid").mandate_reference


def test_forgotten_events_are_kept_and_not_delivered(process: SandboxProcess, controls: SandboxControls) -> None:
    charge(process, controls.add_method(MethodKind.CARD, "paid").reference)
    assert [event["delivered"] for event in process.events()] == [False]
    controls.forget_events()
    assert [event["delivered"] for event in process.events()] == [True]


def test_clearing_leaves_nothing_behind(process: SandboxProcess, controls: SandboxControls) -> None:
    charge(process, controls.add_method(MethodKind.CARD, "paid").reference)
    controls.set_clock(NOON)
    controls.clear()
    assert (process.charges(), process.events()) == ([], [])
    assert controls.now() != NOON
    charge(process, controls.add_method(MethodKind.CARD, "paid").reference)  # the same key, as if it were new
    assert len(process.charges()) == 1


def test_a_behaviour_that_is_none_and_a_sandbox_that_is_not_there_are_told(controls: SandboxControls) -> None:
    with pytest.raises(GatewayUnavailable):
        controls.add_method(MethodKind.CARD, "generous")
    with pytest.raises(GatewayUnavailable):
        SandboxControls("http://127.0.0.1:1", "key").now()


def test_it_counts_what_was_asked_again_with_and_without_keys(
    process: SandboxProcess, controls: SandboxControls
) -> None:
    card, before = controls.add_method(MethodKind.CARD, "paid").reference, controls.asked_again()
    charge(process, card)
    assert controls.asked_again() == before
    charge(process, card)
    controls.set_faults(ignore_idempotency=True)
    charge(process, card)
    controls.set_faults(ignore_idempotency=False)
    assert controls.asked_again() == before + 2
    assert len(process.charges()) == 2


def test_its_reads_may_lag_behind_its_writes(process: SandboxProcess, controls: SandboxControls) -> None:
    charge(process, controls.add_method(MethodKind.CARD, "paid").reference)
    gateway = process.gateway()
    controls.set_faults(blind_percent=100)
    assert gateway.find_charge("payment") is None
    controls.set_faults(blind_percent=0)
    assert gateway.find_charge("payment") is not None
    gateway.close()
