"""Renew what has expired, its dates unmoved: the term begins where the last one ended (rules 3, 7)."""

from datetime import date

from tenor.domain.account import AccountState, Actor
from tenor.domain.eligibility import Action, check
from tenor.domain.eligibility.case import Case
from tenor.domain.eligibility.method_rules import paying_method
from tenor.domain.methods import chargeable, charged_to
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.renewals import Bought, next_term, paid_today
from tenor.domain.requests import RenewLate


def plan(state: AccountState, offer: Offer, actor: Actor, ask: RenewLate, today: date) -> Quote:
    """The quote for the term that was missed, at today's list price (policy: the special price).

    Whether it renews by itself afterwards stays as the customer left it. Raises Refusal: unknown_subscription,
    unknown_method, method_kind_not_taken, method_not_usable, not_eligible (with every reason), not_sold.
    """
    subscription = state.subscription(ask.subscription_id)
    wanted = None if ask.method_id is None else chargeable(state, offer, ask.method_id, today)
    check(state, offer, Action.RENEW_LATE, charged_to(subscription, wanted), actor, today)
    method = wanted or paying_method(Case(state, offer, Action.RENEW_LATE, actor, today), subscription)
    term = next_term(state, offer, subscription, today, Bought.LATE)
    return paid_today(state, offer, [term], today, action=ask.kind, method_id=method.id if method else None)
