"""Charges: make, find, approve or refuse at the bank, cancel, settle and reverse."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tenor.gateways.payments.sandbox.server import behaviours, clock, events, fields, methods, refunds
from tenor.gateways.payments.sandbox.server.behaviours import Outcome
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.store import insert, new_id

PAGE = 500
ANSWER_FIRST_SECONDS = 1.5
"""Whoever was answered needs no event for a while: by the time it comes, the answer is written down."""


def create(db: sqlite3.Connection, body: Mapping[str, Any], public_url: str) -> dict[str, Any]:
    """Charge a stored method; answers the charge as the API tells it. Raises Refused before anything is written."""
    method = methods.row_of(db, fields.text(body, "method"))
    amount = fields.amount(body)
    on_session = fields.flag(body, "on_session")
    now = clock.now(db)
    outcome = _outcome(method, now, on_session=on_session)
    values = {
        "id": new_id("ch"),
        "reference": fields.text(body, "reference"),
        "method": method["id"],
        "minor": amount.minor,
        "currency": amount.currency,
        "description": fields.text(body, "description", empty=True),
        "return_url": fields.address(body, "return_url", empty=not on_session),
        "locale": fields.text(body, "locale", empty=True),
        "status": outcome.status,
        "decline_code": outcome.code,
        "decline_final": outcome.final,
        "due_at": _settles_at(now) if outcome.status == "processing" else None,
        "created_at": clock.text(now),
    }
    insert(db, "charges", values)
    _tell(db, values["reference"], outcome.status, now, next_try=clock.real_seconds() + ANSWER_FIRST_SECONDS)
    return _shown(values, [], public_url)


def _settles_at(now: datetime) -> str:
    return clock.text(clock.business_days_later(now, behaviours.SETTLES_AFTER_BUSINESS_DAYS))


def _outcome(method: sqlite3.Row, now: datetime, *, on_session: bool) -> Outcome:
    if method["invalid_code"]:
        return Outcome("declined", method["invalid_code"], final=True)
    expires = (method["expiry_year"], method["expiry_month"])
    if method["kind"] == "card" and expires < (now.year, now.month):
        return behaviours.CARD_EXPIRED
    return behaviours.at_once(method["kind"], method["behaviour"], on_session=on_session)


def _tell(
    db: sqlite3.Connection, reference: str, status: str, when: datetime, next_try: float = events.AT_ONCE
) -> None:
    kind = f"charge.{status}"
    events.append(db, kind, reference=reference, occurred_at=when, charge_reference=reference, next_try=next_try)


def move(db: sqlite3.Connection, charge: sqlite3.Row, outcome: Outcome, when: datetime, due: str | None = None) -> None:
    """Bring a charge to its next status and tell; `due` is when the one after that falls due."""
    db.execute(
        "UPDATE charges SET status = ?, decline_code = ?, decline_final = ?, due_at = ? WHERE id = ?",
        (outcome.status, outcome.code, outcome.final, due, charge["id"]),
    )
    _tell(db, charge["reference"], outcome.status, when)


def row_of(db: sqlite3.Connection, charge_id: str) -> sqlite3.Row:
    """The stored row. Raises Refused (`no_such_charge`)."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM charges WHERE id = ?", (charge_id,)).fetchone()
    if row is None:
        raise Refused("no_such_charge", "no charge has that id", 404)
    return row


def by_reference(db: sqlite3.Connection, reference: str) -> list[sqlite3.Row]:
    """Every charge with the caller's reference, oldest first."""
    return db.execute("SELECT * FROM charges WHERE reference = ? ORDER BY seq", (reference,)).fetchall()


def since(db: sqlite3.Connection, start: str, after: int) -> list[sqlite3.Row]:
    """Up to PAGE charges booked at or after `start` whose sequence number is above `after`."""
    return db.execute(
        "SELECT * FROM charges WHERE created_at >= ? AND seq > ? ORDER BY seq LIMIT ?", (start, after, PAGE)
    ).fetchall()


def cancel(db: sqlite3.Connection, reference: str) -> str:
    """Call off a charge that waits or is under way; one that ended stays as it is. Answers its id."""
    found = by_reference(db, reference)
    if not found:
        raise Refused("no_such_charge", "no charge has that reference", 404)
    open_ones = [row for row in found if row["status"] in ("requires_action", "processing")]
    for row in open_ones:
        move(db, row, Outcome("canceled"), clock.now(db))
    return str((open_ones or found)[-1]["id"])


def answer_bank(db: sqlite3.Connection, charge_id: str, *, approved: bool) -> sqlite3.Row:
    """The payer approved or refused on the bank's page. A second answer changes nothing."""
    row = row_of(db, charge_id)
    if row["status"] == "requires_action":
        move(db, row, behaviours.PAID if approved else behaviours.BANK_REFUSED, clock.now(db))
    return row


def settle_due(db: sqlite3.Connection) -> int:
    """Carry out what has fallen due by the clock, each at its own instant. Answers how many steps were taken."""
    steps = 0
    while row := db.execute(
        "SELECT c.*, m.behaviour FROM charges c JOIN methods m ON m.id = c.method"
        " WHERE c.due_at <= ? ORDER BY c.due_at, c.seq LIMIT 1",
        (clock.text(clock.now(db)),),
    ).fetchone():
        _settle(db, row, datetime.fromisoformat(row["due_at"]))
        steps += 1
    return steps


def _settle(db: sqlite3.Connection, row: sqlite3.Row, when: datetime) -> None:
    if row["status"] == "succeeded":
        move(db, row, Outcome("reversed"), when)
        return
    later = clock.business_days_later(when, behaviours.REVERSED_AFTER_BUSINESS_DAYS)
    due = clock.text(later) if row["behaviour"] == "reversed" else None
    move(db, row, behaviours.AT_SETTLEMENT[row["behaviour"]], when, due)


def shown(db: sqlite3.Connection, rows: Sequence[sqlite3.Row], public_url: str) -> list[dict[str, Any]]:
    """Charges as the API tells them, each with its refunds."""
    return [_shown(row, refunds.of_charge(db, row), public_url) for row in rows]


def _shown(row: sqlite3.Row | Mapping[str, Any], its_refunds: list[dict[str, Any]], public_url: str) -> dict[str, Any]:
    declined = row["status"] == "declined"
    locale = f"?locale={row['locale']}" if row["locale"] else ""
    return {
        "id": row["id"],
        "reference": row["reference"],
        "method": row["method"],
        "status": row["status"],
        "amount": {"minor": row["minor"], "currency": row["currency"]},
        "description": row["description"],
        "action_url": f"{public_url}/bank/{row['id']}{locale}" if row["status"] == "requires_action" else "",
        "decline": {"code": row["decline_code"], "final": bool(row["decline_final"])} if declined else None,
        "refunds": its_refunds,
        "created_at": row["created_at"],
    }
