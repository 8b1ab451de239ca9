"""The method that pays an order goes on paying for its subscriptions: "use it from now on" (rules 7)."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from tenor.db.models import Order
from tenor.domain.account import AccountState, Actor, Subscription, SubscriptionStatus
from tenor.domain.changes import set_payment_method
from tenor.domain.direct_debit import short_notices
from tenor.domain.dunning import TERMINAL
from tenor.domain.eligibility import Action, reasons
from tenor.domain.methods import is_usable, kept_method
from tenor.domain.paying import named_method
from tenor.domain.refusals import Refusal
from tenor.domain.requests import Request, SetPaymentMethod
from tenor.usecases.carry_out_quote import carry_out_quote
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import accept, store_quote
from tenor.usecases.unpaid_renewal import failure_of, subscriptions_of


def keep_method(loaded: Loaded, order: Order, method_id: str, actor: Actor, *, keep: bool | None = None) -> None:
    """Have the method pay for the order's subscriptions from now on. Call with the account locked, once it pays.

    `keep` None: for those whose own method can't pay any more, so that the next renewal does not fail by it. What may
    not be paid otherwise (a reseller's), or is paid by the method already, stays as it is. So does what it would debit
    with a shorter notice than usual: nobody was asked to agree to that here.
    """
    method = kept_method(loaded.state, method_id)
    if keep is False or method is None or not is_usable(loaded.offer, method, loaded.today):
        return
    owned = _subscriptions(loaded, order) if keep else beyond_use(loaded, order)
    paying = replace(loaded, state=_paid(loaded.state))
    unagreed = {each.subscription_id for each in short_notices(loaded.offer.policy, owned, method, loaded.today)}
    chosen = [one.id for one in owned if one.id not in unagreed and _may_choose(paying, one.id, actor)]
    most = loaded.offer.policy.most_at_once
    for start in range(0, len(chosen), most):
        _set(paying, chosen[start : start + most], method_id, actor)


def has_failed_them(loaded: Loaded, order_id: UUID) -> bool:
    """Whether what is to pay for the order's subscriptions was declined for it, or can't pay any more.

    Another one that pays the order had better go on: the next renewal would fail by the same method.
    """
    order = Order.objects.get(account_id=loaded.state.id, id=order_id)
    declined = {one.method_id for one in failure_of(loaded, order).attempts}
    named = (named_method(loaded.state, one) for one in _subscriptions(loaded, order))
    return bool(beyond_use(loaded, order)) or any(one is not None and one.id in declined for one in named)


def beyond_use(loaded: Loaded, order: Order) -> list[Subscription]:
    """The order's subscriptions whose own method can't pay any more: refused for good, expired, gone."""
    barred = {one.method_id for one in failure_of(loaded, order).attempts if one.decline in TERMINAL}
    found: list[Subscription] = []
    for one in _subscriptions(loaded, order):
        named = named_method(loaded.state, one)
        if named is None or named.id in barred or not is_usable(loaded.offer, named, loaded.today):
            found.append(one)
    return found


def _set(loaded: Loaded, subscription_ids: Sequence[str], method_id: str, actor: Actor) -> None:
    """As if it were asked for by itself: a quote, its events, its mail."""
    ask = SetPaymentMethod(tuple(subscription_ids), method_id)
    try:
        quote = set_payment_method.plan(loaded.state, loaded.offer, actor, ask, loaded.today)
    except Refusal as refused:
        if refused.code != "method_unchanged":
            raise
        return
    stored = store_quote(loaded, actor.id, quote, Request(actor, ask))
    accept(loaded, stored.id)
    carry_out_quote(loaded, stored.id, quote, ask, actor)


def _may_choose(loaded: Loaded, subscription_id: str, actor: Actor) -> bool:
    one = loaded.state.subscription(subscription_id)
    return not reasons(loaded.state, loaded.offer, Action.METHOD, one, actor, loaded.today)


def _paid(state: AccountState) -> AccountState:
    """Suspended closes everything but paying; how it is paid belongs to that."""
    suspended, active = SubscriptionStatus.SUSPENDED, SubscriptionStatus.ACTIVE
    owned = (replace(one, status=active) if one.status is suspended else one for one in state.subscriptions)
    return replace(state, subscriptions=tuple(owned))


def _subscriptions(loaded: Loaded, order: Order) -> list[Subscription]:
    ids = {str(one) for one in subscriptions_of(order).values_list("id", flat=True)}
    return [one for one in loaded.state.subscriptions if one.id in ids]
