"""A running sandbox and its client, for every test of payments."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from tenor.domain.money import Money
from tenor.gateways.payments.port import ChargeRequest
from tenor.gateways.payments.sandbox.client import SandboxGateway
from tests.support.sandbox import SandboxProcess

NOON = datetime(2030, 3, 4, 12, tzinfo=UTC)  # a Monday
RETURN_URL = "http://127.0.0.1:9/back"

Ask = Callable[..., ChargeRequest]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """One process for a file's tests; each test uses references of its own."""
    with SandboxProcess(tmp_path_factory.mktemp("sandbox")) as running:
        running.set_clock(NOON)
        yield running


@pytest.fixture
def gateway(sandbox: SandboxProcess) -> Iterator[SandboxGateway]:
    """The client under test, and a sandbox that behaves and stands at NOON."""
    sandbox.set_clock(NOON)
    client = sandbox.gateway()
    yield client
    client.close()
    sandbox.faults(
        hold=False, lose_answers=0, fail_next=0, latency_ms=0, ignore_idempotency=False, pause_delivery=False
    )


@pytest.fixture
def ask(request: pytest.FixtureRequest) -> Ask:
    """Makes charge requests whose reference is the test's name."""
    name: str = request.node.name

    def make(method: str, *, minor: int = 12_50, on_session: bool = True, suffix: str = "") -> ChargeRequest:
        reference = f"{name}{suffix}"
        return ChargeRequest(
            idempotency_key=f"key of {reference}",
            reference=reference,
            method=method,
            amount=Money(minor, "EUR"),
            description="Two seats",
            return_url=RETURN_URL,
            on_session=on_session,
        )

    return make
