"""Carry out a quote exactly as it was shown, or refuse it as stale. Never a third thing (rules 9)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.codec import decode_request
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Order as OrderRow
from tenor.db.models import Quote as QuoteRow
from tenor.domain.account import Actor
from tenor.domain.effects import GiveBack
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ChangeOwed, Request
from tenor.usecases.carry_out_quote import carry_out_quote
from tenor.usecases.change_owed import change_owed
from tenor.usecases.close_order import in_flight
from tenor.usecases.load import Loaded, load_for
from tenor.usecases.place_order import place_order
from tenor.usecases.preview_change import store_quote
from tenor.usecases.session import Session


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a quote. `order_id` is None for a change that costs nothing now; `payment_id` is still to collect.

    `refunds` are still to be sent; the worker sends those that nobody sends.
    """

    order_id: UUID | None
    payment_id: UUID | None
    refunds: tuple[UUID, ...] = ()


def submit_quote(*, account_id: UUID, quote_id: UUID, actor: Actor, session: Session, now: datetime) -> Submitted:
    """Plan the stored request again under the account's lock, and carry it out if the outcome is the same.

    The same quote submitted twice is one order: the second submit gets the first one's answer. Raises Refusal:
    `unknown_quote`; `quote_stale` with the id of the new quote (nothing was charged, show both side by side); and
    whatever refuses the request by now.
    """
    outcome = retrying(lambda: _submit(account_id, quote_id, actor, session, now))
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _submit(account_id: UUID, quote_id: UUID, actor: Actor, session: Session, now: datetime) -> Submitted | Refusal:
    """One transaction. A stale quote is returned, not raised: the new quote beside it must survive."""
    with account_scope(account_id):
        lock_account(account_id)
        stored = QuoteRow.objects.filter(account_id=account_id, id=quote_id).first()
        if stored is None or not stored.request:
            raise Refusal("unknown_quote", {"quote": str(quote_id)})
        if stored.accepted_at is not None:
            return _answer_of(stored)
        request = Request(actor, decode_request(stored.request).ask)
        loaded = load_for(request.ask, account_id, now)
        fresh = plan(loaded.state, loaded.offer, request, loaded.today, loaded.orders)
        if fresh.fingerprint != stored.fingerprint or now >= stored.expires_at:
            replaced = store_quote(loaded, actor.id, fresh, request, replaces=stored.id)
            changed = "changed" if fresh.fingerprint != stored.fingerprint else "expired"
            return Refusal("quote_stale", {"old": str(stored.id), "new": str(replaced.id), "because": changed})
        stored.accepted_at = now
        stored.save(update_fields=["accepted_at"])
        return _carry_out(loaded, stored, fresh, request, session)


def _carry_out(loaded: Loaded, stored: QuoteRow, quote: Quote, request: Request, session: Session) -> Submitted:
    if isinstance(request.ask, ChangeOwed):
        changed = change_owed(loaded, stored.id, quote, request.ask, request.actor, session)
        return Submitted(changed.order_id, changed.payment_id)
    gives_back = any(isinstance(effect, GiveBack) for effect in quote.effects)
    if quote.lines and not gives_back:
        placed = place_order(loaded, stored.id, quote, request.actor, session)
        return Submitted(placed.order_id, placed.payment_id)
    refunds = carry_out_quote(loaded, stored.id, quote, request.ask, request.actor)
    return Submitted(None, None, refunds)


def _answer_of(stored: QuoteRow) -> Submitted:
    """What the first submit came to; a payment that it wrote down and did not live to collect is collected now."""
    order = OrderRow.objects.filter(account_id=stored.account_id, quote_id=stored.id).first()
    payment = in_flight(stored.account_id, order.id) if order else None
    pending = payment.id if payment and payment.status == PaymentStatus.PENDING else None
    return Submitted(order.id if order else None, pending)
