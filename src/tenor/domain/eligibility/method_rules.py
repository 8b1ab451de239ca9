"""Rules about how a subscription is paid (rules 8): the first thing wrong with its payment method."""

from datetime import date

from tenor.domain.account import MethodStatus, PaymentMethod, Subscription
from tenor.domain.eligibility.case import Action, Case, Finding
from tenor.domain.paying import can_pay, named_method, paying_for
from tenor.domain.refusals import Remedy

METHOD_RULES = frozenset(
    {
        "no_payment_method",
        "payment_method_expired",
        "payment_method_invalid",
        "mandate_pending",
        "method_kind_not_allowed",
    }
)
"""Reasons that another payment method does away with."""
CHOOSING = frozenset({Action.RENEW_EARLY, Action.RENEW_LATE, Action.BUY_AGAIN, Action.CHANGE_OWED})
"""Actions whose carrying out begins with choosing what pays."""
_RENEWALS = frozenset({Action.RENEW_EARLY, Action.RENEW_LATE, Action.AUTO_RENEW_ON})


def can_choose(case: Case) -> bool:
    """Whether what pays is chosen on the way, and there is something to choose: then no method is in the way."""
    policy = case.offer.policy
    return case.action in CHOOSING and any(can_pay(policy, method, case.today) for method in case.state.methods)


def no_payment_method(case: Case, subscription: Subscription) -> Finding | None:
    """Nothing to charge."""
    return Finding({}, _remedy(case)) if paying_method(case, subscription) is None else None


def payment_method_expired(case: Case, subscription: Subscription) -> Finding | None:
    """The card's last day has passed, or will have before it is charged by an automatic renewal."""
    method = paying_method(case, subscription)
    if method is None or not method.has_expired(_charged_on(case, subscription)):
        return None
    return Finding({"method": method.label, "expired_on": method.last_day}, _remedy(case))


def payment_method_invalid(case: Case, subscription: Subscription) -> Finding | None:
    """The bank has said for good that it will not pay by it."""
    return _with_status(case, subscription, MethodStatus.INVALID)


def mandate_pending(case: Case, subscription: Subscription) -> Finding | None:
    """The customer's bank has not confirmed the direct debit yet."""
    return _with_status(case, subscription, MethodStatus.MANDATE_PENDING)


def method_kind_not_allowed(case: Case, subscription: Subscription) -> Finding | None:
    """The seller does not take this kind, or not for aligning (policy)."""
    method = paying_method(case, subscription)
    policy = case.offer.policy
    allowed = policy.alignment_methods if case.action is Action.ALIGN else policy.paying_methods
    if method is None or method.kind in allowed:
        return None
    kinds = ", ".join(sorted(allowed))
    return Finding({"method": method.label, "kind": str(method.kind), "allowed": kinds}, _remedy(case))


def paying_method(case: Case, subscription: Subscription) -> PaymentMethod | None:
    """What the action would charge: a renewal the scheduled method first, buying anew the account's default.

    The night charges a successor where the method can't pay (`domain.paying`); whoever is there chooses one.
    """
    method = named_method(case.state, subscription) if case.action in _RENEWALS else case.state.method_of(subscription)
    if case.action is Action.AUTO_RENEW_ON:
        method = paying_for(case.state, case.offer.policy, subscription, _charged_on(case, subscription)).method
    if case.action is Action.BUY_AGAIN:
        method = next((stored for stored in case.state.methods if stored.is_default), method)
    return None if method is None or method.status is MethodStatus.REMOVED else method


def _with_status(case: Case, subscription: Subscription, status: MethodStatus) -> Finding | None:
    method = paying_method(case, subscription)
    if method is None or method.status is not status:
        return None
    return Finding({"method": method.label}, _remedy(case))


def _charged_on(case: Case, subscription: Subscription) -> date:
    is_later = case.action is Action.AUTO_RENEW_ON
    return max(case.today, subscription.renews_on) if is_later else case.today


def _remedy(case: Case) -> Remedy:
    """Choose among what is stored, where something usable is; else add a method."""
    policy = case.offer.policy
    allowed = policy.alignment_methods if case.action is Action.ALIGN else policy.paying_methods
    usable = (
        method.status is MethodStatus.ACTIVE and not method.has_expired(case.today) and method.kind in allowed
        for method in case.state.methods
    )
    return Remedy("choose_payment_method" if any(usable) else "add_payment_method")
