"""Direct debits: how long before one it is announced, and about when its money arrives (rules 7, 11; docs/adr 33)."""

from collections.abc import Iterable, Iterator
from datetime import date

from tenor.domain.account import RENEWAL, AccountState, MethodKind, PaymentMethod, Subscription
from tenor.domain.methods import OWED, is_charged_here
from tenor.domain.offer import Policy
from tenor.domain.paying import named_method
from tenor.domain.quote import ShortNotice
from tenor.domain.terms import weekdays_later


def short_notices(
    policy: Policy, named: Iterable[Subscription], method: PaymentMethod, today: date
) -> tuple[ShortNotice, ...]:
    """The next renewals of these that the method, chosen today, debits sooner than the policy's notice can run.

    What is owed already is no renewal to come: it is paid at once, or tried again after a notice (`domain.dunning`).
    """
    if method.kind is not MethodKind.DIRECT_DEBIT:
        return ()
    coming = (one for one in named if is_charged_here(one) and one.status not in OWED and one.renews_on >= today)
    found = (ShortNotice(one.id, one.renews_on, (one.renews_on - today).days) for one in coming)
    return tuple(one for one in found if one.days < policy.pre_notice_days)


def order_arrives_on(state: AccountState, order_id: str) -> date | None:
    """About when the money of an order's debit arrives; None where no debit of it is under way."""
    orders = (one.open_order for one in state.subscriptions)
    return next((order.arrives_on for order in orders if order and order.id == order_id), None)


def takes_effect_at_once(policy: Policy, action: str) -> bool:
    """Whether an order is carried out while its debit is under way: a renewal's term begins; the rest is policy."""
    return action == RENEWAL or policy.grant_on_processing


def newly_paid(
    before: AccountState, after: AccountState, owned: Iterable[Subscription], method: PaymentMethod
) -> Iterator[Subscription]:
    """Those whose next term it pays after a change, as they are then, and something else was to pay before.

    What was announced for them is another charge.
    """
    for one in owned:
        changed = after.subscription(one.id)
        if named_method(after, changed) == method and named_method(before, before.subscription(one.id)) != method:
            yield changed


def arrives_on(policy: Policy, debited_on: date) -> date:
    """About when the money of a debit is there."""
    return weekdays_later(debited_on, policy.debit_arrival_days)
