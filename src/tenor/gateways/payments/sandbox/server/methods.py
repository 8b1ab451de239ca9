"""Stored ways to pay: last4, brand, expiry, mandate, and the behaviour's name. No number is ever kept."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from tenor.gateways.payments.sandbox.server import behaviours, clock
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.store import insert, new_id

DEFAULT_EXPIRY = (2049, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMethod:
    """What is kept of a way to pay."""

    kind: str
    behaviour: str
    brand: str = ""
    last4: str = ""
    expiry: tuple[int, int] | None = None


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


def of_iban(iban: behaviours.SandboxIban) -> NewMethod:
    """What is kept of a bank account."""
    return NewMethod(
        kind="direct_debit", behaviour=iban.behaviour, brand=f"iban_{iban.number[:2].lower()}", last4=iban.number[-4:]
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
        "created_at": clock.text(clock.now(db)),
    }
    insert(db, "methods", values)
    return method_id


def row_of(db: sqlite3.Connection, method_id: str) -> sqlite3.Row:
    """The stored row. Raises Refused (`no_such_method`)."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM methods WHERE id = ?", (method_id,)).fetchone()
    if row is None:
        raise Refused("no_such_method", "no stored method has that reference", 404)
    return row


def shown(row: sqlite3.Row) -> dict[str, Any]:
    """A method as the API tells it; how it will behave stays the sandbox's secret, as a bank's would."""
    fields = ("id", "kind", "brand", "last4", "expiry_year", "expiry_month", "mandate_reference")
    return {field: row[field] for field in fields}
