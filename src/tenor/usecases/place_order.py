"""The obligation, committed before anyone is asked for money: order, draft invoice, pending payment (docs/adr 4)."""

from dataclasses import dataclass
from uuid import UUID

from tenor.db.models import Subscription
from tenor.domain.account import Actor
from tenor.domain.quote import Collection, Quote
from tenor.usecases.demand_payment import demand_payment, draft_invoice, has_method
from tenor.usecases.follow_decline import ask_for_method
from tenor.usecases.fulfil_order import fulfil_order
from tenor.usecases.issue_invoice import issue_invoice
from tenor.usecases.load import Loaded
from tenor.usecases.session import Session
from tenor.usecases.settle_by_balance import settle_by_balance
from tenor.usecases.tell import About, tell
from tenor.usecases.write_order import named_by, write_lines, write_order


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order, and the payment that is to be collected for it; None where there is nothing to collect."""

    order_id: UUID
    payment_id: UUID | None


def place_order(loaded: Loaded, quote_id: UUID | None, quote: Quote, actor: Actor, session: Session) -> PlacedOrder:
    """Write the order of an accepted quote. Call with the account locked.

    A renewal's invoice is issued at once: the term is owed from its first day on (docs/adr 15). `quote_id` is None for
    one. A zero total, one too small for the gateway, or one that the account's balance pays or gets, is fulfilled at
    once (rules 4).
    """
    order = write_order(loaded, quote_id, quote, actor)
    lines = write_lines(order, quote)
    about = About(order.account_id, quote=quote_id, order=order.id)
    tell(about, "order_placed", actor, loaded.now, after=quote.effects if quote_id else None)
    if not quote.is_invoiced:
        fulfil_order(loaded, order)
        return PlacedOrder(order.id, None)
    invoice = draft_invoice(loaded, order, quote, lines)
    if quote.collection is Collection.BALANCE:
        settle_by_balance(loaded, order, invoice)
        return PlacedOrder(order.id, None)
    if quote.action == "renew":
        issue_invoice(loaded, invoice)
        _claim_renewals(loaded, quote)
    if quote.action == "renew" and not has_method(loaded, quote.method_id):
        ask_for_method(loaded, order)
        return PlacedOrder(order.id, None)
    payment = demand_payment(loaded, order, invoice, quote.method_id, session)
    return PlacedOrder(order.id, payment.id)


def _claim_renewals(loaded: Loaded, quote: Quote) -> None:
    """Until the charge is answered nothing else may be changed: what renews is what the invoice says (rules 8)."""
    renewed = Subscription.objects.filter(account_id=loaded.state.id, id__in=named_by(quote))
    renewed.update(renewal_claimed_at=loaded.now)
