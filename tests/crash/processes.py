"""Tenor's processes for these tests: a portal with the rights of `tenor_app`, a worker with the owner's."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import F

from tenor.db import models
from tenor.domain.lifecycle import IN_FLIGHT
from tests.support.customer import Customer
from tests.support.sandbox import SandboxProcess

CRASHED, KILLED = 137, -9
MOST_ROUNDS = 8


@dataclass(frozen=True)
class Ended:
    """How a task's process ended: its exit code, and what it said before."""

    code: int
    returned: str


class Driver:
    """A running `tests.crash.driver`. `start` a task and `wait` for it, or `run` it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, do: str, **task: object) -> None:
        """Begin a task; one at a time."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **task}) + "\n")
        self._process.stdin.flush()

    def wait(self) -> Ended:
        """How the task that was started ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the driver itself ended"
        return Ended(**json.loads(line))

    def run(self, do: str, **task: object) -> Ended:
        """Both."""
        self.start(do, **task)
        return self.wait()


@contextmanager
def driver(role: str, sandbox: SandboxProcess, log: Path) -> Iterator[Driver]:
    """A driver whose tasks reach the test's database as that role ("app" or "owner")."""
    known: dict[str, Any] = connection.settings_dict
    address = f"{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{address}/{known['NAME']}",
        "TENOR_DATABASE_ROLE": role,
        "TENOR_SANDBOX_URL": sandbox.url,
        "TENOR_SANDBOX_KEY": sandbox.key,
        "TENOR_SANDBOX_WEBHOOK_SECRET": sandbox.webhook_secret,
    }
    command = [sys.executable, "-m", "tests.crash.driver"]
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    with process:  # closes its input at the end, which ends it
        yield Driver(process)


@dataclass
class House:
    """A customer, the portal and the worker that serve it, and the sandbox that charges it."""

    customer: Customer
    portal: Driver
    worker: Driver

    def buying(self, seats: int = 1) -> dict[str, Any]:
        """The task of buying seats, for the portal."""
        return {"do": "buy_seats", "subscription": str(self.customer.subscription.id), "seats": seats, **self._who()}

    def canceling(self, order: models.Order) -> dict[str, Any]:
        """The task of canceling an order, for the portal."""
        return {"do": "cancel_order", "order": str(order.id), **self._who()}

    def _who(self) -> dict[str, str]:
        customer = self.customer
        return {"account": str(customer.id), "person": customer.actor.id, "now": customer.now.isoformat()}

    def a_minute_later(self) -> None:
        """The leases of the dead have run out, and what waits for its next try is due."""
        a_lease, an_hour = timedelta(seconds=61), timedelta(hours=1)
        for model in (models.Payment, models.Refund, models.GatewayEvent, models.Mail, models.RenewalClaim):
            model.objects.update(lease_until=F("lease_until") - a_lease, next_try_at=F("next_try_at") - an_hour)

    def recover(self) -> None:
        """Let a fresh worker do its duties, each round in a process of its own, until nothing is left to do."""
        for _ in range(MOST_ROUNDS):
            self.a_minute_later()
            ended = self.worker.run("work")
            assert ended.code == 0, ended.returned
            if ended.returned == "0" and not self.unfinished():
                return
        raise AssertionError(f"after {MOST_ROUNDS} rounds there is still work: {self.unfinished()}")

    def unfinished(self) -> list[str]:
        """What the worker still has to see to."""
        payments = models.Payment.objects.filter(status__in=sorted(IN_FLIGHT - {"requires_action", "processing"}))
        refunds = models.Refund.objects.exclude(status="succeeded")
        return [
            *(f"payment {row.id} {row.status} {row.error}" for row in payments),
            *(f"refund {row.id} {row.status} {row.error}" for row in refunds),
            *(f"mail {row.id} {row.kind} {row.error}" for row in models.Mail.objects.filter(sent_at=None)),
            *(f"event {row.id} {row.error}" for row in models.GatewayEvent.objects.filter(processed_at=None)),
        ]
