"""One house a test: its own rows, committed, and processes that may die."""

from collections.abc import Iterator

import pytest

from tenor.db.queries.clock import let_it_stand
from tests.crash.processes import Driver, House, driver
from tests.support.customer import NOW, Customer, customer, sandbox, sandbox_process
from tests.support.sandbox import SandboxProcess

__all__ = ["customer", "sandbox", "sandbox_process"]


@pytest.fixture(scope="session")
def drivers(
    django_db_setup: None, sandbox_process: SandboxProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Driver, Driver]]:
    """A portal and a worker. They hold nothing: what a task opens is gone with its process."""
    log = tmp_path_factory.mktemp("drivers") / "processes.log"
    with driver("app", sandbox_process, log) as portal, driver("owner", sandbox_process, log) as worker:
        yield portal, worker


@pytest.fixture
def house(transactional_db: None, customer: Customer, drivers: tuple[Driver, Driver]) -> House:
    """The customer of the use cases' tests, with a portal and a worker as processes of their own."""
    let_it_stand(NOW)
    customer.sandbox.faults(ignore_idempotency=False, hold=False, lose_answers=0, fail_next=0)
    return House(customer, *drivers)
