"""Idempotency keys: the same key and body give the stored answer; one key is worked on by one request at a time."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tenor.gateways.payments.sandbox.server.errors import Refused

_in_order = json.JSONEncoder(sort_keys=True).encode


def fingerprint(path: str, body: Mapping[str, Any]) -> bytes:
    """SHA-256 of where and what was asked, however its fields are ordered."""
    return hashlib.sha256(f"{path}\n{_in_order(body)}".encode()).digest()


class KeysInUse:
    """Which keys are being worked on. In memory: a killed process works on nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()

    def is_held(self, key: str) -> bool:
        """Whether a request holds `key` at this moment."""
        with self._lock:
            return key in self._keys

    @contextmanager
    def claim(self, key: str) -> Iterator[None]:
        """Hold `key` for one request. Raises Refused (409, `key_in_use`) while another holds it."""
        with self._lock:
            if key in self._keys:
                raise Refused("key_in_use", "a request with this idempotency key is under way", 409)
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


def stored(db: sqlite3.Connection, key: str, print_of_body: bytes) -> str | None:
    """The answer given, as JSON, to `key` before, if any. Raises Refused (`idempotency_error`) for another body."""
    row = db.execute("SELECT fingerprint, answer FROM keys WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != print_of_body:
        raise Refused("idempotency_error", "this idempotency key was used with another request")
    return str(row["answer"])


def keep(db: sqlite3.Connection, key: str, print_of_body: bytes, answer: str) -> None:
    """Keep the answer (JSON), in the transaction that made it: a crash loses both or neither."""
    db.execute("INSERT INTO keys (key, fingerprint, answer) VALUES (?, ?, ?)", (key, print_of_body, answer))
