"""Payment methods by themselves: why one can't be charged, what it pays for, what its removal would leave unpaid."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from tenor.domain.account import (
    AccountState,
    ChangeKind,
    Channel,
    MethodKind,
    MethodStatus,
    PaymentMethod,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.eligibility.case import Finding, about_order, reason_of, renews_itself
from tenor.domain.explanation import Facts
from tenor.domain.offer import Offer
from tenor.domain.paying import can_pay, named_method, paying_for
from tenor.domain.refusals import Reason, Refusal, Remedy, Scope

OWED = frozenset({SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED})
CHARGED_HERE = frozenset({SubscriptionStatus.ACTIVE}) | OWED


@dataclass(frozen=True, slots=True)
class MethodUse:
    """An order that a method is to pay: open still (`is_open`), or its payment taken back by the bank."""

    method_id: str
    order: str
    number: str
    is_open: bool


def told_apart(methods: tuple[PaymentMethod, ...]) -> tuple[PaymentMethod, ...]:
    """The methods, labels completed where several would read the same: "Visa 4242 (12/2029)", "SEPA 3000 (Ek AB)".

    By the first detail in which they differ. The same card, stored twice, has none.
    """
    alike: dict[str, list[PaymentMethod]] = {}
    for method in methods:
        if method.status is not MethodStatus.REMOVED:
            alike.setdefault(method.label, []).append(method)
    labels = {one.id: label for group in alike.values() if len(group) > 1 for one, label in _distinct(group)}
    return tuple(replace(one, label=labels.get(one.id, one.label)) for one in methods)


def _distinct(group: list[PaymentMethod]) -> Iterator[tuple[PaymentMethod, str]]:
    last_months = [f"{one.expires_on:%m/%Y}" if one.expires_on else "" for one in group]
    mandates = [one.mandate.reference if one.mandate else "" for one in group]
    told = (last_months, [one.billing_name for one in group], mandates)
    details = next((each for each in told if len(set(each)) > 1), [""] * len(group))
    for one, detail in zip(group, details, strict=True):
        yield one, f"{one.label} ({detail})" if detail else one.label


def kept_methods(state: AccountState) -> tuple[PaymentMethod, ...]:
    """The methods that were not removed: the default first, then the backup, then as they were added."""
    kept = (method for method in state.methods if method.status is not MethodStatus.REMOVED)
    return tuple(sorted(kept, key=lambda method: (not method.is_default, not method.is_backup)))


def kept_method(state: AccountState, method_id: str) -> PaymentMethod | None:
    """The method of that id, if the account has it still."""
    return next((method for method in kept_methods(state) if method.id == method_id), None)


def unusable_reasons(state: AccountState, offer: Offer, method: PaymentMethod, today: date) -> tuple[Reason, ...]:
    """Every reason why nothing can be charged to the method today, each with what mends it."""
    named: Facts = {"method": method.label, "method_id": method.id}
    instead = another_method(state, offer, method, today)
    found: list[Reason] = []
    if method.status is MethodStatus.MANDATE_PENDING:
        found.append(_reason("mandate_pending", named, instead))
    renewable = method.kind is MethodKind.CARD and method.invalid_because == "expired_card"
    if method.status is MethodStatus.INVALID and not (renewable and method.has_expired(today)):
        found.append(_reason("payment_method_invalid", named, Remedy("update_method", named) if renewable else instead))
    if method.has_expired(today):
        remedy = Remedy("update_method", named) if method.kind is MethodKind.CARD else Remedy("add_payment_method")
        found.append(_reason("payment_method_expired", {**named, "expired_on": method.last_day}, remedy))
    if method.kind not in offer.policy.paying_methods:
        allowed = ", ".join(sorted(offer.policy.paying_methods))
        found.append(_reason("method_kind_not_allowed", {**named, "kind": method.kind, "allowed": allowed}, instead))
    return tuple(found)


def is_usable(offer: Offer, method: PaymentMethod, today: date) -> bool:
    """Whether the method can be charged today."""
    return can_pay(offer.policy, method, today)


def chargeable(state: AccountState, offer: Offer, method_id: str, today: date) -> PaymentMethod:
    """The method that was chosen to be charged.

    Raises Refusal: unknown_method, method_kind_not_taken, method_not_usable.
    """
    method = kept_method(state, method_id)
    if method is None:
        raise Refusal("unknown_method", {"method": method_id})
    if method.kind not in offer.policy.paying_methods:
        raise Refusal("method_kind_not_taken", {"kind": str(method.kind)})
    if not is_usable(offer, method, today):
        raise Refusal("method_not_usable", {"method": method.label})
    return method


def charged_to(subscription: Subscription, method: PaymentMethod | None) -> Subscription:
    """The subscription as it is judged where a method is chosen to pay: by that method, not by its own."""
    if method is None:
        return subscription
    others = tuple(entry for entry in subscription.scheduled if entry.kind is not ChangeKind.METHOD)
    return replace(subscription, method_id=method.id, scheduled=others)


def paid_by(state: AccountState, method: PaymentMethod) -> tuple[Subscription, ...]:
    """What the method pays next, the soonest first: subscriptions that renew, or are owed, and are charged here."""
    paid = (one for one in state.subscriptions if is_charged_here(one) and named_method(state, one) == method)
    return tuple(sorted(paid, key=lambda one: (one.renews_on, one.number)))


def naming(state: AccountState, method: PaymentMethod) -> tuple[Subscription, ...]:
    """What has not ended and names the method, now or for its next renewal, in the account's order."""
    return tuple(
        one
        for one in state.subscriptions
        if one.status is not SubscriptionStatus.CANCELED and method.id in (one.method_id, _scheduled(one))
    )


def _scheduled(one: Subscription) -> str:
    entry = one.scheduled_change(ChangeKind.METHOD)
    return entry.value if entry else ""


def stood_in_for(state: AccountState, offer: Offer, method: PaymentMethod, today: date) -> tuple[Subscription, ...]:
    """What the method pays, or would if it could, in place of another one that can't: the soonest first."""
    others = tuple(other for other in state.methods if other.id != method.id)
    able = replace(state, methods=(*others, replace(method, status=MethodStatus.ACTIVE, expires_on=None, mandate=None)))
    found = (
        one
        for one in state.subscriptions
        if is_charged_here(one) and named_method(state, one) != method and _pays(able, offer, one, method, today)
    )
    return tuple(sorted(found, key=lambda one: (one.renews_on, one.number)))


def _pays(state: AccountState, offer: Offer, one: Subscription, method: PaymentMethod, today: date) -> bool:
    paying = paying_for(state, offer.policy, one, max(one.renews_on, today)).method
    return paying is not None and paying.id == method.id


def outlived_by(state: AccountState, method: PaymentMethod, today: date) -> tuple[Subscription, ...]:
    """Subscriptions whose renewal comes after the method's last day, while it still can be charged."""
    if method.has_expired(today):
        return ()
    return tuple(one for one in paid_by(state, method) if method.has_expired(one.renews_on))


def beyond_reach(state: AccountState, method: PaymentMethod, today: date) -> date | None:
    """The first renewal date of the account that comes after the method's last day; None where it reaches them all."""
    coming = (one.renews_on for one in state.subscriptions if is_charged_here(one) and one.renews_on > today)
    return min((day for day in coming if method.has_expired(day)), default=None)


def removal_reasons(
    state: AccountState, offer: Offer, method: PaymentMethod, uses: tuple[MethodUse, ...], today: date
) -> tuple[Reason, ...]:
    """What would be left unpaid without the method, each with the way to see to it first; empty where nothing would."""
    return (*_orders(state, method, uses), *_renewals(state, offer, method, today))


def without(state: AccountState, method: PaymentMethod) -> AccountState:
    """The account once the method is removed: what named it falls to the default, now and at the next renewal."""
    subscriptions = tuple(_without(one, method.id) for one in state.subscriptions)
    others = tuple(other for other in state.methods if other.id != method.id)
    return replace(state, subscriptions=subscriptions, methods=others)


def _way_of_order(state: AccountState, order_id: str) -> Remedy | None:
    opened = (one.open_order for one in state.subscriptions if one.open_order is not None)
    order = next((order for order in opened if order.id == order_id), None)
    return None if order is None else about_order({}, order).remedy


def _orders(state: AccountState, method: PaymentMethod, uses: tuple[MethodUse, ...]) -> Iterator[Reason]:
    for use in uses:
        if use.method_id != method.id:
            continue
        facts: Facts = {"order": use.order, "number": use.number}
        if use.is_open:
            remedy = _way_of_order(state, use.order) or Remedy("resume_or_cancel_order", facts)
            yield Reason("order_uses_method", Scope.ACCOUNT, facts=facts, remedy=remedy)
        else:
            yield Reason("debt_uses_method", Scope.ACCOUNT, facts=facts, remedy=Remedy("see_order", facts))


def _renewals(state: AccountState, offer: Offer, method: PaymentMethod, today: date) -> Iterator[Reason]:
    after, policy = without(state, method), offer.policy
    charged = [one for one in state.subscriptions if is_charged_here(one)]
    for one in sorted(charged, key=lambda one: (one.renews_on, one.number)):
        if method not in (named_method(state, one), paying_for(state, policy, one, today).method):
            continue
        left = paying_for(after, policy, after.subscription(one.id), today).method
        if left is not None and can_pay(policy, left, today):
            continue
        facts: Facts = {"number": one.number, "product": one.product, "renews_on": one.renews_on}
        finding = Finding(facts, _way_to_pay(state, offer, method, one, today))
        yield reason_of("overdue_without_method" if one.status in OWED else "renewal_without_method", one, finding)


def is_charged_here(one: Subscription) -> bool:
    """Whether Tenor itself charges its next term, or what it owes."""
    ours = one.channel is not Channel.RESELLER and one.processor == "tenor"
    return ours and one.status in CHARGED_HERE and (renews_itself(one) or one.status in OWED)


def _without(one: Subscription, method_id: str) -> Subscription:
    kept = tuple(entry for entry in one.scheduled if entry.kind is not ChangeKind.METHOD or entry.value != method_id)
    return replace(one, scheduled=kept, method_id=None if one.method_id == method_id else one.method_id)


def another_method(state: AccountState, offer: Offer, method: PaymentMethod, today: date) -> Remedy:
    """Use another one that can be charged, the default first, for what this one pays; where there is none, add one."""
    others = (other for other in kept_methods(state) if other.id != method.id)
    usable = next((other for other in others if is_usable(offer, other, today)), None)
    if usable is None:
        return Remedy("add_payment_method")
    return Remedy("choose_payment_method", {"method_id": usable.id, "instead_of": method.id})


def can_be_relieved(state: AccountState, method: PaymentMethod) -> bool:
    """Whether it pays something for which another one can be chosen: what is suspended is only paid, by any."""
    return any(one.status is not SubscriptionStatus.SUSPENDED for one in paid_by(state, method))


def _way_to_pay(state: AccountState, offer: Offer, method: PaymentMethod, one: Subscription, today: date) -> Remedy:
    """Another method; what is suspended is only paid, by any."""
    if one.status is SubscriptionStatus.SUSPENDED and one.open_order is not None:
        return about_order({}, one.open_order, is_owed=True).remedy or Remedy("pay_now")
    return another_method(state, offer, method, today)


def _reason(code: str, facts: Facts, remedy: Remedy) -> Reason:
    return Reason(code, Scope.ACCOUNT, facts=facts, remedy=remedy)
