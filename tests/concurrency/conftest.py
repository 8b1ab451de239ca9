"""The customer and the sandbox of tests/support/customer.py, on committed rows."""

import pytest

from tests.support.customer import Customer, customer, sandbox, sandbox_process
from tests.support.sandbox import SandboxProcess

__all__ = ["customer", "sandbox", "sandbox_process"]


@pytest.fixture(autouse=True)
def well_behaved(sandbox: SandboxProcess, transactional_db: None) -> None:
    """The sandbox keeps its keys and answers."""
    sandbox.faults(ignore_idempotency=False, hold=False, lose_answers=0, fail_next=0)


@pytest.fixture
def buyer(customer: Customer, transactional_db: None) -> Customer:
    """The customer, its rows committed."""
    return customer
