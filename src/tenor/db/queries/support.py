"""Whom a customer may ask: the seller's support contacts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenor.db.models import Account


@dataclass(frozen=True, slots=True)
class SupportContacts:
    """The seller and its contacts as stored: phone, chat, e-mail, remote desktop, by region, with hours (JSON)."""

    seller_name: str
    contacts: dict[str, Any]


def read_support(account_id: UUID) -> SupportContacts | None:
    """The contacts of the account's seller; call within `account_scope`. One query."""
    row = Account.objects.filter(id=account_id).values_list("seller__name", "seller__support").first()
    return None if row is None else SupportContacts(*row)
