"""Another renewal in place of an unpaid one, as the customer chose it: credited, invoiced anew, charged (rules 7)."""

from dataclasses import replace
from uuid import UUID

from tenor.db.effects import apply_effects
from tenor.domain.account import Actor
from tenor.domain.effects import BillCarried, MoveRenewal, StartTerm, WithdrawInvoice
from tenor.domain.quote import Collection, Quote
from tenor.domain.requests import ChangeOwed
from tenor.usecases.demand_payment import demand_payment, draft_invoice
from tenor.usecases.issue_invoice import issue_invoice
from tenor.usecases.keep_method import keep_method
from tenor.usecases.load import Loaded
from tenor.usecases.place_order import PlacedOrder, place_order
from tenor.usecases.session import Session
from tenor.usecases.tell import About, tell
from tenor.usecases.withdraw_invoice import withdraw_invoice
from tenor.usecases.write_order import write_lines, write_order

WHEN_PAID = (StartTerm, MoveRenewal, BillCarried)
"""The effects that wait for the money; the others end what was owed before, at once."""


def change_owed(
    loaded: Loaded, quote_id: UUID, quote: Quote, ask: ChangeOwed, actor: Actor, session: Session
) -> PlacedOrder:
    """Carry out an accepted quote. Call with the account locked.

    The new order is a renewal like the one it replaces: issued at once, and followed up where its charge fails.
    The method that was chosen for it goes on paying as `ask.keep` says (see `keep_method`).
    Returns it with the payment to collect, None where there is nothing to collect.
    """
    account_id = UUID(loaded.state.id)
    at_once = tuple(effect for effect in quote.effects if not isinstance(effect, WHEN_PAID))
    apply_effects(account_id, at_once, now=loaded.now, today=loaded.today, by=actor)
    over = [withdraw_invoice(loaded, effect, quote.action) for effect in at_once if isinstance(effect, WithdrawInvoice)]
    when_paid = tuple(effect for effect in quote.effects if isinstance(effect, WHEN_PAID))
    renewal = replace(quote, action="renew", effects=when_paid)
    if quote.collection is not Collection.GATEWAY:
        return place_order(loaded, quote_id, renewal, actor, session)
    order = write_order(loaded, quote_id, renewal, actor)
    invoice = draft_invoice(loaded, order, renewal, write_lines(order, renewal))
    issue_invoice(loaded, invoice)
    about = About(account_id, quote=quote_id, order=order.id, invoice=invoice.id)
    tell(about, "order_placed", actor, loaded.now, after=quote.effects)
    before = {"order": ", ".join(one.number for one in over)}
    tell(about, "renewal_replaced", actor, loaded.now, before=before, after={"order": order.number})
    payment = demand_payment(loaded, order, invoice, quote.method_id, session)
    if ask.method_id is not None:
        keep_method(loaded, order, ask.method_id, actor, keep=ask.keep)
    return PlacedOrder(order.id, payment.id)
