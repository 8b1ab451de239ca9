"""Carry out a quote that nobody has to pay for: what is scheduled, set, or given back."""

from uuid import UUID

from tenor.db.effects import apply_effects
from tenor.domain.account import Actor
from tenor.domain.effects import GiveBack, WithdrawInvoice
from tenor.domain.quote import Quote
from tenor.domain.requests import Ask, DeclineOwed, ReturnOrder, SetAutoRenew, SetPaymentMethod, subscriptions_of
from tenor.usecases.give_back import give_back
from tenor.usecases.load import Loaded
from tenor.usecases.look_again import look_again
from tenor.usecases.release_seats import tell_released
from tenor.usecases.tell import About, Letter, tell, write_mail
from tenor.usecases.withdraw_invoice import withdraw_invoice


def carry_out_quote(loaded: Loaded, quote_id: UUID, quote: Quote, ask: Ask, actor: Actor) -> tuple[UUID, ...]:
    """Apply the effects, issue the credit notes, tell. Call with the account locked. Returns the refunds to send."""
    account_id = UUID(loaded.state.id)
    released = apply_effects(account_id, quote.effects, now=loaded.now, today=loaded.today, by=actor)
    tell_released(account_id, released, loaded.now)
    given = (give_back(loaded, effect, quote.action) for effect in quote.effects if isinstance(effect, GiveBack))
    refunds = tuple(refund for refund in given if refund is not None)
    for effect in quote.effects:
        if isinstance(effect, WithdrawInvoice):
            withdraw_invoice(loaded, effect, quote.action)
    _tell(loaded, quote_id, quote, ask, actor)
    write_mail(account_id, actor, loaded.now, Letter(quote.action, quote_id))
    if isinstance(ask, SetPaymentMethod):
        look_again(account_id=account_id, now=loaded.now)
    return refunds


def _tell(loaded: Loaded, quote_id: UUID, quote: Quote, ask: Ask, actor: Actor) -> None:
    """One fact about the order that is returned, or about each subscription that the request names."""
    if isinstance(ask, ReturnOrder):
        about = About(loaded.state.id, quote=quote_id, order=UUID(ask.order_id))
        tell(about, quote.action, actor, loaded.now, after=quote.effects)
        return
    for subscription_id in subscriptions_of(ask):
        about = About(loaded.state.id, subscription=subscription_id, quote=quote_id)
        own = [effect for effect in quote.effects if getattr(effect, "subscription_id", None) == subscription_id]
        why = {"why": ask.why} if isinstance(ask, SetAutoRenew | DeclineOwed) and ask.why else {}
        tell(about, quote.action, actor, loaded.now, after={"effects": own, **why})
