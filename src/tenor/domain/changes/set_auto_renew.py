"""Automatic renewal off or on, for one or many: off ends access at the renewal date, on again changes nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tenor.domain.account import AccountState, Actor, ChangeKind, PaidPeriod, PeriodKind, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.carrying_out import carry_out
from tenor.domain.changes.decline_owed import declining, left_owed
from tenor.domain.choosing import check_all, chosen
from tenor.domain.effects import Effect, MoveRenewal, Schedule, StopPeriod
from tenor.domain.eligibility import Action, reasons
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.invoices import InvoiceDraft
from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrder, PastOrders, give_back, is_given_back, is_overdrawn, refund_quote
from tenor.domain.quote import NextRenewal, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import promise
from tenor.domain.requests import SetAutoRenew
from tenor.domain.under_way import is_owed, once_paid, still_owed

Places = Mapping[str, tuple[int, ...]]
"""Lines of past orders: their places, by the order's id."""


def plan(state: AccountState, offer: Offer, actor: Actor, ask: SetAutoRenew, today: date, orders: PastOrders) -> Quote:
    """The quote for automatic renewal off or on: an entry on the list of each subscription that it changes.

    Off while the renewal is owed declines it: access ends today (policy, rules 7). Where its money is in flight it
    stays owed, and off is for the renewal after it. Off before an alignment's extension has begun gives that extension
    back (policy, rules 5), unless a credit of its days has paid for something since. On again keeps the special price;
    it does not bring the extension back.

    Raises Refusal: nothing_chosen, too_many_chosen,
    unknown_subscription, not_eligible (with every reason of every subscription), already_on or already_off where all
    of them are so, not_sold where there is no price to renew at.
    """
    owned = chosen(state, ask.subscription_ids, offer.policy.most_at_once)
    check_all(state, offer, Action.AUTO_RENEW_ON if ask.on else Action.AUTO_RENEW_OFF, owned, actor, today)
    changed = [one for one in owned if renews_itself(once_paid(one, offer.policy, today)) != ask.on]
    if not changed:
        raise Refusal("already_on" if ask.on else "already_off")
    returned = {} if ask.on or not offer.policy.alignment_refunded_when_off else _returned(changed, orders, today)
    if is_overdrawn(state, [(order, note) for _, order, note in _notes(returned.values(), orders, today)]):
        returned = {}
    ended = (
        [] if ask.on or ask.after_owed else [one for one in changed if _is_declined(state, offer, one, actor, today)]
    )
    gone = declining(state, offer, ended, today)
    effects = list[Effect](gone)
    for one in (each for each in changed if each not in ended):
        undone = returned[one.id].effects if one.id in returned else ()
        effects += (*undone, _schedule(one, once_paid(one, offer.policy, today), ask.on, undone))
    notes = _notes(returned.values(), orders, today)
    effects += (effect for effect, _, _ in notes)
    promised = _promised(carry_out(state, effects, today, actor.name), offer, changed, today)
    kept = (one for one in changed if one not in ended)
    owed = (*left_owed(state, gone, today), *still_owed(carry_out(state, gone, today), kept, today))
    if not notes:
        return assemble(state, offer, Draft(ask.kind, effects=tuple(effects), promised=promised, owed=owed), today)
    given = tuple((order, note) for _, order, note in notes)
    return replace(refund_quote(ask.kind, given, tuple(effects), promised, today), owed=owed)


def _is_declined(state: AccountState, offer: Offer, one: Subscription, actor: Actor, today: date) -> bool:
    """Whether turning it off ends what is owed of it: it would be charged nevertheless, if that stood."""
    return is_owed(one, today) and not reasons(state, offer, Action.DECLINE_OWED, one, actor, today)


def _schedule(one: Subscription, after: Subscription, on: bool, undone: tuple[Effect, ...]) -> Schedule:
    """The entry off or on; where the subscription is so by itself, the entry that says otherwise goes away.

    `after` is the subscription as it is once what is owed is paid.
    """
    entry = one.scheduled_change(ChangeKind.AUTO_RENEW)
    moved = [effect.after for effect in undone if isinstance(effect, MoveRenewal)]
    return Schedule(
        subscription_id=one.id,
        change=ChangeKind.AUTO_RENEW,
        before=entry.value if entry else None,
        after=None if after.auto_renew is on else ("on" if on else "off"),
        effective_on=moved[-1] if moved else after.renews_on,
    )


def _promised(after: AccountState, offer: Offer, changed: list[Subscription], today: date) -> tuple[NextRenewal, ...]:
    """The renewals to come. Raises Refusal("not_sold") where there is no price to renew at."""
    return tuple(renewal for one in changed for renewal in promise(after, offer, after.subscription(one.id), today))


# --- extensions that have not begun -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Extension:
    """What takes back the extensions of a subscription, and the lines that paid for them."""

    effects: tuple[Effect, ...]
    places: Places


def _returned(changed: Iterable[Subscription], orders: PastOrders, today: date) -> dict[str, _Extension]:
    """By subscription; without those whose old renewal date has come: there it stands."""
    found = ((one.id, _extensions(one, orders, today)) for one in changed)
    return {subscription_id: taken for subscription_id, taken in found if taken.effects}


def _extensions(one: Subscription, orders: PastOrders, today: date) -> _Extension:
    """The latest ones that have not begun, as far as an order of ours tells what they cost and where they started."""
    taken = _Extension((), {})
    while (last := max(one.periods, key=lambda paid: paid.period, default=None)) is not None:
        back, places = _move_back(one, last, orders), _places(one, last, orders)
        if last.kind is not PeriodKind.EXTENSION or last.period.start <= today or back is None or places is None:
            break
        stop = StopPeriod(one.id, last, None, last.period.start)
        taken = _Extension((*taken.effects, stop, back), _merged(taken.places, places))
        kept = tuple(paid for paid in one.periods if paid != last)
        one = replace(one, periods=kept, renews_on=back.after, anchor=back.anchor_after)
    return taken


def _move_back(one: Subscription, last: PaidPeriod, orders: PastOrders) -> MoveRenewal | None:
    """The renewal date and the anchor as they were before the alignment that bought the extension."""
    now = (one.id, last.period.start, one.renews_on, one.anchor)
    for order in reversed(orders):
        for moved in order.quote.effects:
            if not isinstance(moved, MoveRenewal):
                continue
            if (moved.subscription_id, moved.before, moved.after, moved.anchor_after) == now:
                return MoveRenewal(one.id, moved.after, moved.before, moved.anchor_after, moved.anchor_before)
    return None


def _places(one: Subscription, last: PaidPeriod, orders: PastOrders) -> Places | None:
    """The lines that paid for the extension: the alignment's, and of seats or a plan that came later.

    None where one of them was not collected by itself, or where there is nothing to give back: then it stands.
    """
    found: dict[str, tuple[int, ...]] = {}
    for order in orders:
        places = tuple(
            place
            for place in order.own_places
            if (line := order.quote.lines[place]).subscription_id == one.id
            and line.span == last.period
            and line.amount
            and not is_given_back(order, place)
        )
        if places and not order.quote.is_invoiced:
            return None
        if places:
            found[order.id] = places
    return found or None


def _merged(first: Places, second: Places) -> Places:
    return {order_id: (*first.get(order_id, ()), *second.get(order_id, ())) for order_id in {**first, **second}}


def _notes(
    taken: Iterable[_Extension], orders: PastOrders, today: date
) -> list[tuple[Effect, PastOrder, InvoiceDraft]]:
    """One credit note an order, over the lines of all subscriptions that leave it."""
    places: Places = {}
    for extension in taken:
        places = _merged(places, extension.places)
    notes = ((order, give_back(order, places[order.id], today)) for order in orders if order.id in places)
    return [(effect, order, note) for order, (effect, note) in notes]
