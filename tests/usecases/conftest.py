"""The customer and the sandbox of tests/support/customer.py."""

from tests.support.customer import customer, sandbox, sandbox_process

__all__ = ["customer", "sandbox", "sandbox_process"]
