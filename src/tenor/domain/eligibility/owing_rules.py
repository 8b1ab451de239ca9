"""Rules about a term that is owed: when it may be changed, or declined (rules 7)."""

from tenor.domain.account import Subscription
from tenor.domain.eligibility.case import Case, Finding
from tenor.domain.refusals import Remedy
from tenor.domain.under_way import is_owed


def nothing_owed(case: Case, subscription: Subscription) -> Finding | None:
    """No renewal waits for its money. A term that has begun, and whose money the bank took back, was used already."""
    return None if is_owed(subscription, case.today) else Finding({}, Remedy("see_subscription"))


def payment_in_flight(case: Case, subscription: Subscription) -> Finding | None:
    """Its money may arrive at any moment: what is owed stays as it is until that is known.

    What waits for the customer, at the bank's own page, is known as soon as the customer has gone on there.
    """
    order = subscription.open_order
    if order is None or not order.is_in_flight or not is_owed(subscription, case.today):
        return None
    facts = {"order": order.number}
    wait = Remedy("wait_for_payment", facts)
    return Finding(facts, Remedy("pay_now"), wait) if order.needs_customer else Finding(facts, wait)


def owed_not_declinable(case: Case, subscription: Subscription) -> Finding | None:
    """The seller does not let customers decline a term that has begun (policy)."""
    if case.offer.policy.may_decline_owed or not is_owed(subscription, case.today):
        return None
    return Finding({}, Remedy("contact_support"))
