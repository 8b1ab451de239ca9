"""Orders for their pages: one in one query (what was agreed, its document, every try to collect it)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.codec import decode_quote
from tenor.db.outcomes import OUTCOME
from tenor.domain.money import Money
from tenor.domain.quote import Quote

_RECEIPT = f"""
SELECT to_jsonb(o), {OUTCOME},
       (SELECT jsonb_build_array(i.number, i.issued_on, i.due_on, i.status, i.parties)
        FROM db_invoice i
        WHERE i.account_id = o.account_id AND i.order_id = o.id AND i.kind = 'invoice' AND i.status <> 'void'),
       (SELECT jsonb_agg(to_jsonb(p) || jsonb_build_object('label', m.label) ORDER BY p.created_at, p.id)
        FROM db_payment p
        JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
        LEFT JOIN db_paymentmethod m ON m.account_id = p.account_id AND m.id = p.method_id
        WHERE i.account_id = o.account_id AND i.order_id = o.id),
       (SELECT jsonb_agg(s.subscription_id) FROM db_ordersubscription s
        WHERE s.account_id = o.account_id AND s.order_id = o.id AND s.returned_at IS NOT NULL)
FROM db_order o
WHERE o.account_id = %s AND o.id = %s
"""  # noqa: S608 - the expression is ours


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer as the invoice has them; `address` line by line, `country` a code (ISO 3166)."""

    name: str
    address: tuple[str, ...]
    country: str
    vat_id: str


@dataclass(frozen=True, slots=True)
class Document:
    """The order's invoice. `number` is "" and the days are None while it is a draft."""

    number: str
    issued_on: date | None
    due_on: date | None
    status: str
    seller: Party
    buyer: Party


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to collect the order. `action_url` is where the customer goes on, "" where nothing is to do."""

    id: UUID
    status: str
    amount: Money
    method_label: str
    decline_code: str
    action_url: str
    created_at: datetime
    settled_at: datetime | None
    surplus: bool = False
    """It took money for what another one had paid, and is given back."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One order. `waiting_for` is a code, "" when nothing holds it up; `staff` acted on the customer's behalf.

    `returned` are the subscriptions whose part of it was given back by itself.
    """

    id: UUID
    number: str
    action: str
    status: str
    waiting_for: str
    placed_at: datetime
    placed_by: str
    staff: str
    expires_at: datetime
    fulfilled_at: datetime | None
    closed_at: datetime | None
    total: Money
    method_id: str | None
    quote: Quote
    document: Document | None
    attempts: tuple[Attempt, ...]
    returned: frozenset[str] = frozenset()


def read_receipt(account_id: UUID, order_id: UUID) -> Receipt | None:
    """The order; None where the account has none such. Call within `account_scope`."""
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPT, [account_id, order_id])
        row = cursor.fetchone()
    if row is None:
        return None
    order, outcome, document, attempts, returned = (_json(column) for column in row)
    return Receipt(
        id=UUID(order["id"]),
        number=order["number"],
        action=order["action"],
        status=order["status"],
        waiting_for=order["waiting_for"],
        placed_at=datetime.fromisoformat(order["placed_at"]),
        placed_by=order["placed_by_name"],
        staff=order["placed_by_staff"],
        expires_at=datetime.fromisoformat(order["expires_at"]),
        fulfilled_at=_instant(order["fulfilled_at"]),
        closed_at=_instant(order["closed_at"]),
        total=Money(order["total_minor"], order["currency"]),
        method_id=order["method_id"],
        quote=decode_quote(outcome),
        document=_document(*document) if document else None,
        attempts=tuple(map(_attempt, attempts or ())),
        returned=frozenset(returned or ()),
    )


def _json(column: str | None) -> Any:
    return None if column is None else json.loads(column)


def _document(
    number: str | None, issued_on: str | None, due_on: str | None, status: str, parties: Mapping[str, Any]
) -> Document:
    seller, buyer = _party(parties.get("seller", {})), _party(parties.get("customer", {}))
    return Document(number or "", _day(issued_on), _day(due_on), status, seller, buyer)


def _party(stored: Mapping[str, str]) -> Party:
    """A party as it stood on the document; what was not known then is left out."""
    name, street, region = (stored.get(field, "") for field in ("name", "street", "region"))
    town = " ".join(filter(None, (stored.get("postal_code"), stored.get("city"))))
    address = tuple(filter(None, (street, town, region)))
    return Party(name, address, stored.get("country", ""), stored.get("vat_id", ""))


def _attempt(row: Mapping[str, Any]) -> Attempt:
    return Attempt(
        id=UUID(row["id"]),
        status=row["status"],
        amount=Money(row["amount_minor"], row["currency"]),
        method_label=row["label"] or "",
        decline_code=row["decline_code"],
        action_url=row["action_url"],
        created_at=datetime.fromisoformat(row["created_at"]),
        settled_at=_instant(row["settled_at"]),
        surplus=row["surplus"],
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
