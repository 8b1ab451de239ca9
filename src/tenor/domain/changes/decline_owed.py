"""Decline a term that is owed: its invoice is credited whole, and access ends today. Nothing is charged (rules 7)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tenor.domain import balance
from tenor.domain.account import AccountState, Actor, ChangeKind, OpenOrder, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.choosing import check_all, chosen
from tenor.domain.effects import DeclineTerm, Schedule, WithdrawInvoice
from tenor.domain.eligibility import Action
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.owed import plan_owed
from tenor.domain.quote import Quote, StillOwed
from tenor.domain.requests import DeclineOwed
from tenor.domain.under_way import owed_together, still_owed

Declining = tuple[Schedule | DeclineTerm | WithdrawInvoice, ...]


def plan(state: AccountState, offer: Offer, actor: Actor, ask: DeclineOwed, today: date) -> Quote:
    """The quote that ends what is owed of the subscriptions: each has expired since its renewal date, renewal off.

    What else stands on the same invoice goes on being owed, on an invoice of its own. Raises Refusal: nothing_chosen,
    too_many_chosen, unknown_subscription, not_eligible (with every reason of every subscription), not_sold.
    """
    owned = chosen(state, ask.subscription_ids, offer.policy.most_at_once)
    check_all(state, offer, Action.DECLINE_OWED, owned, actor, today)
    effects = declining(state, offer, owned, today)
    draft = Draft(ask.kind, effects=effects, owed=left_owed(state, effects, today))
    return assemble(state, offer, draft, today)


def declining(state: AccountState, offer: Offer, owned: Iterable[Subscription], today: date) -> Declining:
    """What ends them: renewal off, the terms not taken, and their invoices withdrawn."""
    ended = list(owned)
    off = (_turned_off(one) for one in ended if _would_renew(one))
    return (*off, *(DeclineTerm(one.id, one.status) for one in ended), *_withdrawn(state, offer, ended, today))


def _would_renew(one: Subscription) -> bool:
    entry = one.scheduled_change(ChangeKind.AUTO_RENEW)
    return entry.value == "on" if entry else one.auto_renew


def _turned_off(one: Subscription) -> Schedule:
    """The entry that turns its automatic renewal off; where it is off without one, the entry "on" goes away."""
    entry = one.scheduled_change(ChangeKind.AUTO_RENEW)
    before, after = entry.value if entry else None, "off" if one.auto_renew else None
    return Schedule(one.id, ChangeKind.AUTO_RENEW, before, after, effective_on=one.renews_on)


def _withdrawn(
    state: AccountState, offer: Offer, ended: Iterable[Subscription], today: date
) -> tuple[WithdrawInvoice, ...]:
    """The invoices on which these are owed, each once; what else stands on one stays owed."""
    owned = list(ended)
    ids, found = {one.id for one in owned}, dict[str, WithdrawInvoice]()
    for one in owned:
        if (order := one.open_order) is None or order.id in found:
            continue
        left = [other for other in owed_together(state, one, today) if other.id not in ids]
        state = balance.released(state, order)
        quote = plan_owed(state, offer, left, None, today) if left else None
        is_kept = quote is not None and quote.is_invoiced
        state = balance.after(state, quote) if quote is not None else state
        found[order.id] = WithdrawInvoice(
            order_id=order.id,
            number=order.number,
            credited=invoiced(order),
            left=tuple(other.id for other in left),
            still_owed=quote.at_gateway if quote is not None and is_kept else None,
        )
    return tuple(found.values())


def invoiced(order: OpenOrder) -> Money | None:
    """The whole of its invoice, with what the account's balance pays of it."""
    if order.total is None or order.from_balance is None:
        return order.total
    return order.total + order.from_balance


def left_owed(state: AccountState, effects: Declining, today: date) -> tuple[StillOwed, ...]:
    """What stays owed of the invoices that are withdrawn: on another one, over less."""
    kept: list[StillOwed] = []
    for effect in effects:
        if isinstance(effect, WithdrawInvoice) and effect.still_owed is not None:
            others = [state.subscription(one) for one in effect.left]
            known = still_owed(state, others, today)
            kept += (
                replace(one, order="", total=effect.still_owed) for one in known if one.subscription_id in effect.left
            )
    return tuple(kept)
