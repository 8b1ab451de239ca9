"""What happened, kept for delivery: an event is written in the transaction of the thing it tells."""

import json
import sqlite3
from datetime import datetime
from typing import Any

from tenor.gateways.payments.sandbox.server import clock
from tenor.gateways.payments.sandbox.server.store import insert, new_id

AT_ONCE = 0.0


def append(
    db: sqlite3.Connection,
    kind: str,
    *,
    reference: str,
    occurred_at: datetime,
    charge_reference: str = "",
    next_try: float = AT_ONCE,
) -> None:
    """Note that `kind` ("charge.succeeded") happened to `reference`; the deliverer finds it at once.

    `next_try` is its place in the queue, in real seconds: what only repeats an answer goes behind what is news.
    """
    event_id = new_id("evt")
    body = {
        "id": event_id,
        "kind": kind,
        "subject": kind.partition(".")[0],
        "reference": reference,
        "charge_reference": charge_reference,
        "occurred_at": clock.text(occurred_at),
    }
    insert(db, "events", {"id": event_id, "kind": kind, "body": json.dumps(body), "next_try": next_try})


def listed(db: sqlite3.Connection, after: int = 0) -> list[dict[str, Any]]:
    """Every event after sequence number `after`, with the state of its delivery, in order."""
    rows = db.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq", (after,)).fetchall()
    return [
        {
            **json.loads(row["body"]),
            "seq": row["seq"],
            "delivered": row["next_try"] is None,
            "tries": row["tries"],
            "error": row["error"],
        }
        for row in rows
    ]


def send_again(db: sqlite3.Connection) -> int:
    """Put every event, delivered or not, up for delivery now. Answers how many."""
    return db.execute("UPDATE events SET next_try = 0, tries = 0").rowcount


def forget(db: sqlite3.Connection) -> int:
    """Deliver none of those that wait. Answers how many."""
    return db.execute("UPDATE events SET next_try = NULL WHERE next_try IS NOT NULL").rowcount
