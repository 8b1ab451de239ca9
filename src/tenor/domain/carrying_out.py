"""What effects make of an account, without a database: the state after a quote, as `db.effects` would leave it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tenor.domain.account import AccountState, ScheduledChange, Subscription
from tenor.domain.effects import BillCarried, Effect, Schedule, SetMethod, SetSeats, StartTerm
from tenor.domain.terms import Term


def carry_out(state: AccountState, effects: Iterable[Effect], today: date, by: str = "") -> AccountState:
    """The account after the effects, in their order. `today` and `by` (a name) are noted with what is scheduled.

    Raises ValueError where a value is not what it was when the effect was planned, and for an effect that only a
    database can carry out.
    """
    for effect in effects:
        state = _after(state, effect, today, by)
    return state


def _after(state: AccountState, effect: Effect, today: date, by: str) -> AccountState:
    match effect:
        case SetSeats():
            return _with(state, _set_seats(state.subscription(effect.subscription_id), effect))
        case SetMethod():
            return _with(state, _set_method(state.subscription(effect.subscription_id), effect))
        case Schedule():
            return _with(state, _schedule(state.subscription(effect.subscription_id), effect, today, by))
        case StartTerm():
            return _with(state, _start_term(state.subscription(effect.subscription_id), effect))
        case BillCarried():
            return _bill_carried(state, effect)
        case _:
            raise ValueError(f"{effect.kind} is not carried out without a database")


def _with(state: AccountState, changed: Subscription) -> AccountState:
    return replace(state, subscriptions=tuple(changed if s.id == changed.id else s for s in state.subscriptions))


def _set_seats(subscription: Subscription, effect: SetSeats) -> Subscription:
    _expect(subscription.seats == effect.before, f"{subscription.id} has not {effect.before} seats")
    return replace(subscription, seats=effect.after)


def _set_method(subscription: Subscription, effect: SetMethod) -> Subscription:
    _expect(subscription.method_id == effect.before, f"{subscription.id} is not paid by {effect.before}")
    return replace(subscription, method_id=effect.after)


def _schedule(subscription: Subscription, effect: Schedule, today: date, by: str) -> Subscription:
    """The new entry, if there is one, goes to the end of the list."""
    before = subscription.scheduled_change(effect.change)
    _expect(
        (before and before.value) == effect.before,
        f"{subscription.id} has not {effect.change} {effect.before} scheduled",
    )
    entries = tuple(entry for entry in subscription.scheduled if entry.kind is not effect.change)
    if effect.after is not None:
        entries = (*entries, ScheduledChange(effect.change, effect.after, today, by, effect.unit_price))
    return replace(subscription, scheduled=entries)


def _start_term(subscription: Subscription, effect: StartTerm) -> Subscription:
    """The next term begins where the last one ended; what was scheduled for it is claimed by it."""
    span = effect.paid.period
    _expect(subscription.renews_on == span.start, f"{subscription.id} does not renew on {span.start}")
    return replace(
        subscription,
        term=Term(effect.months),
        plan=effect.plan,
        seats=effect.seats,
        auto_renew=effect.auto_renew,
        method_id=effect.method_id,
        renews_on=span.end,
        periods=(*subscription.periods, effect.paid),
        scheduled=(),
        renewal_claimed=False,
    )


def _bill_carried(state: AccountState, effect: BillCarried) -> AccountState:
    waiting = tuple(line for line in state.carried if line.id not in effect.line_ids)
    _expect(len(waiting) + len(effect.line_ids) == len(state.carried), "carried lines were billed already")
    return replace(state, carried=waiting)


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
