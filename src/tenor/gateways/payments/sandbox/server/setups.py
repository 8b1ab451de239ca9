"""Setups: the storing of a way to pay, from the caller's request to the payer's answer on our page."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tenor.gateways.payments.sandbox.server import behaviours, clock, events, fields, methods
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.methods import NewMethod
from tenor.gateways.payments.sandbox.server.store import insert, new_id


def start(db: sqlite3.Connection, body: Mapping[str, Any]) -> sqlite3.Row:
    """Begin a setup; the same reference and body again give the same one. Raises Refused."""
    kind = fields.text(body, "kind")
    behaviours.check(kind, "paid")
    values = {
        "reference": fields.text(body, "reference"),
        "kind": kind,
        "holder": fields.text(body, "holder", empty=True),
        "return_url": fields.address(body, "return_url"),
        "locale": fields.text(body, "locale", empty=True),
    }
    found = db.execute("SELECT * FROM setups WHERE reference = ?", (values["reference"],)).fetchone()
    if found is not None:
        if any(found[name] != value for name, value in values.items()):
            raise Refused("idempotency_error", "this reference was used for another setup")
        return _row(found)
    values |= {"id": new_id("su"), "status": "pending", "created_at": clock.text(clock.now(db))}
    insert(db, "setups", values)
    return row_of(db, values["id"])


def row_of(db: sqlite3.Connection, setup_id: str) -> sqlite3.Row:
    """The stored row. Raises Refused (`no_such_setup`)."""
    return _row(db.execute("SELECT * FROM setups WHERE id = ?", (setup_id,)).fetchone())


def by_reference(db: sqlite3.Connection, reference: str) -> sqlite3.Row:
    """The setup with the caller's reference. Raises Refused (`no_such_setup`)."""
    return _row(db.execute("SELECT * FROM setups WHERE reference = ?", (reference,)).fetchone())


def _row(row: sqlite3.Row | None) -> sqlite3.Row:
    if row is None:
        raise Refused("no_such_setup", "no setup has that reference", 404)
    return row


def finish(db: sqlite3.Connection, setup: sqlite3.Row, method: NewMethod | None) -> None:
    """The payer gave a method, or none (turned back). A setup that ended stays as it is."""
    if setup["status"] != "pending":
        return
    status = "canceled" if method is None else "succeeded"
    method_id = None if method is None else methods.add(db, replace(method, holder=method.holder or setup["holder"]))
    db.execute("UPDATE setups SET status = ?, method = ? WHERE id = ?", (status, method_id, setup["id"]))
    events.append(db, f"setup.{status}", reference=setup["reference"], occurred_at=clock.now(db))


def shown(db: sqlite3.Connection, row: sqlite3.Row, public_url: str) -> dict[str, Any]:
    """A setup as the API tells it: `url` is where to send the payer."""
    locale = f"?locale={row['locale']}" if row["locale"] else ""
    return {
        "id": row["id"],
        "reference": row["reference"],
        "kind": row["kind"],
        "status": row["status"],
        "method": _method(db, row),
        "url": f"{public_url}/setup/{row['id']}{locale}",
        "created_at": row["created_at"],
    }


def _method(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any] | None:
    """What the setup stored, even where it was removed again since."""
    stored = db.execute("SELECT * FROM methods WHERE id = ?", (row["method"],)).fetchone()
    return None if stored is None else methods.shown(stored)
