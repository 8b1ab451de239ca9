"""Which payment method is charged for a subscription on a day: the one it names, else its successor (rules 7).

The one place that decides it: the renewal night, forecasts, reminders, tries after a decline and pages all ask here.
"""

from dataclasses import dataclass
from datetime import date

from tenor.domain.account import AccountState, ChangeKind, MethodStatus, PaymentMethod, Subscription
from tenor.domain.claiming import is_same_entry
from tenor.domain.offer import Policy


@dataclass(frozen=True, slots=True)
class Paying:
    """What is charged; `instead_of` is the method that was to be, where it can't be charged on that day.

    Without a successor `method` is the one that was named, whether it can be charged or not; None where there is none.
    """

    method: PaymentMethod | None
    instead_of: PaymentMethod | None = None


def can_pay(policy: Policy, method: PaymentMethod, on: date) -> bool:
    """Whether the method can be charged on that day, as far as is known."""
    is_taken = method.kind in policy.paying_methods
    return is_taken and method.status is MethodStatus.ACTIVE and not method.has_expired(on)


def can_align(policy: Policy, method: PaymentMethod, on: date) -> bool:
    """Whether alignments can be paid by the method on that day (rules 5; policy)."""
    return method.kind in policy.alignment_methods and can_pay(policy, method, on)


def named_method(state: AccountState, subscription: Subscription) -> PaymentMethod | None:
    """What is to pay for the next term: the method scheduled for it, else the subscription's, else the default.

    Where a term is owed, that is the next one: what was scheduled since its order is for the one after it.
    """
    scheduled, owed = subscription.scheduled_change(ChangeKind.METHOD), subscription.owed
    if scheduled is None or (owed is not None and not any(is_same_entry(scheduled, seen) for seen in owed.seen)):
        return state.method_of(subscription)
    return next((method for method in state.methods if method.id == scheduled.value), None)


def paying_for(state: AccountState, policy: Policy, subscription: Subscription, on: date) -> Paying:
    """What Tenor charges for the subscription's next term on that day, where nobody is there to choose.

    A method that can't be charged then (refused for good, removed, its last day over, not confirmed, of a kind that is
    not taken) gives way to the account's backup, then to its default (policy), the first of them that can. The
    subscription goes on naming its method: once that can pay again, it does.
    """
    named = named_method(state, subscription)
    if named is not None and can_pay(policy, named, on):
        return Paying(named)
    for other in successors(state, policy):
        if other != named and can_pay(policy, other, on):
            return Paying(other, instead_of=named)
    return Paying(named)


def successors(state: AccountState, policy: Policy) -> tuple[PaymentMethod, ...]:
    """What may take the place of a method that can't pay, in this order: the backup, the default (policy)."""
    backups = tuple(method for method in state.methods if method.is_backup)
    return (*backups, *(method for method in state.methods if method.is_default and policy.default_pays_instead))
