"""The environment that tests run in. It must be set before Django's settings are read, so it is imported first.

What the developer's own shell says does not count, with one exception: `DATABASE_URL` names a real server to test on.
"""

import os

from tenor.gateways.postgres.embedded import EmbeddedServer
from tests.support.database import claim_server

VALUES = {
    "TENOR_SECRET_KEY": "for-tests-only-for-tests-only-for-tests-only",
    "TENOR_PUBLIC_URL": "http://127.0.0.1:8000",
    "TENOR_ALLOWED_HOSTS": '["127.0.0.1", "localhost", "testserver"]',
    "TENOR_HOME": ".make/test-home",
    "TENOR_DEMO": "true",
    "TENOR_TEST_CLOCK": "true",
    "TENOR_SANDBOX_KEY": "sandbox-key-for-tests",
    "TENOR_SANDBOX_WEBHOOK_SECRET": "whsec_c2FuZGJveC1zZWNyZXQtZm9yLXRlc3Rz",
    "DJANGO_SETTINGS_MODULE": "tenor.project.settings",
    # Playwright leaves an event loop in the thread: without this, every test after a browser's would be refused rows.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
NOWHERE = "postgresql://tenor_owner:none@127.0.0.1:1/tenor"
"""For tools that read the settings and ask no database."""


def set_values() -> None:
    """Sets everything but the database."""
    for name in [name for name in os.environ if name.startswith("TENOR_")]:
        del os.environ[name]
    os.environ.update(VALUES)


def set_values_for_tools() -> None:
    """For linters and type checkers: complete, but with a database that is not there."""
    set_values()
    os.environ["DATABASE_URL"] = NOWHERE


def set_values_for_tests() -> EmbeddedServer | None:
    """Returns the server that this process has to start before anybody asks it; None: somebody else looks after it."""
    set_values()
    if os.environ.get("DATABASE_URL"):  # a real server; or, in a process of xdist, the one of the process that leads
        return None
    server = claim_server()
    os.environ["DATABASE_URL"] = server.url
    return server
