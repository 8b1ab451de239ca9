"""The demo's house: which processes it has, where each listens, what each is told. The one place that lists them."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tenor.gateways.postgres.databases import with_user
from tenor.gateways.postgres.roles import APP
from tenor.gateways.processes.supervisor import Program
from tenor.gateways.secret_files import kept_secrets

SECRETS = ("secret_key", "app_password", "staff_password", "sandbox_key", "sandbox_webhook_secret")
WEBHOOKS = "/webhooks/sandbox"
"""Where the portal receives the sandbox's events."""


@dataclass(frozen=True)
class House:
    """Everything that the processes have to know of each other."""

    home: Path
    database_url: str
    web_port: int
    sandbox_port: int

    @property
    def web_url(self) -> str:
        """The one address for people."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def sandbox_url(self) -> str:
        """The payment provider in miniature."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    def settings(self) -> dict[str, str]:
        """Tenor's environment, with the owner's rights. The secrets are made once and kept in the home folder."""
        secrets = kept_secrets(self.home / "secrets.json", SECRETS)
        return {
            "DATABASE_URL": self.database_url,
            "TENOR_HOME": str(self.home),
            "TENOR_PUBLIC_URL": self.web_url,
            "TENOR_DEMO": "true",
            "TENOR_TEST_CLOCK": "true",
            "TENOR_MAIL_FROM": "Northline <no-reply@northline.example>",
            "TENOR_SANDBOX_URL": self.sandbox_url,
            **{f"TENOR_{name.upper()}": value for name, value in secrets.items()},
        }

    def preparations(self) -> list[Program]:
        """What runs to its end before anything is served, in this order."""
        return [_tenor("migrate", ["--quiet"], self.settings())]

    def programs(self) -> list[Program]:
        """What runs for as long as the house stands, in the order of starting."""
        return [self._sandbox(), _tenor("worker", [], self.settings()), self._web()]

    def openings(self) -> list[Program]:
        """What runs to its end once the payment provider is there: the demo's book, built once, and its clock."""
        return [
            _tenor("seed", [], self.settings(), name="book"),
            _tenor("clock", ["resume"], self.settings()),
        ]

    def closing(self) -> Program:
        """What runs to its end when everything has stopped: the test clock stands still between runs."""
        return _tenor("clock", ["stand"], self.settings())

    def _sandbox(self) -> Program:
        told = self.settings()
        options = {
            "--port": str(self.sandbox_port),
            "--store": str(self.home / "sandbox.sqlite3"),
            "--webhook-url": f"{self.web_url}{WEBHOOKS}",
            "--portal-url": self.web_url,
        }
        argv = [sys.executable, "-m", "tenor.gateways.payments.sandbox"]
        argv += [part for option in options.items() for part in option]
        secrets = {name: told[f"TENOR_{name}"] for name in ("SANDBOX_KEY", "SANDBOX_WEBHOOK_SECRET")}
        return Program("sandbox", argv, {**_plain_environment(), **secrets}, f"{self.sandbox_url}/healthz")

    def _web(self) -> Program:
        """It never learns the owner's password: whoever broke into it would still meet row-level security."""
        told = self.settings()
        told["DATABASE_URL"] = with_user(self.database_url, APP, told["TENOR_APP_PASSWORD"])
        told["TENOR_DATABASE_ROLE"] = "app"
        del told["TENOR_STAFF_PASSWORD"]
        return _tenor("serve", ["--port", str(self.web_port)], told, name="web", ready_url=f"{self.web_url}/")


def _tenor(
    command: str, options: list[str], told: Mapping[str, str], *, name: str = "", ready_url: str = ""
) -> Program:
    argv = [sys.executable, "-m", "tenor.cli.main", command, *options]
    return Program(name or command, argv, {**_plain_environment(), **told}, ready_url)


def _plain_environment() -> dict[str, str]:
    """Our own environment without what is said to Tenor: each process is told what it has to know."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TENOR_")}
    ours.pop("DATABASE_URL", None)
    return ours
