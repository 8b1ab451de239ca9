"""What effects make of an account, purely: for forecasts, previews and tests. `db.effects` does the same to rows.

Each function below is one kind of effect. A value that is not what the effect says it was is a fault, and raises.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from tenor.domain.account import (
    AccountState,
    ComingTerm,
    PaidPeriod,
    ScheduledChange,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.claiming import Choices, after_end, after_start
from tenor.domain.effects import (
    AddPeriod,
    BillCarried,
    CloseSubscription,
    DeclineTerm,
    DropCarried,
    Effect,
    EndTerm,
    GiveBack,
    MarkPartReturned,
    MarkReturned,
    MoveRenewal,
    OpenSubscription,
    Schedule,
    SetComing,
    SetMethod,
    SetPlan,
    SetSeats,
    StartTerm,
    StopPeriod,
    WithdrawInvoice,
)
from tenor.domain.terms import Period, Term


class NotAsItWas(ValueError):
    """The account is not as it was when the effect was planned."""


def carry_out(state: AccountState, effects: Iterable[Effect], today: date, by: str = "") -> AccountState:
    """The account after the effects, in their order, on its local day `today`. Raises NotAsItWas.

    `by` (a name) is noted with what is scheduled.
    """
    for effect in effects:
        state = _carry_out(state, effect, today, by)
    return state


def _carry_out(state: AccountState, effect: Effect, today: date, by: str) -> AccountState:
    if isinstance(effect, BillCarried | DropCarried):
        return _billed(state, effect)
    if isinstance(effect, GiveBack | MarkReturned | MarkPartReturned | WithdrawInvoice):
        return state  # money and orders are no part of an account's state
    if isinstance(effect, OpenSubscription):
        return replace(state, subscriptions=(*state.subscriptions, _opened(effect)))
    after = _changed(state.subscription(effect.subscription_id), effect, today, by)
    return replace(state, subscriptions=tuple(after if s.id == after.id else s for s in state.subscriptions))


def begin_coming(subscription: Subscription) -> Subscription:
    """The subscription on the day on which the term begins that was paid ahead."""
    coming = subscription.coming
    if coming is None:
        return subscription
    return replace(subscription, term=Term(coming.months), plan=coming.plan, seats=coming.seats, coming=None)


def _billed(state: AccountState, effect: BillCarried | DropCarried) -> AccountState:
    waiting = tuple(line for line in state.carried if line.id not in effect.line_ids)
    _same(len(state.carried), len(waiting) + len(effect.line_ids))
    return replace(state, carried=waiting)


def _changed(subscription: Subscription, effect: Effect, today: date, by: str) -> Subscription:
    match effect:
        case SetSeats() | SetPlan() | SetMethod() | SetComing():
            return _set(subscription, effect)
        case Schedule():
            return _scheduled(subscription, effect, today, by)
        case AddPeriod():
            return _with_period(subscription, effect.paid)
        case StopPeriod():
            return _stopped(subscription, effect)
        case MoveRenewal():
            _same((subscription.renews_on, subscription.anchor), (effect.before, effect.anchor_before))
            return replace(subscription, renews_on=effect.after, anchor=effect.anchor_after)
        case StartTerm():
            return _started(subscription, effect, today)
        case EndTerm():
            return _ended(subscription, effect.term, today)
        case DeclineTerm():
            return _declined(subscription, effect)
        case CloseSubscription():
            return replace(subscription, status=SubscriptionStatus.CANCELED, lapsed_on=today, periods=())
        case _:
            raise AssertionError(f"{effect.kind} is not about a subscription")


_FIELDS: dict[type, str] = {SetSeats: "seats", SetPlan: "plan", SetMethod: "method_id", SetComing: "coming"}


def _set(subscription: Subscription, effect: SetSeats | SetPlan | SetMethod | SetComing) -> Subscription:
    field = _FIELDS[type(effect)]
    _same(getattr(subscription, field), effect.before)
    changed: dict[str, Any] = {field: effect.after}
    return replace(subscription, **changed)


def _scheduled(subscription: Subscription, effect: Schedule, today: date, by: str) -> Subscription:
    entry = subscription.scheduled_change(effect.change)
    _same(entry.value if entry else None, effect.before)
    kept = tuple(other for other in subscription.scheduled if other.kind is not effect.change)
    if effect.after is None:
        return replace(subscription, scheduled=kept)
    added = ScheduledChange(effect.change, effect.after, today, by, effect.unit_price)
    return replace(subscription, scheduled=(*kept, added))


def _started(subscription: Subscription, effect: StartTerm, today: date) -> Subscription:
    span = effect.paid.period
    _same(subscription.renews_on, span.start)
    stands = after_start(_choices(subscription), effect.was.scheduled, effect.was.method_id)
    begun = replace(
        _with_choices(_with_period(subscription, effect.paid), stands),
        renews_on=span.end,
        renewal_claimed=False,
        coming=ComingTerm(span.start, effect.months, effect.plan, effect.seats),
        owed=None,
    )
    return (
        begun if span.start > today else replace(begin_coming(begun), status=SubscriptionStatus.ACTIVE, lapsed_on=None)
    )


def _ended(subscription: Subscription, term: StartTerm, today: date) -> Subscription:
    """As it stood before the term; what was chosen since stays."""
    span, was = term.paid.period, term.was
    _same(subscription.renews_on, span.end)
    had_begun = span.start <= today
    before = Choices((), was.auto_renew, was.method_id)
    return replace(
        _with_choices(
            _without_period(subscription, term.paid), after_end(_choices(subscription), was.scheduled, before)
        ),
        renews_on=span.start,
        term=Term(was.months) if had_begun else subscription.term,
        plan=was.plan if had_begun else subscription.plan,
        seats=was.seats if had_begun else subscription.seats,
        coming=None,
        status=SubscriptionStatus.EXPIRED if had_begun else subscription.status,
        lapsed_on=(was.lapsed_on or today) if had_begun else subscription.lapsed_on,
    )


def _declined(subscription: Subscription, effect: DeclineTerm) -> Subscription:
    """As one whose renewal had been off: it ended on its renewal date."""
    _same(subscription.status, effect.before)
    return replace(
        subscription,
        status=SubscriptionStatus.EXPIRED,
        lapsed_on=subscription.lapsed_on or subscription.renews_on,
        renewal_claimed=False,
        open_order=None,
        owed=None,
    )


def _choices(subscription: Subscription) -> Choices:
    return Choices(subscription.scheduled, subscription.auto_renew, subscription.method_id)


def _with_choices(subscription: Subscription, stands: Choices) -> Subscription:
    return replace(subscription, scheduled=stands.scheduled, auto_renew=stands.auto_renew, method_id=stands.method_id)


def _stopped(subscription: Subscription, effect: StopPeriod) -> Subscription:
    """The period as paid for, cut at `before`, is cut at `after` instead; cut on its first day it is not there."""
    before, after = _cut(effect.paid, effect.before), _cut(effect.paid, effect.after)
    if before is not None:
        subscription = _without_period(subscription, before)
    return subscription if after is None else _with_period(subscription, after)


def _cut(paid: PaidPeriod, on: date | None) -> PaidPeriod | None:
    if on is None:
        return paid
    return None if on == paid.period.start else replace(paid, period=Period(paid.period.start, on))


def _with_period(subscription: Subscription, paid: PaidPeriod) -> Subscription:
    if any(other.period.start == paid.period.start for other in subscription.periods):
        raise NotAsItWas(f"{subscription.id} has a period from {paid.period.start} already")
    return replace(subscription, periods=tuple(sorted((*subscription.periods, paid), key=lambda one: one.period)))


def _without_period(subscription: Subscription, paid: PaidPeriod) -> Subscription:
    if paid not in subscription.periods:
        raise NotAsItWas(f"{subscription.id} has no such period from {paid.period.start}")
    return replace(subscription, periods=tuple(other for other in subscription.periods if other != paid))


def _opened(effect: OpenSubscription) -> Subscription:
    return Subscription(
        id=effect.subscription_id,
        number="",
        product=effect.product,
        plan=effect.plan,
        term=Term(effect.months),
        seats=effect.seats,
        anchor=effect.paid.period.start,
        renews_on=effect.paid.period.end,
        status=SubscriptionStatus.ACTIVE,
        auto_renew=effect.auto_renew,
        periods=(effect.paid,),
        method_id=effect.method_id,
    )


def _same(found: object, expected: object) -> None:
    if found != expected:
        raise NotAsItWas(f"it is {found}, not {expected}")
