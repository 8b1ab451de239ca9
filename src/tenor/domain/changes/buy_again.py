"""Buy anew what has ended: a new subscription at the list price, from today on (rules 3, 7)."""

from dataclasses import replace
from datetime import date

from tenor.domain.account import AccountState, Actor, PaymentMethod, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.carrying_out import carry_out
from tenor.domain.catalog import Item
from tenor.domain.eligibility import Action, check
from tenor.domain.eligibility.case import Case
from tenor.domain.eligibility.method_rules import paying_method
from tenor.domain.methods import chargeable, charged_to
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import promise
from tenor.domain.requests import BuyAgain
from tenor.domain.sales import Sale, first_term, terms_on_sale


def plan(state: AccountState, offer: Offer, actor: Actor, ask: BuyAgain, today: date) -> Quote:
    """The quote for a new subscription of the same product and plan. It renews by itself; the old one stays ended.

    Raises Refusal: unknown_subscription, unknown_method, method_kind_not_taken, method_not_usable, not_eligible (with
    every reason), seats_outside_limits, term_not_offered, id_in_use where a subscription has the new id already.
    """
    ended = state.subscription(ask.subscription_id)
    wanted = None if ask.method_id is None else chargeable(state, offer, ask.method_id, today)
    check(_paid_by(state, wanted), offer, Action.BUY_AGAIN, charged_to(ended, wanted), actor, today)
    item = _item(state, offer, ended, ask, today)
    if any(one.id == ask.new_id for one in state.subscriptions):
        raise Refusal("id_in_use", {"subscription": ask.new_id})
    method = wanted or paying_method(Case(state, offer, Action.BUY_AGAIN, actor, today), ended)
    stays = None if method is None or (wanted is None and method.is_default) else method.id
    first = first_term(offer, Sale(ask.new_id, item, ask.seats, stays), today)
    after = carry_out(state, [first.opened], today)
    draft = Draft(
        action=ask.kind,
        method_id=method.id if method else None,
        tax_included=first.tax_included,
        lines=(first.line,),
        effects=(first.opened,),
        promised=promise(after, offer, after.subscription(ask.new_id), today),
    )
    return assemble(state, offer, draft, today)


def seats_to_buy(offer: Offer, ended: Subscription) -> tuple[int, int]:
    """The least and the greatest number of seats: the customer's contract sets them, else the product."""
    product, own = offer.product(ended.product), ended.seat_limits
    least = product.min_seats if own.minimum is None else own.minimum
    return least, product.max_seats if own.maximum is None else own.maximum


def _item(state: AccountState, offer: Offer, ended: Subscription, ask: BuyAgain, today: date) -> Item:
    least, most = seats_to_buy(offer, ended)
    if not least <= ask.seats <= most:
        raise Refusal("seats_outside_limits", {"minimum": least, "maximum": most, "asked": ask.seats})
    item = offer.item(state, ended)
    for term in terms_on_sale(offer, item, today):
        if term.months == ask.months:
            return replace(item, term=term)
    raise Refusal("term_not_offered", {"months": ask.months, "product": ended.product})


def _paid_by(state: AccountState, method: PaymentMethod | None) -> AccountState:
    """The account as it is judged where a method is chosen: buying anew is paid by the default one otherwise."""
    if method is None:
        return state
    methods = tuple(replace(each, is_default=each.id == method.id) for each in state.methods)
    return replace(state, methods=methods)
