"""Switches that make the sandbox misbehave on purpose. In memory: a restart behaves well again."""

import asyncio
import random
import threading
from collections.abc import Mapping
from typing import Any

from tenor.gateways.payments.sandbox.server import fields

LONGEST_HOLD_SECONDS = 30.0
LONGEST_LATENCY_MS = 30_000
MOST = 1_000_000


class Faults:
    """What goes wrong with charges and refunds, and with the delivery of events."""

    def __init__(self, *, ignore_idempotency: bool) -> None:
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._released.set()
        self._ended = threading.Event()
        self.lose_answers = 0
        self.fail_next = 0
        self.lose_percent = 0
        self.fail_percent = 0
        self.blind_percent = 0
        self.latency_ms = 0
        self._chance = random.Random(1)  # noqa: S311 - faults are no secret
        self.ignore_idempotency = ignore_idempotency
        self.pause_delivery = False
        self.waiting = 0
        self.asked_again = 0

    def change(self, body: Mapping[str, Any]) -> None:
        """Set the switches that `body` names; the others stay. Raises Refused."""
        flags = {"hold", "ignore_idempotency", "pause_delivery"} & body.keys()
        values = {name: fields.flag(body, name) for name in flags}
        counts = {
            "lose_answers": fields.whole(body, "lose_answers", self.lose_answers, most=MOST),
            "fail_next": fields.whole(body, "fail_next", self.fail_next, most=MOST),
            "latency_ms": fields.whole(body, "latency_ms", self.latency_ms, most=LONGEST_LATENCY_MS),
            "lose_percent": fields.whole(body, "lose_percent", self.lose_percent, most=100),
            "fail_percent": fields.whole(body, "fail_percent", self.fail_percent, most=100),
            "blind_percent": fields.whole(body, "blind_percent", self.blind_percent, most=100),
        }
        with self._lock:
            for name, count in counts.items():
                setattr(self, name, count)
            self.ignore_idempotency = values.get("ignore_idempotency", self.ignore_idempotency)
            self.pause_delivery = values.get("pause_delivery", self.pause_delivery)
        if "hold" in values:
            (self._released.clear if values["hold"] else self._released.set)()

    def shown(self) -> dict[str, Any]:
        """The switches as they stand; `waiting` counts requests held back right now.

        `asked_again` counts charges asked for while they were under way or booked already: each would have moved money
        a second time, but for its key.
        """
        with self._lock:
            return {
                "lose_answers": self.lose_answers,
                "fail_next": self.fail_next,
                "latency_ms": self.latency_ms,
                "lose_percent": self.lose_percent,
                "fail_percent": self.fail_percent,
                "blind_percent": self.blind_percent,
                "hold": not self._released.is_set(),
                "waiting": self.waiting,
                "asked_again": self.asked_again,
                "ignore_idempotency": self.ignore_idempotency,
                "pause_delivery": self.pause_delivery,
            }

    def note_asked_again(self) -> None:
        """A charge was asked for that is under way or booked already."""
        with self._lock:
            self.asked_again += 1

    def end(self) -> None:
        """Let go of whoever waits: the sandbox stops."""
        self._ended.set()
        self._released.set()

    def wait(self) -> None:
        """Take the time the switches say, before anything is done."""
        if self.latency_ms:
            self._ended.wait(self.latency_ms / 1000)
        self._be_held()

    async def wait_in_loop(self) -> None:
        """The same where waiting must stop nobody else; only a held request takes a thread."""
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        if not self._released.is_set():
            await asyncio.to_thread(self._be_held)

    def _be_held(self) -> None:
        if self._released.is_set():
            return
        with self._lock:
            self.waiting += 1
        self._released.wait(LONGEST_HOLD_SECONDS)
        with self._lock:
            self.waiting -= 1

    def should_fail(self) -> bool:
        """Whether this request fails with 500 before anything is done; counts down, or by chance."""
        with self._lock:
            self.fail_next, fails = max(self.fail_next - 1, 0), self.fail_next > 0
            return fails or self._chance.randrange(100) < self.fail_percent

    def should_not_find(self) -> bool:
        """Whether a question about a charge is told of none, by chance: reads may lag behind writes."""
        with self._lock:
            return self._chance.randrange(100) < self.blind_percent

    def should_lose_answer(self) -> bool:
        """Whether this request's answer is lost after everything was done; counts down, or by chance."""
        with self._lock:
            self.lose_answers, loses = max(self.lose_answers - 1, 0), self.lose_answers > 0
            return loses or self._chance.randrange(100) < self.lose_percent
