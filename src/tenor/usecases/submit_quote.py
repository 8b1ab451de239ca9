"""Carry out a quote exactly as it was shown, or refuse it as stale. Never a third thing (rules 9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.codec import decode_request
from tenor.db.effects import apply_effects
from tenor.db.locks import retrying
from tenor.db.models import Order as OrderRow
from tenor.db.models import Quote as QuoteRow
from tenor.domain.account import Actor
from tenor.domain.effects import Effect, Schedule, SetMethod
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import Request
from tenor.usecases.close_order import in_flight
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.place_order import place_order
from tenor.usecases.preview_change import store_quote
from tenor.usecases.session import Session
from tenor.usecases.tell import About, Letter, tell, write_mail


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a quote. `order` is None for a change that costs nothing now; `payment_id` is still to collect."""

    order_id: UUID | None
    payment_id: UUID | None


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
        loaded = lock_and_load(account_id, now)
        stored = QuoteRow.objects.filter(account_id=account_id, id=quote_id).first()
        if stored is None or not stored.request:
            raise Refusal("unknown_quote", {"quote": str(quote_id)})
        if stored.accepted_at is not None:
            return _answer_of(stored)
        request = Request(actor, decode_request(stored.request).ask)
        fresh = plan(loaded.state, loaded.offer, request, loaded.today)
        if fresh.fingerprint != stored.fingerprint or now >= stored.expires_at:
            replaced = store_quote(loaded, actor.id, fresh, request, replaces=stored.id)
            changed = "changed" if fresh.fingerprint != stored.fingerprint else "expired"
            return Refusal("quote_stale", {"old": str(stored.id), "new": str(replaced.id), "because": changed})
        stored.accepted_at = now
        stored.save(update_fields=["accepted_at"])
        return _carry_out(loaded, stored, fresh, actor, session)


def _carry_out(loaded: Loaded, stored: QuoteRow, quote: Quote, actor: Actor, session: Session) -> Submitted:
    if quote.lines:
        placed = place_order(loaded, stored.id, quote, actor, session)
        return Submitted(placed.order_id, placed.payment_id)
    apply_effects(stored.account_id, quote.effects, now=loaded.now, today=loaded.today, by=actor)
    for subscription_id, effects in _by_subscription(quote.effects).items():
        about = About(stored.account_id, subscription=subscription_id, quote=stored.id)
        tell(about, quote.action, actor, loaded.now, after=effects)
    write_mail(stored.account_id, actor, loaded.now, Letter(quote.action, stored.id))
    return Submitted(None, None)


def _by_subscription(effects: Iterable[Effect]) -> dict[str, list[Effect]]:
    """What changes for each subscription."""
    found: dict[str, list[Effect]] = {}
    for effect in effects:
        if isinstance(effect, SetMethod | Schedule):
            found.setdefault(effect.subscription_id, []).append(effect)
    return found


def _answer_of(stored: QuoteRow) -> Submitted:
    """What the first submit came to; a payment that it wrote down and did not live to collect is collected now."""
    order = OrderRow.objects.filter(account_id=stored.account_id, quote_id=stored.id).first()
    payment = in_flight(stored.account_id, order.id) if order else None
    pending = payment.id if payment and payment.status == PaymentStatus.PENDING else None
    return Submitted(order.id if order else None, pending)
