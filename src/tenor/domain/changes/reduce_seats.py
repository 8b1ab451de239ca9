"""Renew fewer seats: a scheduled change, no seat is lost and nothing is credited before the renewal (rules 6)."""

from dataclasses import replace
from datetime import date

from tenor.domain.account import AccountState, Actor, ChangeKind, ScheduledChange, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.effects import Schedule
from tenor.domain.eligibility import Action, check
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import promise
from tenor.domain.requests import ReduceSeats
from tenor.domain.under_way import once_paid, still_owed


def plan(state: AccountState, offer: Offer, actor: Actor, ask: ReduceSeats, today: date) -> Quote:
    """The quote for fewer seats: no lines, one entry on the list "at your next renewal", the renewal it leads to.

    While a renewal is owed, or its money under way, that is the renewal after it. Asking for the number that renews by
    itself takes a scheduled reduction away again. Fewer seats than have users is
    no refusal: who has no seat any more is settled by then (rules 6). Raises Refusal: not_eligible (with every reason),
    seats_below_minimum, seats_not_fewer, seats_unchanged.
    """
    subscription = state.subscription(ask.subscription_id)
    check(state, offer, Action.SEATS_REDUCE, subscription, actor, today)
    on_list, owed = subscription.scheduled_change(ChangeKind.SEATS), still_owed(state, [subscription], today)
    subscription = once_paid(subscription, offer.policy, today)
    minimum, most = least_seats(offer, subscription), subscription.last_seats
    if ask.seats < minimum:
        raise Refusal("seats_below_minimum", {"minimum": minimum, "asked": ask.seats})
    if ask.seats > most:
        raise Refusal("seats_not_fewer", {"seats": most, "asked": ask.seats})
    entry = subscription.scheduled_change(ChangeKind.SEATS)
    if ask.seats == (int(entry.value) if entry else most):
        raise Refusal("seats_unchanged", {"seats": ask.seats})
    is_all = ask.seats == most
    others = tuple(other for other in subscription.scheduled if other.kind is not ChangeKind.SEATS)
    added = () if is_all else (ScheduledChange(ChangeKind.SEATS, str(ask.seats), today, actor.name),)
    draft = Draft(
        action=ask.kind,
        effects=(
            Schedule(
                subscription_id=subscription.id,
                change=ChangeKind.SEATS,
                before=on_list.value if on_list else None,
                after=None if is_all else str(ask.seats),
                effective_on=subscription.renews_on,
            ),
        ),
        promised=promise(state, offer, replace(subscription, scheduled=(*others, *added)), today),
        owed=owed,
    )
    return assemble(state, offer, draft, today)


def least_seats(offer: Offer, subscription: Subscription) -> int:
    """The least number that may be renewed: the contract says so, else the product; one at least."""
    own = subscription.seat_limits.minimum
    return max(1, offer.product(subscription.product).min_seats if own is None else own)
