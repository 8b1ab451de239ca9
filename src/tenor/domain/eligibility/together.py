"""Eligibility across things: several subscriptions to align, an order among later ones to return (rules 5, 8, 9)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from tenor.domain.account import ChangeKind, PaymentMethod, Subscription
from tenor.domain.eligibility.case import Case, Finding, reason_of
from tenor.domain.eligibility.leading import offered
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
    return (*_already_aligned(subscriptions), *_differences(case, subscriptions))


def renewing_alike(subscriptions: Iterable[Subscription]) -> bool:
    """Whether they renew on one date, and will for good: anchors of one day of the month give one date in every month.

    31 January and 28 February of the same year meet once, and part again in March.
    """
    return len({(one.renews_on, one.anchor.day) for one in subscriptions}) < 2


def differences(case: Case, subscription: Subscription, group: Group) -> tuple[Reason, ...]:
    """What keeps a subscription out of that group: its term, its payment method, or both."""
    months, method_id = group
    method = paying_method(case, subscription)
    reasons = list[Reason]()
    if subscription.last_term.months != months:
        found = offered(case, subscription, _term_differs(subscription, months))
        reasons.append(reason_of("term_differs", subscription, found))
    if (method.id if method else "") != method_id:
        shared = next((other for other in case.state.methods if other.id == method_id), None)
        found = offered(case, subscription, _method_differs(method, shared))
        reasons.append(reason_of("method_differs", subscription, found))
    return tuple(reasons)


def group_of(case: Case, subscription: Subscription) -> Group:
    """What the subscription has to share with others to be paid together with them."""
    method = paying_method(case, subscription)
    return subscription.last_term.months, method.id if method else ""


def largest(groups: Iterable[Group]) -> Group:
    """The group that occurs most often; of equal ones the longer term is taken."""
    counted = Counter(groups)
    return max(counted, key=lambda group: (counted[group], group))


def return_reasons(window_ends_on: date, today: date, later_orders: tuple[OrderName, ...]) -> tuple[Reason, ...]:
    """Why an order can't be returned (rules 9).

    `window_ends_on` is the first day on which it is too late; `later_orders` are the orders that build on this one, the
    newest first: they are to be returned in that order, while there is time.
    """
    if today < window_ends_on:
        return tuple(_depends(number, _return_first(order_id, number)) for order_id, number in later_orders)
    facts = {"ended_on": window_ends_on}
    ended = Reason("return_window_ended", Scope.SUBSCRIPTION, facts=facts, remedy=Remedy("contact_support"))
    return (ended, *(_depends(number) for _, number in later_orders))


def _depends(number: str, remedy: Remedy | None = None) -> Reason:
    return Reason("later_order_depends", Scope.SUBSCRIPTION, facts={"order": number}, remedy=remedy)


def _return_first(order_id: str, number: str) -> Remedy:
    return Remedy("return_order_first", {"order": number, "order_id": order_id})


def _already_aligned(subscriptions: list[Subscription]) -> tuple[Reason, ...]:
    if not renewing_alike(subscriptions):
        return ()
    return (Reason("already_aligned", Scope.SUBSCRIPTION, facts={"renews_on": subscriptions[0].renews_on}),)


def _differences(case: Case, subscriptions: list[Subscription]) -> tuple[Reason, ...]:
    """What keeps each subscription out of the largest group."""
    shared = largest(group_of(case, subscription) for subscription in subscriptions)
    return tuple(reason for subscription in subscriptions for reason in differences(case, subscription, shared))


def _term_differs(subscription: Subscription, months: int) -> Finding:
    """The term can be changed at the next renewal; where that is scheduled already, there is nothing but waiting."""
    entry = subscription.scheduled_change(ChangeKind.TERM)
    is_on_its_way = entry is not None and entry.value == str(months)
    wait = Remedy("wait_for_renewal", {"renews_on": subscription.renews_on})
    remedy = wait if is_on_its_way else Remedy("change_term", {"months": months})
    return Finding({"months": subscription.last_term.months, "others_months": months}, remedy)


def _method_differs(own: PaymentMethod | None, shared: PaymentMethod | None) -> Finding:
    facts = {"method": own.label if own else None, "others_method": shared.label if shared else None}
    remedy = Remedy("use_payment_method", {"method": shared.label, "method_id": shared.id}) if shared else None
    return Finding(facts, remedy)
