"""Pay the next term of one or many subscriptions now: dates do not move, today's prices hold (rules 3, 7)."""

from collections.abc import Iterable
from datetime import date

from tenor.domain.account import AccountState, Actor, PaymentMethod, Subscription
from tenor.domain.choosing import check_all, chosen
from tenor.domain.eligibility import Action
from tenor.domain.eligibility.case import Case
from tenor.domain.eligibility.method_rules import paying_method
from tenor.domain.methods import chargeable, charged_to
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import Bought, next_term, paid_today
from tenor.domain.requests import RenewEarly


def plan(state: AccountState, offer: Offer, actor: Actor, ask: RenewEarly, today: date) -> Quote:
    """The quote for next terms paid ahead: one order, everything that is scheduled merged into each term.

    A term that begins later waits as the subscription's `coming` one. The method that is chosen pays this order, and no
    more: what pays later renewals stays. Raises Refusal: nothing_chosen, too_many_chosen, unknown_subscription,
    unknown_method, method_kind_not_taken, method_not_usable, not_eligible (with every reason of every subscription),
    methods_differ where none is chosen and they have none in common, taxes_differ, not_sold.
    """
    owned = chosen(state, ask.subscription_ids, offer.policy.most_at_once)
    wanted = None if ask.method_id is None else chargeable(state, offer, ask.method_id, today)
    judged = tuple(charged_to(one, wanted) for one in owned)
    check_all(state, offer, Action.RENEW_EARLY, judged, actor, today)
    method = wanted or shared_method(Case(state, offer, Action.RENEW_EARLY, actor, today), owned)
    terms = [next_term(state, offer, one, today, Bought.EARLY) for one in owned]
    return paid_today(state, offer, terms, today, action=ask.kind, method_id=method.id)


def shared_method(case: Case, owned: Iterable[Subscription]) -> PaymentMethod:
    """The one method that pays all of them. Raises Refusal("methods_differ") where there is none."""
    methods = {method.id: method for one in owned if (method := paying_method(case, one))}
    if len(methods) != 1:
        labels = sorted(method.label for method in methods.values())
        raise Refusal("methods_differ", {"methods": ", ".join(labels)})
    return methods.popitem()[1]
