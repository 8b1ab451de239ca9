"""Stored ways to pay: last4, brand, expiry, mandate, and the behaviour's name. No number is ever kept."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenor.gateways.payments.sandbox.server import behaviours, clock, events, fields
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.store import insert, new_id

DEFAULT_EXPIRY = (2049, 12)
LATEST_YEAR = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMethod:
    """What is kept of a way to pay."""

    kind: str
    behaviour: str
    brand: str = ""
    last4: str = ""
    expiry: tuple[int, int] | None = None
    holder: str = ""


def sample(kind: str, behaviour: str, expiry: tuple[int, int] = DEFAULT_EXPIRY) -> NewMethod:
    """The method that typing the first test number of that behaviour would make. Raises Refused."""
    behaviours.check(kind, behaviour)
    if kind == "card":
        card = next(card for card in behaviours.CARDS if card.behaviour == behaviour)
        return of_card(card, expiry)
    if kind == "direct_debit":
        return of_iban(next(iban for iban in behaviours.IBANS if iban.behaviour == behaviour))
    return NewMethod(kind="paypal", behaviour=behaviour, brand="paypal")


def of_card(card: behaviours.SandboxCard, expiry: tuple[int, int]) -> NewMethod:
    """What is kept of a card: `expiry` is (year, month)."""
    return NewMethod(kind="card", behaviour=card.behaviour, brand=card.brand, last4=card.number[-4:], expiry=expiry)


def of_iban(iban: behaviours.SandboxIban, holder: str = "") -> NewMethod:
    """What is kept of a bank account."""
    return NewMethod(
        kind="direct_debit",
        behaviour=iban.behaviour,
        brand=f"iban_{iban.number[:2].lower()}",
        last4=iban.number[-4:],
        holder=holder,
    )


def add(db: sqlite3.Connection, method: NewMethod) -> str:
    """Store a method; answers its id. A direct debit gets a mandate reference."""
    method_id = new_id("pm")
    mandate = new_id("md").upper().replace("_", "-")[:15] if method.kind == "direct_debit" else ""
    year, month = method.expiry or (None, None)
    values = {
        "id": method_id,
        "kind": method.kind,
        "behaviour": method.behaviour,
        "last4": method.last4,
        "brand": method.brand,
        "expiry_year": year,
        "expiry_month": month,
        "mandate_reference": mandate,
        "holder": method.holder,
        "created_at": clock.text(clock.now(db)),
    }
    insert(db, "methods", values)
    return method_id


def row_of(db: sqlite3.Connection, method_id: str) -> sqlite3.Row:
    """The stored row. Raises Refused (`no_such_method`)."""
    found = db.execute("SELECT * FROM methods WHERE id = ? AND removed_at IS NULL", (method_id,))
    row: sqlite3.Row | None = found.fetchone()
    if row is None:
        raise Refused("no_such_method", "no stored method has that reference", 404)
    return row


def behaviour_of(db: sqlite3.Connection, method_id: str) -> str:
    """How a method behaves, removed or not; "" for one that was never stored."""
    row = db.execute("SELECT behaviour FROM methods WHERE id = ?", (method_id,)).fetchone()
    return "" if row is None else str(row["behaviour"])


def update(db: sqlite3.Connection, method_id: str, asked: Mapping[str, Any]) -> sqlite3.Row:
    """Change whose it is, and the expiry of a card that was renewed. Raises Refused."""
    row = row_of(db, method_id)
    holder = fields.text(asked, "holder", empty=True)
    year, month = row["expiry_year"], row["expiry_month"]
    if "expiry_year" in asked:
        year, month = _expiry(db, row, asked)
    renewed = row["invalid_code"] == "expired_card" and (year, month) != (row["expiry_year"], row["expiry_month"])
    db.execute(
        "UPDATE methods SET holder = ?, expiry_year = ?, expiry_month = ?, invalid_code = ? WHERE id = ?",
        (holder, year, month, "" if renewed else row["invalid_code"], method_id),
    )
    return row_of(db, method_id)


def _expiry(db: sqlite3.Connection, row: sqlite3.Row, asked: Mapping[str, Any]) -> tuple[int, int]:
    if row["kind"] != "card":
        raise Refused("not_a_card", "only a card has an expiry")
    year = fields.whole(asked, "expiry_year", 0, most=LATEST_YEAR)
    month = fields.whole(asked, "expiry_month", 0, most=12)
    now = clock.now(db)
    if month < 1 or (year, month) < (now.year, now.month):
        raise Refused("expiry_passed", "a card with that expiry could not be charged")
    return year, month


def remove(db: sqlite3.Connection, method_id: str) -> None:
    """Forget it. Raises Refused (`no_such_method`), also the second time."""
    row_of(db, method_id)
    db.execute("UPDATE methods SET removed_at = ? WHERE id = ?", (clock.text(clock.now(db)), method_id))


def invalidate(db: sqlite3.Connection, method_id: str, code: str) -> sqlite3.Row:
    """The payer's bank refuses it for good from now on; whoever listens is told."""
    row_of(db, method_id)
    db.execute("UPDATE methods SET invalid_code = ? WHERE id = ?", (code, method_id))
    events.append(db, "method.invalidated", reference=method_id, occurred_at=clock.now(db))
    return row_of(db, method_id)


def renew(db: sqlite3.Connection, method_id: str, expiry: tuple[int, int]) -> sqlite3.Row:
    """The bank sent the payer a new card of the same account, and told the provider its expiry."""
    row_of(db, method_id)
    db.execute("UPDATE methods SET expiry_year = ?, expiry_month = ? WHERE id = ?", (*expiry, method_id))
    events.append(db, "method.updated", reference=method_id, occurred_at=clock.now(db))
    return row_of(db, method_id)


SHOWN = ("id", "kind", "brand", "last4", "expiry_year", "expiry_month", "mandate_reference", "holder", "invalid_code")


def shown(row: sqlite3.Row) -> dict[str, Any]:
    """A method as the API tells it; how it will behave stays the sandbox's secret, as a bank's would."""
    return {field: row[field] for field in SHOWN}
