"""Rules about where a subscription came from and what is sold today (rules 8)."""

from tenor.domain.account import Channel, Subscription
from tenor.domain.catalog import Plan, PlanKind
from tenor.domain.eligibility.case import Action, Case, Finding
from tenor.domain.refusals import Remedy

OURS = "tenor"
"""The processor of subscriptions that no legacy system keeps."""


def bought_from_reseller(case: Case, subscription: Subscription) -> Finding | None:
    """The reseller's customer talks to the reseller; it may allow turning auto-renew off (policy)."""
    if subscription.channel is not Channel.RESELLER:
        return None
    reseller = subscription.reseller
    if reseller is None:
        return Finding({"reseller": None}, Remedy("contact_support"))
    if case.action is Action.AUTO_RENEW_OFF and reseller.allows_auto_renew_off:
        return None
    facts = {"reseller": reseller.name, "contact": reseller.contact}
    return Finding(facts, Remedy("contact_reseller", facts))


def legacy_processor(case: Case, subscription: Subscription) -> Finding | None:
    """A legacy system or a former payment processor still keeps the order."""
    if subscription.processor == OURS:
        return None
    return Finding({"processor": subscription.processor}, Remedy("contact_support"))


def maintenance_plan(case: Case, subscription: Subscription) -> Finding | None:
    """Maintenance plans are left as they are; the way on is a subscription, where the catalog has one."""
    if case.offer.plan(subscription.product, subscription.plan).kind is not PlanKind.MAINTENANCE:
        return None
    product = case.offer.product(subscription.product)
    instead = _subscription_plan(case, subscription)
    if instead is None:
        return Finding({"product": product.name}, Remedy("contact_support"))
    facts = {"product": product.name, "plan": instead.name, "product_code": product.code, "plan_code": instead.code}
    return Finding({"product": product.name}, Remedy("move_to_subscription", facts))


def product_discontinued(case: Case, subscription: Subscription) -> Finding | None:
    """No new business with a discontinued product; a renewal on time is still open."""
    product = case.offer.product(subscription.product)
    if not product.is_discontinued(case.today):
        return None
    facts = {"product": product.name, "discontinued_on": product.discontinued_on}
    if product.successor is None:
        return Finding(facts, Remedy("contact_support"))
    successor = case.offer.product(product.successor)
    return Finding(facts, Remedy("successor_product", {"product": successor.name, "product_code": successor.code}))


def _subscription_plan(case: Case, subscription: Subscription) -> Plan | None:
    plans = (plan for (product, _), plan in case.offer.plans.items() if product == subscription.product)
    return next((plan for plan in plans if plan.kind is PlanKind.SUBSCRIPTION), None)
