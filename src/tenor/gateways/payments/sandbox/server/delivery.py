"""Deliver events as signed webhooks, from a thread, until each is taken. The table is the queue: a kill loses none."""

import base64
import hashlib
import hmac
import sqlite3
import threading

import httpx

from tenor.gateways.payments.sandbox.server import charges, clock
from tenor.gateways.payments.sandbox.server.faults import Faults
from tenor.gateways.payments.sandbox.server.store import Store

BATCH = 50
MOST_PER_SECOND = 50.0
"""A night of charges tells its shop within minutes, and leaves it the better part of its time for customers."""
IDLE_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 15
TIMEOUT_SECONDS = 10.0
SECRET_PREFIX = "whsec_"  # noqa: S105 - a prefix, not a secret


def signature(secret: str, event_id: str, stamp: str, body: bytes) -> str:
    """By Standard Webhooks: `v1,` + base64 of HMAC-SHA256 over id.timestamp.body."""
    prefixed = secret.startswith(SECRET_PREFIX)
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX)) if prefixed else secret.encode()
    mac = hmac.new(key, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(mac.digest()).decode()}"


class Deliverer(threading.Thread):
    """Sends what is due; also lets debits settle while the sandbox runs on real time."""

    def __init__(self, *, store: Store, faults: Faults, url: str, secret: str) -> None:
        super().__init__(name="deliverer", daemon=True)
        self._store = store
        self._faults = faults
        self._url = url
        self._secret = secret
        self._stopping = threading.Event()
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False)

    def stop(self) -> None:
        """Finish the delivery under way and end."""
        self._stopping.set()
        self.join(TIMEOUT_SECONDS)
        self._http.close()

    def run(self) -> None:
        """Deliver, in order, until stopped."""
        while not self._stopping.is_set():
            with self._store.transaction() as db:
                charges.settle_due(db)
                due = [] if self._faults.pause_delivery or not self._url else _due(db)
            if not self._deliver_all(due) or len(due) < BATCH:
                self._stopping.wait(IDLE_SECONDS)

    def _deliver_all(self, due: list[sqlite3.Row]) -> bool:
        """Send these. False when nobody is there: one knock a round is enough, and a pause before the next."""
        for event in due:
            if self._stopping.is_set() or self._faults.pause_delivery:
                return True
            if not self._deliver(event):
                return False
            self._stopping.wait(1 / MOST_PER_SECOND)
        return True

    def _deliver(self, event: sqlite3.Row) -> bool:
        """Send one event and note the outcome. False when nobody answered at all."""
        try:
            fault = self._post(event["id"], event["body"].encode())
        except httpx.HTTPError as silence:
            self._note(event, type(silence).__name__)
            return False
        self._note(event, fault)
        return True

    def _note(self, event: sqlite3.Row, fault: str) -> None:
        tries = event["tries"] + 1
        wait = min(2 ** min(tries - 1, 10), LONGEST_WAIT_SECONDS)
        next_try = clock.real_seconds() + wait if fault else None
        with self._store.transaction() as db:
            # next_try as it was read: an event put up again meanwhile goes out again.
            db.execute(
                "UPDATE events SET tries = ?, next_try = ?, error = ? WHERE seq = ? AND next_try = ? AND tries = ?",
                (tries, next_try, fault, event["seq"], event["next_try"], event["tries"]),
            )

    def _post(self, event_id: str, body: bytes) -> str:
        stamp = str(int(clock.real_seconds()))
        headers = {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._secret, event_id, stamp, body),
        }
        response = self._http.post(self._url, content=body, headers=headers)
        return "" if response.is_success else f"HTTP {response.status_code}"


def _due(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT * FROM events WHERE next_try <= ? ORDER BY next_try, seq LIMIT ?", (clock.real_seconds(), BATCH)
    ).fetchall()
