"""Eligibility across things: several subscriptions to align, an order among later ones to return (rules 5, 8, 9)."""

from collections import Counter
from datetime import date

from tenor.domain.account import PaymentMethod, Subscription
from tenor.domain.eligibility.case import Case, Finding, reason_of
from tenor.domain.eligibility.method_rules import paying_method
from tenor.domain.refusals import Reason, Remedy, Scope

Group = tuple[int, str]
"""What must be the same for one payment: months of the term, and the payment method's id ("" for none).

Currency and seller are the same throughout an account state, so they can't differ here.
"""

OrderName = tuple[str, str]
"""An order's id and its number."""


def set_reasons(case: Case, chosen: tuple[Subscription, ...]) -> tuple[Reason, ...]:
    """Why these subscriptions can't be aligned with each other; sorted by id, so that the order of choosing is moot."""
    different = {subscription.id: subscription for subscription in chosen}
    subscriptions = [different[key] for key in sorted(different)]
    if len(subscriptions) < 2:
        return (Reason("fewer_than_two", Scope.SUBSCRIPTION, facts={"chosen": len(subscriptions)}),)
    dates = {subscription.renews_on for subscription in subscriptions}
    aligned = (Reason("already_aligned", Scope.SUBSCRIPTION, facts={"renews_on": min(dates)}),)
    return (aligned if len(dates) == 1 else ()) + _differences(case, subscriptions)


def return_reasons(window_ends_on: date, today: date, later_orders: tuple[OrderName, ...]) -> tuple[Reason, ...]:
    """Why an order can't be returned (rules 9).

    `window_ends_on` is the first day on which it is too late; `later_orders` are the orders that build on this one, the
    newest first: they are to be returned in that order.
    """
    reasons = tuple(
        Reason(
            "later_order_depends", Scope.SUBSCRIPTION, facts={"order": number}, remedy=_return_first(order_id, number)
        )
        for order_id, number in later_orders
    )
    if today < window_ends_on:
        return reasons
    facts = {"ended_on": window_ends_on}
    return (Reason("return_window_ended", Scope.SUBSCRIPTION, facts=facts, remedy=Remedy("contact_support")), *reasons)


def _return_first(order_id: str, number: str) -> Remedy:
    return Remedy("return_order_first", {"order": number, "order_id": order_id})


def _differences(case: Case, subscriptions: list[Subscription]) -> tuple[Reason, ...]:
    """What keeps each subscription out of the largest group; of equal groups the longer term is taken."""
    methods = {subscription.id: paying_method(case, subscription) for subscription in subscriptions}
    groups = {subscription.id: _group(subscription, methods[subscription.id]) for subscription in subscriptions}
    counted = Counter(groups.values())
    months, method_id = max(counted, key=lambda group: (counted[group], group))
    shared = next((method for method in case.state.methods if method.id == method_id), None)
    reasons = list[Reason]()
    for subscription in subscriptions:
        if subscription.term.months != months:
            found = _term_differs(subscription, months)
            reasons.append(reason_of("term_differs", subscription, found))
        if groups[subscription.id][1] != method_id:
            found = _method_differs(methods[subscription.id], shared)
            reasons.append(reason_of("method_differs", subscription, found))
    return tuple(reasons)


def _group(subscription: Subscription, method: PaymentMethod | None) -> Group:
    return subscription.term.months, method.id if method else ""


def _term_differs(subscription: Subscription, months: int) -> Finding:
    remedy = Remedy("change_term", {"months": months})
    return Finding({"months": subscription.term.months, "others_months": months}, remedy)


def _method_differs(own: PaymentMethod | None, shared: PaymentMethod | None) -> Finding:
    facts = {"method": own.label if own else None, "others_method": shared.label if shared else None}
    remedy = Remedy("use_payment_method", {"method": shared.label, "method_id": shared.id}) if shared else None
    return Finding(facts, remedy)
