"""Eligibility across things: several subscriptions to align, an order among later ones to return (rules 5, 8, 9)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tenor.domain.account import PaymentMethod, Subscription
from tenor.domain.eligibility.case import Case, Finding, next_months, reason_of
from tenor.domain.eligibility.leading import offered
from tenor.domain.eligibility.method_rules import paying_method
from tenor.domain.explanation import Facts
from tenor.domain.paying import can_align, named_method
from tenor.domain.refusals import Reason, Remedy, Scope


class Group(NamedTuple):
    """What must be the same for one payment now, and from the next renewal on: months of the term, and the method's id.

    The next ones are those after everything scheduled. A method's id is "" for none. Currency and seller are the same
    throughout an account state, so they can't differ here.
    """

    months: int
    method_id: str
    next_months: int
    next_method_id: str


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
    """What keeps a subscription out of that group: its term, its payment method, or what is scheduled of them."""
    found = (_term_differs(case, subscription, group), _method_differs(case, subscription, group))
    return tuple(reason for reason in found if reason)


def group_of(case: Case, subscription: Subscription) -> Group:
    """What the subscription has to share with others to be paid together with them."""
    own, coming = paying_method(case, subscription), named_method(case.state, subscription)
    return Group(
        months=subscription.last_term.months,
        method_id=own.id if own else "",
        next_months=next_months(subscription),
        next_method_id=coming.id if coming else "",
    )


def rank(case: Case, group: Group, members: int) -> tuple[bool, int, int, bool, bool, Group]:
    """By what one group goes before another: the higher rank is the one that others are brought to.

    What can pay goes before what can't; then the larger group, the longer term, the one that nothing is scheduled for,
    and the one that the default method pays.
    """
    method = _method(case, group.method_id)
    return (
        method is not None and can_align(case.offer.policy, method, case.today),
        members,
        group.months,
        (group.months, group.method_id) == (group.next_months, group.next_method_id),
        method is not None and method.is_default,
        group,
    )


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
    """What keeps each subscription out of the group that goes before the others."""
    counted = Counter(group_of(case, subscription) for subscription in subscriptions)
    shared = max(counted, key=lambda group: rank(case, group, counted[group]))
    return tuple(reason for subscription in subscriptions for reason in differences(case, subscription, shared))


def _term_differs(case: Case, one: Subscription, group: Group) -> Reason | None:
    """The term can be changed at the next renewal; where that is scheduled already, there is nothing but waiting."""
    own = group_of(case, one)
    change = Remedy("change_term", {"months": group.next_months})
    if own.months != group.months:
        wait = Remedy("wait_for_renewal", {"renews_on": one.renews_on})
        facts = {"months": own.months, "others_months": group.months}
        remedy = wait if own.next_months == group.next_months else change
        return reason_of("term_differs", one, offered(case, one, Finding(facts, remedy)))
    if own.next_months != group.next_months:
        is_undone = own.months == group.next_months
        facts = {"months": own.next_months, "others_months": group.next_months}
        remedy = Remedy("undo_scheduled_first") if is_undone else change
        return reason_of("next_term_differs", one, offered(case, one, Finding(facts, remedy)))
    return None


def _method_differs(case: Case, one: Subscription, group: Group) -> Reason | None:
    own = group_of(case, one)
    if own.method_id != group.method_id:
        shared = _method(case, group.method_id)
        remedy = Remedy("use_payment_method", {"method": shared.label, "method_id": shared.id}) if shared else None
        return reason_of(
            "method_differs", one, offered(case, one, Finding(_methods(case, own.method_id, group.method_id), remedy))
        )
    if own.next_method_id != group.next_method_id:
        is_undone = own.method_id == group.next_method_id
        remedy = Remedy("undo_scheduled_first" if is_undone else "contact_support")
        facts = _methods(case, own.next_method_id, group.next_method_id)
        return reason_of("next_method_differs", one, offered(case, one, Finding(facts, remedy)))
    return None


def _methods(case: Case, own: str, others: str) -> Facts:
    methods = (_method(case, own), _method(case, others))
    labels = [method.label if method else None for method in methods]
    return {"method": labels[0], "others_method": labels[1]}


def _method(case: Case, method_id: str) -> PaymentMethod | None:
    return next((method for method in case.state.methods if method.id == method_id), None)
