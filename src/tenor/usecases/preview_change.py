"""Price a request without carrying it out, and keep the quote for the submit (rules 9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.models import Quote as QuoteRow
from tenor.domain.planner import plan
from tenor.domain.quote import Quote, canonical
from tenor.domain.requests import Request
from tenor.domain.terms import next_local_midnight
from tenor.usecases.load import Loaded, load_for


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A quote, and until when it can be submitted."""

    id: UUID
    quote: Quote
    expires_at: datetime


def preview_change(*, account_id: UUID, request: Request, now: datetime) -> StoredQuote:
    """The quote of what is asked, priced on the account's local day and stored. Raises Refusal with every reason."""
    with account_scope(account_id):
        loaded = load_for(request.ask, account_id, now)
        quote = plan(loaded.state, loaded.offer, request, loaded.today, loaded.orders)
        return store_quote(loaded, request.actor.id, quote, request)


def accept(loaded: Loaded, quote_id: UUID) -> None:
    """Note that a stored quote is carried out now."""
    QuoteRow.objects.filter(account_id=loaded.state.id, id=quote_id).update(accepted_at=loaded.now)


def store_quote(
    loaded: Loaded, by: str, quote: Quote, request: Request | None = None, replaces: UUID | None = None
) -> StoredQuote:
    """Keep a planned quote for 30 minutes (policy) or to local midnight, whichever is first.

    `request` is None for what nobody asked for: a renewal, a sale recorded by the seller.
    """
    minutes = timedelta(minutes=loaded.offer.policy.quote_minutes)
    row = QuoteRow.objects.create(
        id=new_id(),
        account_id=loaded.state.id,
        action=quote.action,
        request={} if request is None else canonical(request),
        outcome=canonical(quote),
        fingerprint=quote.fingerprint,
        priced_at=loaded.now,
        priced_on=quote.priced_on,
        expires_at=min(loaded.now + minutes, next_local_midnight(loaded.now, loaded.state.time_zone)),
        created_by=by,
        replaces_id=replaces,
    )
    return StoredQuote(row.id, quote, row.expires_at)
