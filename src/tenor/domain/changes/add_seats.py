"""Add seats now, at a price for the days that are left (rules 4)."""

from dataclasses import replace
from datetime import date

from tenor.domain.account import (
    AccountState,
    Actor,
    ChangeKind,
    ComingTerm,
    PaidPeriod,
    PeriodKind,
    ScheduledChange,
    Subscription,
)
from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.effects import Effect, Schedule, SetComing, SetSeats
from tenor.domain.eligibility import Action, check
from tenor.domain.explanation import Explanation, Facts
from tenor.domain.methods import chargeable, charged_to
from tenor.domain.offer import Offer
from tenor.domain.pricing import UnitPrice, entry_on, list_price
from tenor.domain.proration import prorated_seats
from tenor.domain.quote import LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import promise
from tenor.domain.requests import AddSeats
from tenor.domain.terms import Period


def plan(state: AccountState, offer: Offer, actor: Actor, ask: AddSeats, today: date) -> Quote:
    """The quote for more seats: one line for each paid period that is still to run.

    Raises Refusal: not_eligible (with every reason), seats_not_positive, seats_above_maximum, not_sold,
    nothing_left where no paid period runs any longer, scheduled_seats_unclear where a reduction is already scheduled
    and the request does not say what to renew, and seats_at_renewal_out_of_range where it says too many or none; for
    the method that is chosen whatever `methods.chargeable` raises.
    """
    subscription = state.subscription(ask.subscription_id)
    wanted = None if ask.method_id is None else chargeable(state, offer, ask.method_id, today)
    check(state, offer, Action.SEATS_ADD, charged_to(subscription, wanted), actor, today)
    seats_after = _seats_after(offer, subscription, ask)
    running = subscription.running_periods(today)
    if not running:
        raise Refusal("nothing_left", {"renews_on": subscription.renews_on})
    entry = entry_on(offer, offer.item(state, subscription), today)
    price = list_price(offer, entry, today, ask.seats, first_term=True)
    grown = replace(subscription, seats=seats_after, coming=_coming_after(subscription, ask))
    planned = replace(grown, scheduled=_scheduled_after(subscription, ask, actor, today))
    method = wanted or state.method_of(subscription)
    draft = Draft(
        action=ask.kind,
        method_id=method.id if method else None,
        tax_included=entry.tax_included,
        lines=tuple(_line(subscription, ask.seats, paid, price, today) for paid in running),
        effects=_effects(subscription, seats_after, ask),
        promised=promise(state, offer, planned, today),
    )
    return assemble(state, offer, draft, today)


def _seats_after(offer: Offer, subscription: Subscription, ask: AddSeats) -> int:
    if ask.seats < 1:
        raise Refusal("seats_not_positive", {"seats": ask.seats})
    maximum = subscription.seat_limits.maximum or offer.product(subscription.product).max_seats
    if subscription.seats + ask.seats > maximum:
        raise Refusal("seats_above_maximum", {"maximum": maximum, "seats": subscription.seats, "asked": ask.seats})
    return subscription.seats + ask.seats


def _line(subscription: Subscription, seats: int, paid: PaidPeriod, price: UnitPrice, today: date) -> DraftLine:
    """The current term is priced by today's list; an extension and a term paid ahead keep their own unit price.

    That one keeps the tax in it, or goes without, as it was paid.
    """
    is_current = paid.kind is PeriodKind.TERM and today in paid.period
    unit = price.explanation if is_current else _own_price(paid)
    explained = prorated_seats(unit, seats, paid, today)
    return DraftLine(
        kind=LineKind.SEATS,
        subscription_id=subscription.id,
        product=subscription.product,
        plan=subscription.last_plan if _is_ahead(subscription, paid) else subscription.plan,
        seats=seats,
        span=Period(max(today, paid.period.start), paid.period.end),
        unit_price=unit.result,
        denominator=paid.denominator,
        explanation=explained,
        tax_included=price.entry.tax_included if is_current else paid.tax_included,
    )


def _is_ahead(subscription: Subscription, paid: PaidPeriod) -> bool:
    """Whether the period belongs to a term that is paid ahead, perhaps for another plan."""
    return subscription.coming is not None and paid.period.start >= subscription.coming.starts_on


def _coming_after(subscription: Subscription, ask: AddSeats) -> ComingTerm | None:
    """A term that is paid ahead gets the seats, too."""
    coming = subscription.coming
    return None if coming is None else replace(coming, seats=coming.seats + ask.seats)


def _own_price(paid: PaidPeriod) -> Explanation:
    facts: Facts = {"starts_on": paid.period.start, "ends_on": paid.period.end, "kind": str(paid.price_kind)}
    return Explanation("price_of_period", facts, paid.unit_price)


def _scheduled_after(
    subscription: Subscription, ask: AddSeats, actor: Actor, today: date
) -> tuple[ScheduledChange, ...]:
    """The scheduled list as it will stand: nothing on it is ever dropped by an immediate change (rules 6)."""
    fewer = subscription.scheduled_change(ChangeKind.SEATS)
    if fewer is None:
        return subscription.scheduled
    total = subscription.last_seats + ask.seats
    if ask.at_renewal is None:
        facts = {"scheduled": int(fewer.value), "seats": subscription.last_seats, "after": total}
        raise Refusal("scheduled_seats_unclear", facts)
    if not 1 <= ask.at_renewal <= total:
        raise Refusal("seats_at_renewal_out_of_range", {"minimum": 1, "maximum": total, "asked": ask.at_renewal})
    others = tuple(entry for entry in subscription.scheduled if entry.kind is not ChangeKind.SEATS)
    if ask.at_renewal == total:
        return others
    return (*others, ScheduledChange(ChangeKind.SEATS, str(ask.at_renewal), today, actor.name))


def _effects(subscription: Subscription, seats_after: int, ask: AddSeats) -> tuple[Effect, ...]:
    grown: tuple[Effect, ...] = (SetSeats(subscription.id, before=subscription.seats, after=seats_after),)
    if subscription.coming is not None:
        grown += (SetComing(subscription.id, subscription.coming, _coming_after(subscription, ask)),)
    fewer = subscription.scheduled_change(ChangeKind.SEATS)
    if fewer is None or ask.at_renewal is None or str(ask.at_renewal) == fewer.value:
        return grown
    kept = None if ask.at_renewal == subscription.last_seats + ask.seats else str(ask.at_renewal)
    return (
        *grown,
        Schedule(subscription.id, ChangeKind.SEATS, fewer.value, kept, effective_on=subscription.renews_on),
    )
