"""Whatever may be wanted of one subscription, and every reason why not: what "why can't I ...?" asks (rules 8)."""

from collections.abc import Iterable, Mapping
from datetime import date

from tenor.domain.account import AccountState, Actor, Subscription
from tenor.domain.alignment import grouping
from tenor.domain.changes.return_order import PartOf, part_reasons
from tenor.domain.eligibility import Action, align_reasons, available_actions
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrder, PastOrders
from tenor.domain.refusals import Reason, Remedy, Scope
from tenor.domain.under_way import once_paid

Possibilities = Mapping[Action, tuple[Reason, ...]]
"""Every action with the reasons that close it; an action without reasons is open."""

UNASKED = frozenset({"not_expired", "not_ended", "nothing_owed", "already_on", "already_off"})
"""Reasons that say that the action has no object."""
REPLACED: Mapping[Action, frozenset[str]] = {
    Action.RENEW_EARLY: frozenset({"renewal_window_closed", "canceled"}),
    Action.RENEW_LATE: frozenset({"past_due", "suspended", "canceled"}),
    Action.BUY_AGAIN: frozenset({"suspended"}),
    Action.AUTO_RENEW_ON: frozenset({"suspended"}),
    Action.AUTO_RENEW_OFF: frozenset({"suspended"}),
    Action.DECLINE_OWED: frozenset({"owed_not_declinable"}),
}
"""Reasons that say that another action stands for it, early, late or bought again: that one is offered instead."""
FOR_GOOD = frozenset(
    {
        "country_outside_region",
        "role_may_not_buy",
        "bought_from_reseller",
        "legacy_processor",
        "maintenance_plan",
        "product_discontinued",
    }
)


def possibilities(
    state: AccountState, offer: Offer, subscription: Subscription, actor: Actor, today: date, orders: PastOrders
) -> Possibilities:
    """The matrix for one subscription, and what it can't know of: others to align with, an order to return.

    What is so already is closed, too: there is nothing to turn on where renewal is on.
    """
    found = available_actions(state, offer, subscription, actor, today)
    return {
        **found,
        Action.ALIGN: _aligning(state, offer, subscription, actor, today) or found[Action.ALIGN],
        Action.RETURN_ORDER: (
            part_reasons(state, offer, PartOf(order, frozenset({subscription.id})), actor, today, orders)
            if (order := order_to_return(subscription, orders))
            else (*found[Action.RETURN_ORDER], _nothing_to_return(subscription))
        ),
        **{
            action: found[action] or _already(action, once_paid(subscription, offer.policy, today))
            for action in _TURNED_TO
        },
    }


def is_asked(found: tuple[Reason, ...]) -> bool:
    """Whether anybody would want what these close: nobody buys again what runs, or turns on what is on."""
    return not any(reason.code in UNASKED for reason in found)


def is_offered(action: Action, found: tuple[Reason, ...]) -> bool:
    """Whether a page has a place for it, open or closed: it is asked for, and no other action stands for it."""
    return is_asked(found) and not any(reason.code in REPLACED.get(action, ()) for reason in found)


def for_good(found: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons that no remedy of the customer's own does away with, where there are any; else all of them.

    Beside them the others are moot: a payment method opens nothing that is sold by somebody else.
    """
    told = tuple(found)
    return tuple(reason for reason in told if reason.code in FOR_GOOD) or told


def order_to_return(subscription: Subscription, orders: PastOrders) -> PastOrder | None:
    """The newest order on the subscription: those before it have to wait for its return (rules 9)."""
    return next((order for order in reversed(orders) if subscription.id in order.subscription_ids), None)


def _aligning(
    state: AccountState, offer: Offer, subscription: Subscription, actor: Actor, today: date
) -> tuple[Reason, ...]:
    """What keeps it from those that can be aligned; where it is one of them, what keeps these from one another."""
    found = grouping(state, offer, actor, today)
    for outsider in found.outsiders:
        if outsider.subscription.id == subscription.id:
            return outsider.reasons
    for group in found.groups:
        if subscription in group.subscriptions:
            return align_reasons(state, offer, group.subscriptions, actor, today)
    return ()


def _nothing_to_return(subscription: Subscription) -> Reason:
    facts = {"subscription": subscription.id}
    return Reason("nothing_to_return", Scope.SUBSCRIPTION, facts=facts, remedy=Remedy("contact_support", facts))


_TURNED_TO = {Action.AUTO_RENEW_ON: True, Action.AUTO_RENEW_OFF: False}


def _already(action: Action, subscription: Subscription) -> tuple[Reason, ...]:
    is_on = _TURNED_TO[action]
    if renews_itself(subscription) is not is_on:
        return ()
    return (Reason("already_on" if is_on else "already_off", Scope.SUBSCRIPTION),)
