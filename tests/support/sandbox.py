"""A sandbox provider as a real process, and somebody who receives its webhooks."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import httpx

from tenor.gateways.payments.sandbox.client import SandboxGateway
from tests.support import plain_http

KEY = "test-key-of-the-sandbox"
WEBHOOK_SECRET = "whsec_dGhlIHNhbmRib3gncyB0ZXN0IHNlY3JldA=="
PATIENCE_SECONDS = 600.0
"""Only a process that hangs needs so long, however busy the machine."""


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as `condition` holds; fail with `what` when it does not within a patient while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"still waiting after {PATIENCE_SECONDS:.0f} s (PATIENCE_SECONDS): {what}"
        time.sleep(0.02)


class SandboxProcess:
    """Starts, stops and kills a sandbox; the port stays the same over restarts, as does the store.

    Use as `with SandboxProcess(folder) as sandbox:`, or call `start` and `stop`. `folder` gets the store and the logs.
    """

    def __init__(self, folder: Path, *, webhook_url: str = "", portal_url: str = "", options: tuple[str, ...] = ()):
        self.folder = folder
        self.store = folder / "sandbox.sqlite3"
        self.log = folder / "sandbox.log"
        self.webhook_url = webhook_url
        self.portal_url = portal_url
        self.options = options
        self.key = KEY
        self.webhook_secret = WEBHOOK_SECRET
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it serves."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        command = [
            *(sys.executable, "-m", "tenor.gateways.payments.sandbox"),
            *("--port", self.url.rpartition(":")[2] or "0"),
            *("--store", str(self.store)),
            *("--webhook-url", self.webhook_url),
            *("--portal-url", self.portal_url),
            *("--ready-file", str(ready)),
            *self.options,
        ]
        secrets = {"SANDBOX_KEY": self.key, "SANDBOX_WEBHOOK_SECRET": self.webhook_secret}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env={**os.environ, **secrets}, stdout=log, stderr=log)
        wait_until(lambda: ready.exists() or self._process_ended(), "the sandbox to serve")
        assert not self._process_ended(), f"the sandbox ended at once:\n{self.log.read_text()}"
        self.url = ready.read_text()

    def _process_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def stop(self) -> None:
        """Ask it to end (SIGTERM) and wait."""
        self._end(subprocess.Popen.terminate)

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL) and wait."""
        self._end(subprocess.Popen.kill)

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                how(self._process)
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def gateway(self, timeout_seconds: float = PATIENCE_SECONDS) -> SandboxGateway:
        """A client of it; close it when done."""
        return SandboxGateway(self.url, self.key, self.webhook_secret, httpx.Timeout(timeout_seconds))

    def get(self, path: str) -> Any:
        """What its API answers to GET `/v1` + path."""
        return self._read(plain_http.get(f"{self.url}/v1{path}", headers=self._headers()))

    def post(self, path: str, **body: object) -> Any:
        """What its API answers to POST `/v1` + path."""
        return self._read(plain_http.post(f"{self.url}/v1{path}", json=body, headers=self._headers()))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def _read(self, response: httpx.Response) -> Any:
        assert response.is_success, f"{response.request.url}: {response.status_code} {response.text}"
        return response.json()

    def method(self, behaviour: str = "paid", kind: str = "card", **expiry: int) -> str:
        """Store a sample method; its reference. `behaviour` as in the sandbox's behaviours.py."""
        return str(self.post("/test/methods", kind=kind, behaviour=behaviour, **expiry)["id"])

    def set_clock(self, now: datetime) -> None:
        """Set its test clock, and let what falls due happen."""
        self.post("/test/clock", now=now.isoformat())

    def faults(self, **switches: object) -> Any:
        """Set fault switches: lose_answers, fail_next, latency_ms, hold, ignore_idempotency, pause_delivery."""
        return self.post("/test/faults", **switches)

    def charges(self) -> list[dict[str, Any]]:
        """Every charge in its books, oldest first."""
        found: list[dict[str, Any]] = self.get("/books")["charges"]
        return found

    def events(self) -> list[dict[str, Any]]:
        """Every event with the state of its delivery, oldest first."""
        found: list[dict[str, Any]] = self.get("/events")["events"]
        return found


@dataclass(frozen=True)
class Received:
    """One webhook as it came in."""

    headers: dict[str, str]
    body: bytes


class WebhookReceiver:
    """Takes webhooks on a free port, and answers `status`."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            """Notes the request."""

            def do_POST(self) -> None:
                """Take one webhook."""
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.received.append(Received(dict(self.headers.items()), body))
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_words: Any) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def ids(self) -> list[str]:
        """The webhook-id of each, in the order they came."""
        return [{k.lower(): v for k, v in one.headers.items()}["webhook-id"] for one in self.received]
