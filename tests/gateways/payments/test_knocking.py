"""A shop that is not there gets one knock a round, however much there is to tell it, and a pause before the next."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tenor.gateways.payments.sandbox.server import delivery, events
from tenor.gateways.payments.sandbox.server.faults import Faults
from tenor.gateways.payments.sandbox.server.store import Store
from tenor.gateways.postgres.embedded import free_port
from tests.gateways.payments.conftest import NOON

pytestmark = pytest.mark.slow
ROUNDS = 3


class Pauses(Event):
    """Notes each pause and does not wait; set after some rounds."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        """A pause, as long as that."""
        self.seconds.append(timeout)
        return False

    def is_set(self) -> bool:
        """Whether it has been enough."""
        return len(self.seconds) >= ROUNDS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Books with more to tell than goes out in a round."""
    store = Store(tmp_path / "sandbox.sqlite3")
    with store.transaction() as db:
        for number in range(2 * delivery.BATCH):
            events.append(db, "charge.succeeded", reference=f"r{number}", occurred_at=NOON)
    yield store
    store.close()


def test_nobody_there_is_one_knock_and_a_pause(store: Store) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/"
    deliverer = delivery.Deliverer(
        store=store, faults=Faults(ignore_idempotency=False), url=nowhere, secret="whsec_c2VjcmV0"
    )
    deliverer._stopping = pauses = Pauses()
    deliverer.run()
    assert pauses.seconds == [delivery.IDLE_SECONDS] * ROUNDS
    with store.transaction() as db:
        assert sum(event["tries"] for event in events.listed(db)) == ROUNDS
