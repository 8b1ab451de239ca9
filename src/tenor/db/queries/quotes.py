"""Stored quotes, and the payments of their orders, for the pages that show them. Call within `account_scope`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from tenor.db.codec import decode_quote, decode_request
from tenor.db.models import Order, Payment
from tenor.db.models import Quote as QuoteRow
from tenor.domain.lifecycle import IN_FLIGHT, PaymentStatus
from tenor.domain.quote import Quote
from tenor.domain.requests import Request


@dataclass(frozen=True, slots=True)
class QuoteShown:
    """A quote that somebody asked for. `accepted_at` and `order_id` once it was submitted; an order may be missing
    for good where nothing was to be paid. `replaces` is the stale quote that it is shown beside.
    """

    id: UUID
    request: Request
    quote: Quote
    priced_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    replaces: UUID | None
    order_id: UUID | None


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """A payment that may still take money. `action_url` is the gateway's page that waits for the customer, or ""."""

    id: UUID
    status: PaymentStatus
    action_url: str


def find_quote(account_id: UUID, quote_id: UUID) -> tuple[QuoteShown | None, QuoteShown | None]:
    """The account's quote of that id, and the stale one that it replaces. One query.

    None where it has none, or nobody asked for it (a renewal).
    """
    own = QuoteRow.objects.filter(account_id=account_id).exclude(request={})
    replaced = own.filter(id=quote_id).values("replaces_id")
    orders = Order.objects.filter(account_id=account_id, quote_id=OuterRef("id")).values("id")
    rows = own.filter(Q(id=quote_id) | Q(id=Subquery(replaced))).annotate(order=Subquery(orders[:1])).values(*_COLUMNS)
    found = {row["id"]: _shown(row) for row in rows}
    quote = found.pop(quote_id, None)
    return quote, next(iter(found.values()), None)


def read_outcome(account_id: UUID, quote_id: UUID) -> Quote:
    """What was planned, of any quote of the account, a renewal's too. One query."""
    return decode_quote(QuoteRow.objects.values_list("outcome", flat=True).get(account_id=account_id, id=quote_id))


_COLUMNS = ("id", "request", "outcome", "priced_at", "expires_at", "accepted_at", "replaces_id", "order")


def _shown(row: dict[str, Any]) -> QuoteShown:
    return QuoteShown(
        id=row["id"],
        request=decode_request(row["request"]),
        quote=decode_quote(row["outcome"]),
        priced_at=row["priced_at"],
        expires_at=row["expires_at"],
        accepted_at=row["accepted_at"],
        replaces=row["replaces_id"],
        order_id=row["order"],
    )


def payment_in_flight(account_id: UUID, order_id: UUID) -> PaymentShown | None:
    """The order's payment that is under way, if there is one: one at most. One query."""
    found = Payment.objects.filter(account_id=account_id, invoice__order_id=order_id, status__in=IN_FLIGHT)
    row = found.values_list("id", "status", "action_url").first()
    return None if row is None else PaymentShown(row[0], PaymentStatus(row[1]), row[2])
