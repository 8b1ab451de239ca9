"""Give subscriptions one renewal date: each is paid for as many days as it has to wait for the others (rules 5)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from tenor.domain.account import AccountState, Actor, ChangeKind, PaidPeriod, PeriodKind, Subscription
from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.carrying_out import carry_out
from tenor.domain.catalog import Item
from tenor.domain.choosing import in_order
from tenor.domain.direct_debit import newly_paid, short_notices
from tenor.domain.effects import AddPeriod, Effect, MoveRenewal, Schedule
from tenor.domain.eligibility import Action, align_reasons
from tenor.domain.eligibility.together import renewing_alike
from tenor.domain.explanation import Facts
from tenor.domain.offer import Offer
from tenor.domain.preparation import aligning_method, prepare
from tenor.domain.pricing import UnitPrice, entry_on, renewal_price
from tenor.domain.proration import extension
from tenor.domain.quote import LineKind, NextRenewal, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import promise
from tenor.domain.requests import AlignDates
from tenor.domain.terms import Period, next_period


def plan(state: AccountState, offer: Offer, actor: Actor, ask: AlignDates, today: date) -> Quote:
    """The quote for one renewal date: a line for each subscription that has to wait for it, and all renewals to come.

    The order of choosing is irrelevant. Raises Refusal: too_many_chosen, unknown_subscription, not_eligible (with every
    reason), date_too_early and date_too_late (naming a subscription and the day that is possible), dates_too_far_apart,
    tax_inclusion_differs, not_sold; scheduled_seats_unclear where one that moves has a reduction scheduled and the
    request does not say what to renew, seats_at_renewal_out_of_range where it says too many or none; for a method that
    is chosen whatever `preparation.aligning_method` raises, and to prepare whatever `preparation.prepare` does.
    """
    chosen = _chosen(state, offer, ask)
    if ask.prepare:
        return _prepared(state, offer, actor, ask, chosen, today)
    if found := align_reasons(state, offer, chosen, actor, today):
        raise Refusal("not_eligible", {"action": str(Action.ALIGN), "subscription": None}, found)
    draft = _alignment(state, offer, chosen, ask, today)
    if ask.method_id is not None:
        draft = replace(draft, method_id=aligning_method(state, offer, ask.method_id, today).id)
    return _quote(state, offer, draft, chosen, today)


def target_date(chosen: tuple[Subscription, ...]) -> date:
    """The date that is common to them unless another is asked for: the latest, because dates move later only."""
    return max(one.renews_on for one in chosen)


def latest_date(chosen: tuple[Subscription, ...]) -> date:
    """The last day that all of them can be moved to: for each it is less than a term away."""
    return min(_next(one).end for one in chosen) - timedelta(days=1)


def _chosen(state: AccountState, offer: Offer, ask: AlignDates) -> tuple[Subscription, ...]:
    """The chosen ones in the order in which they renew, each once."""
    wanted, most = set(ask.subscription_ids), offer.policy.most_at_once
    if len(wanted) > most:
        raise Refusal("too_many_chosen", {"chosen": len(wanted), "most": most})
    for subscription_id in sorted(wanted):
        state.subscription(subscription_id)
    return in_order(one for one in state.subscriptions if one.id in wanted)


def _prepared(
    state: AccountState, offer: Offer, actor: Actor, ask: AlignDates, chosen: tuple[Subscription, ...], today: date
) -> Quote:
    """First what makes them alignable, then the alignment of those that are so today, on the state after it."""
    if len(chosen) < 2:
        facts: Facts = {"action": str(Action.ALIGN), "subscription": None}
        raise Refusal("not_eligible", facts, align_reasons(state, offer, chosen, actor, today))
    ready = prepare(state, offer, actor, chosen, ask.method_id, today)
    draft = Draft(ask.kind, method_id=ready.method.id)
    waits = len(ready.now) < 2 or renewing_alike(ready.now)
    found = align_reasons(ready.state, offer, ready.now, actor, today)
    if found := tuple(reason for reason in found if not (waits and reason.code in _NOTHING_TODAY)):
        raise Refusal("not_eligible", {"action": str(Action.ALIGN), "subscription": None}, found)
    if not waits:
        draft = _alignment(ready.state, offer, ready.now, ask, today)
    if not ready.effects and not draft.effects:
        facts = {"action": str(Action.ALIGN), "subscription": None}
        raise Refusal("not_eligible", facts, align_reasons(state, offer, chosen, actor, today))
    moved = carry_out(ready.state, draft.effects, today)
    effects = tuple(_on_its_day(moved, effect) for effect in (*ready.effects, *draft.effects))
    sooner = short_notices(offer.policy, newly_paid(state, moved, chosen, ready.method), ready.method, today)
    return _quote(state, offer, replace(draft, effects=effects, short_notices=sooner), chosen, today)


_NOTHING_TODAY = frozenset({"fewer_than_two", "already_aligned"})
"""What is no hindrance to a preparation: nothing is left to align today, and the rest waits for its renewal."""


def _on_its_day(moved: AccountState, effect: Effect) -> Effect:
    """What is scheduled moves with the renewal date."""
    if not isinstance(effect, Schedule):
        return effect
    return replace(effect, effective_on=moved.subscription(effect.subscription_id).renews_on)


def _alignment(
    state: AccountState, offer: Offer, chosen: tuple[Subscription, ...], ask: AlignDates, today: date
) -> Draft:
    """Lines and effects that give the chosen ones their common date."""
    common = target_date(chosen) if ask.on is None else ask.on
    _check_date(chosen, common)
    answers = dict(ask.at_renewal)
    lines, effects = list[DraftLine](), list[Effect]()
    prices = {one.id: _price(state, offer, one, today) for one in chosen if one.renews_on < common}
    for one in chosen:
        if one.id in prices:
            paid, line = _extended(one, prices[one.id], common)
            lines.append(line)
            effects.append(AddPeriod(one.id, paid))
            effects.extend(_seats_at_renewal(one, answers.get(one.id), common))
        if one.renews_on < common or one.anchor.day != common.day:
            effects.append(MoveRenewal(one.id, one.renews_on, common, one.anchor, common))
    included = {price.entry.tax_included for price in prices.values()}
    if len(included) > 1:
        raise Refusal("tax_inclusion_differs", {"country": state.country})
    method = state.method_of(chosen[0])
    return Draft(
        action="align_dates",
        method_id=method.id if method else None,
        tax_included=True in included,
        lines=tuple(lines),
        effects=tuple(effects),
    )


def needs_seats(chosen: Iterable[Subscription], common: date) -> tuple[Subscription, ...]:
    """Those that move, and of which fewer seats are scheduled: until the common date all of them are paid (rules 6)."""
    return tuple(one for one in chosen if one.renews_on < common and one.scheduled_change(ChangeKind.SEATS))


def _seats_at_renewal(one: Subscription, answer: int | None, common: date) -> Iterator[Schedule]:
    """The reduction as it is to stand on the common date; nothing where it stays as it is."""
    if not needs_seats([one], common) or (fewer := one.scheduled_change(ChangeKind.SEATS)) is None:
        return
    named: Facts = {"subscription": one.id, "number": one.number, "product": one.product}
    if answer is None:
        raise Refusal(
            "scheduled_seats_unclear",
            {"scheduled": int(fewer.value), "seats": one.last_seats, "after": one.last_seats, **named},
        )
    if str(answer) == fewer.value:
        return
    if not 1 <= answer <= one.last_seats:
        raise Refusal(
            "seats_at_renewal_out_of_range", {"minimum": 1, "maximum": one.last_seats, "asked": answer, **named}
        )
    after = None if answer == one.last_seats else str(answer)
    yield Schedule(one.id, ChangeKind.SEATS, fewer.value, after, effective_on=common)


def _check_date(chosen: tuple[Subscription, ...], common: date) -> None:
    last = max(chosen, key=lambda one: one.renews_on)
    if common < last.renews_on:
        facts: Facts = {"subscription": last.id, "on": common}
        raise Refusal(
            "date_too_early", {**facts, "number": last.number, "product": last.product, "earliest": last.renews_on}
        )
    first, latest = min(chosen, key=lambda one: _next(one).end), latest_date(chosen)
    facts = {"subscription": first.id, "on": common}
    if latest < last.renews_on:
        raise Refusal("dates_too_far_apart", {**facts, "number": first.number, "product": first.product})
    if common > latest:
        raise Refusal("date_too_late", {**facts, "number": first.number, "product": first.product, "latest": latest})


def _next(one: Subscription) -> Period:
    """The period that it would have next, under its own anchor."""
    return next_period(one.anchor, one.renews_on, one.last_term)


def _price(state: AccountState, offer: Offer, one: Subscription, today: date) -> UnitPrice:
    """What a seat would cost if it were renewed today, as it stands: nothing scheduled counts yet."""
    item = Item(one.product, one.last_plan, one.last_term, state.currency, offer.price_group(state))
    return renewal_price(offer, entry_on(offer, item, today), today, one.last_seats)


def _extended(one: Subscription, price: UnitPrice, common: date) -> tuple[PaidPeriod, DraftLine]:
    """The days until the common date, as a paid period of its own, and the line that charges them."""
    whole, span = _next(one), Period(one.renews_on, common)
    paid = PaidPeriod(PeriodKind.EXTENSION, span, price.amount, whole.days, price.kind, price.entry.tax_included)
    return paid, DraftLine(
        kind=LineKind.EXTENSION,
        subscription_id=one.id,
        product=one.product,
        plan=one.last_plan,
        seats=one.last_seats,
        span=span,
        unit_price=price.amount,
        denominator=whole.days,
        explanation=extension(price.explanation, one.last_seats, paid, whole),
        tax_included=paid.tax_included,
    )


def _quote(state: AccountState, offer: Offer, draft: Draft, chosen: tuple[Subscription, ...], today: date) -> Quote:
    after = carry_out(state, draft.effects, today)
    promised = (renewal for one in chosen for renewal in _promised(after, offer, after.subscription(one.id), today))
    return assemble(state, offer, replace(draft, promised=tuple(promised)), today)


def _promised(state: AccountState, offer: Offer, one: Subscription, today: date) -> tuple[NextRenewal, ...]:
    """The renewal on the new date; what has no price known then promises none, and may be aligned all the same."""
    try:
        return promise(state, offer, one, today)
    except Refusal:
        return ()
