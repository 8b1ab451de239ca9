"""The customer and the sandbox of tests/support/customer.py; mail goes to the demo's mailbox."""

import pytest
from pytest_django.fixtures import Settings

from tests.support.customer import customer, sandbox, sandbox_process

__all__ = ["customer", "sandbox", "sandbox_process"]


@pytest.fixture(autouse=True)
def mailbox(settings: Settings) -> None:
    """Django's own test settings would keep mail in memory."""
    settings.EMAIL_BACKEND = "tenor.gateways.mail.mailbox.MailboxBackend"
