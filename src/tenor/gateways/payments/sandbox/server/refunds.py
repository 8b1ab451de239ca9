"""Refunds: money back from a charge that was paid, never more than it took."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from tenor.gateways.payments.sandbox.server import clock, events, fields
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.store import insert, new_id


def create(db: sqlite3.Connection, body: Mapping[str, Any]) -> dict[str, Any]:
    """Refund a charge, all or part. Raises Refused before anything is written."""
    amount = fields.amount(body)
    charge = _paid_charge(db, fields.text(body, "charge_reference"))
    if amount.currency != charge["currency"]:
        raise Refused("currency_mismatch", f"the charge was in {charge['currency']}")
    left = charge["minor"] - _refunded(db, charge["id"])
    if amount.minor > left:
        raise Refused("more_than_is_left", f"of this charge {left} {charge['currency']} (minor units) is left")
    values = {
        "id": new_id("re"),
        "reference": fields.text(body, "reference"),
        "charge": charge["id"],
        "minor": amount.minor,
        "currency": amount.currency,
        "reason": fields.text(body, "reason", empty=True),
        "status": "succeeded",
        "created_at": clock.text(clock.now(db)),
    }
    insert(db, "refunds", values)
    events.append(
        db,
        "refund.succeeded",
        reference=values["reference"],
        occurred_at=clock.now(db),
        charge_reference=charge["reference"],
    )
    row = db.execute("SELECT * FROM refunds WHERE id = ?", (values["id"],)).fetchone()
    return _shown(row, charge["reference"])


def _paid_charge(db: sqlite3.Connection, reference: str) -> sqlite3.Row:
    rows = db.execute("SELECT * FROM charges WHERE reference = ? ORDER BY seq", (reference,)).fetchall()
    if not rows:
        raise Refused("no_such_charge", "no charge has that reference", 404)
    paid: list[sqlite3.Row] = [row for row in rows if row["status"] == "succeeded"]
    if not paid:
        raise Refused("not_paid", f"the charge is {rows[-1]['status']}, so there is nothing to give back")
    return paid[0]


def _refunded(db: sqlite3.Connection, charge_id: str) -> int:
    found = db.execute("SELECT coalesce(sum(minor), 0) AS back FROM refunds WHERE charge = ?", (charge_id,))
    return int(found.fetchone()["back"])


def of_charge(db: sqlite3.Connection, charge: sqlite3.Row) -> list[dict[str, Any]]:
    """The refunds of a charge, oldest first, as the API tells them."""
    rows = db.execute("SELECT * FROM refunds WHERE charge = ? ORDER BY seq", (charge["id"],))
    return [_shown(row, charge["reference"]) for row in rows]


def _shown(row: sqlite3.Row, charge_reference: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "reference": row["reference"],
        "charge_reference": charge_reference,
        "status": row["status"],
        "amount": {"minor": row["minor"], "currency": row["currency"]},
        "created_at": row["created_at"],
    }
