"""The sandbox's books: one SQLite file, one connection, one transaction at a time."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS methods (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, behaviour TEXT NOT NULL, last4 TEXT NOT NULL,
    brand TEXT NOT NULL, expiry_year INTEGER, expiry_month INTEGER, mandate_reference TEXT NOT NULL,
    holder TEXT NOT NULL DEFAULT '', invalid_code TEXT NOT NULL DEFAULT '', removed_at TEXT, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setups (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reference TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    holder TEXT NOT NULL, return_url TEXT NOT NULL, locale TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'canceled')),
    method TEXT REFERENCES methods (id), created_at TEXT NOT NULL,
    CHECK ((status = 'succeeded') = (method IS NOT NULL)));
CREATE TABLE IF NOT EXISTS charges (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reference TEXT NOT NULL,
    method TEXT NOT NULL REFERENCES methods (id), minor INTEGER NOT NULL CHECK (minor > 0), currency TEXT NOT NULL,
    description TEXT NOT NULL, return_url TEXT NOT NULL, locale TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN
        ('succeeded', 'requires_action', 'processing', 'declined', 'canceled', 'reversed')),
    decline_code TEXT NOT NULL DEFAULT '', decline_final INTEGER NOT NULL DEFAULT 0,
    due_at TEXT, created_at TEXT NOT NULL,
    CHECK ((status = 'declined') = (decline_code <> '')));
CREATE INDEX IF NOT EXISTS charges_by_reference ON charges (reference);
CREATE INDEX IF NOT EXISTS charges_by_creation ON charges (created_at);
CREATE INDEX IF NOT EXISTS charges_due ON charges (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS refunds (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reference TEXT NOT NULL,
    charge TEXT NOT NULL REFERENCES charges (id), minor INTEGER NOT NULL CHECK (minor > 0), currency TEXT NOT NULL,
    reason TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refunds_by_charge ON refunds (charge);
CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (reference TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, next_try REAL, error TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS events_due ON events (next_try) WHERE next_try IS NOT NULL;
"""

LATER = {
    "methods": {"holder": "TEXT NOT NULL DEFAULT ''", "invalid_code": "TEXT NOT NULL DEFAULT ''", "removed_at": "TEXT"}
}
"""Columns that a file of an earlier version lacks."""

# A checkpoint waits for the disk: one for some thousand charges, not one a hundred. Pages of 4 KiB.
CHECKPOINT_PAGES = 20_000
CACHE_KIB = 64 * 1024

# No digits: a search of the store for card numbers must never stumble over an id.
ID_LETTERS = "abcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 24
# One look-up a byte. 256 is no multiple of 26, so some letters come up a little more often; 112 bits stay all the same.
TO_LETTERS = bytes(ord(ID_LETTERS[byte % len(ID_LETTERS)]) for byte in range(256))


class StoreInUse(Exception):
    """Another sandbox process has this store open."""


def new_id(prefix: str) -> str:
    """An id that can't be guessed (112 bits): page addresses are made of them."""
    return f"{prefix}_{secrets.token_bytes(ID_LENGTH).translate(TO_LETTERS).decode()}"


def insert(db: sqlite3.Connection, table: str, values: Mapping[str, object]) -> None:
    """Add one row; table and column names are the code's own, never a caller's."""
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))  # noqa: S608


def clear(db: sqlite3.Connection) -> None:
    """Remove every row, children first."""
    for table in ("events", "attempts", "keys", "refunds", "charges", "setups", "methods", "settings"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are the line above


def _add_later_columns(db: sqlite3.Connection) -> None:
    for table, columns in LATER.items():
        known = {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}
        for name in columns.keys() - known:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")


class Store:
    """Opens (and makes) the file. WAL: a killed process loses no commit; only a power cut could lose the last."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=2, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        try:
            # Exclusive: a second process on the same books would not see this one's keys in use.
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.executescript(SCHEMA)
            _add_later_columns(self._db)
        except sqlite3.OperationalError as fault:
            self._db.close()
            raise StoreInUse(f"{path} is in use by another sandbox, or can't be written: {fault}") from fault

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Threads wait for each other here, so what was read stays true until the commit."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Wait for the transaction under way, then close."""
        with self._lock:
            self._db.close()
