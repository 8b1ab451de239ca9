"""Give an order back inside its window: everything it did is undone, and its whole money refunded (rules 9)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tenor.domain.account import AccountState, Actor, ChangeKind, ComingTerm, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.carrying_out import NotAsItWas, carry_out
from tenor.domain.effects import (
    AddPeriod,
    BillCarried,
    CloseSubscription,
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
)
from tenor.domain.eligibility import Action, reasons, return_reasons
from tenor.domain.explanation import Facts
from tenor.domain.invoices import InvoiceDraft
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.orders import (
    PastOrder,
    PastOrders,
    carried_places,
    find_order,
    give_back,
    is_given_back,
    refund_quote,
    still_got,
)
from tenor.domain.quote import Quote
from tenor.domain.refusals import Reason, Refusal, Remedy, Scope
from tenor.domain.renewals import promise
from tenor.domain.requests import ReturnOrder
from tenor.domain.return_windows import window_ends_on
from tenor.domain.terms import Period


@dataclass(frozen=True, slots=True)
class PartOf:
    """What an order did for some of its subscriptions."""

    order: PastOrder
    subscription_ids: frozenset[str]


def plan(state: AccountState, offer: Offer, actor: Actor, ask: ReturnOrder, today: date, orders: PastOrders) -> Quote:
    """The quote of a return: the order's lines with their signs turned, and what undoes each of its effects.

    Of an order about several subscriptions the part of some can be given back, and the rest later. Raises Refusal:
    unknown_order, also for an order that was returned; not_in_order for a subscription that it is not about, or whose
    part was returned; not_eligible with every reason: the window, later orders in the order in which they are to be
    returned, later scheduled changes, and the matrix's; not_returnable where the account is not as the order left it.
    """
    order = find_order(orders, ask.order_id)
    part = _part(order, ask)
    if found := part_reasons(state, offer, PartOf(order, part), actor, today, orders):
        raise Refusal("not_eligible", {"action": str(Action.RETURN_ORDER), "order": order.number}, found)
    money, note = _money(state, order, part, today)
    is_all = part == order.subscription_ids
    mark = MarkReturned(order.id) if is_all else MarkPartReturned(order.id, tuple(sorted(part)))
    try:
        effects = (*undoing(state, _still_there(order, part), today), *money, mark)
        after = carry_out(state, effects, today)
    except NotAsItWas as changed:
        raise Refusal("not_returnable", {"order": order.number}) from changed
    promised = tuple(
        renewal
        for subscription in after.subscriptions
        if subscription.id in part
        for renewal in promise(after, offer, subscription, today)
    )
    if note is None:
        return assemble(state, offer, Draft(ask.kind, effects=effects, promised=promised), today)
    return refund_quote(ask.kind, (note,), effects, promised, today)


def _part(order: PastOrder, ask: ReturnOrder) -> frozenset[str]:
    """The subscriptions that are asked for: all that are left of the order, where none is named."""
    for subscription_id in ask.subscription_ids:
        if subscription_id not in order.subscription_ids:
            raise Refusal("not_in_order", {"order": order.number, "subscription": subscription_id})
    return frozenset(ask.subscription_ids) or order.subscription_ids


def open_parts(
    state: AccountState, offer: Offer, order: PastOrder, actor: Actor, today: date, orders: PastOrders
) -> dict[str, tuple[Reason, ...]]:
    """By subscription of what is left of the order: every reason why its part can't be returned; empty where it can."""
    return {
        one: part_reasons(state, offer, PartOf(order, frozenset({one})), actor, today, orders)
        for one in sorted(order.subscription_ids)
    }


def part_reasons(
    state: AccountState, offer: Offer, asked: PartOf, actor: Actor, today: date, orders: PastOrders
) -> tuple[Reason, ...]:
    """Every reason why that part of an order can't be returned, each with its remedy; empty where it can."""
    order, part = asked.order, asked.subscription_ids
    named = [subscription for subscription in state.subscriptions if subscription.id in part]
    found: list[Reason] = []
    for subscription in named:
        found += reasons(state, offer, Action.RETURN_ORDER, subscription, actor, today)
    later = tuple((each.id, each.number) for each in reversed(later_orders(orders, order, part)))
    found += return_reasons(window_ends_on(offer, order, part), today, later)
    found += (reason for one in named for reason in _scheduled_reasons(order, one))
    found += _payment_reasons(state, order)
    return tuple(reason for place, reason in enumerate(found) if reason not in found[:place])


def later_orders(orders: PastOrders, order: PastOrder, part: frozenset[str]) -> PastOrders:
    """The orders that build on this part, the oldest first: carried out after it, on one of these subscriptions."""
    after = orders[orders.index(order) + 1 :]
    return tuple(each for each in after if each.subscription_ids & part)


def _still_there(order: PastOrder, part: frozenset[str]) -> tuple[Effect, ...]:
    """The effects of the part, without those for which the money was given back, and which were undone with it (rules
    5).

    Turning renewal off gives back one subscription's part of an alignment, and what was changed about those days since;
    the rest of each order can be returned still.
    """
    charged = [place for place in order.own_places if order.quote.lines[place].amount]
    standing, gone = set[tuple[str, Period]](), set[tuple[str, Period]]()
    for place in charged:
        line = order.quote.lines[place]
        (gone if is_given_back(order, place) else standing).add((line.subscription_id, line.span))
    gone_wholly = {one for one, _ in gone} - {one for one, _ in standing}
    return tuple(
        effect
        for effect in order.quote.effects
        if getattr(effect, "subscription_id", None) in part - gone_wholly
        and not (isinstance(effect, AddPeriod | StopPeriod) and _days_of(effect) in gone - standing)
    )


def _days_of(effect: AddPeriod | StopPeriod) -> tuple[str, Period]:
    return effect.subscription_id, effect.paid.period


def inverse(effect: Effect) -> Iterator[Effect]:
    """What undoes an effect: the value after gives way to the value before.

    Lines that waited stay billed on the invoice that billed them: they belong to other orders.
    """
    match effect:
        case SetSeats() | SetMethod() | SetPlan() | SetComing():
            swapped: dict[str, Any] = {"before": effect.after, "after": effect.before}
            yield replace(effect, **swapped)
        case AddPeriod(subscription_id, paid):
            yield StopPeriod(subscription_id, paid, None, paid.period.start)
        case StopPeriod():
            yield replace(effect, before=effect.after, after=effect.before)
        case MoveRenewal(subscription_id, before, after, anchor_before, anchor_after):
            yield MoveRenewal(subscription_id, after, before, anchor_after, anchor_before)
        case Schedule():
            yield _unscheduled(effect)
        case StartTerm(subscription_id):
            yield EndTerm(subscription_id, effect)
        case OpenSubscription(subscription_id):
            yield CloseSubscription(subscription_id, effect.paid)
        case BillCarried():
            return
        case _:
            raise Refusal("not_returnable", {"effect": effect.kind})


def undoing(state: AccountState, done: tuple[Effect, ...], today: date) -> tuple[Effect, ...]:
    """What undoes these effects, the last first. A choice that was made anew since then stands.

    Raises NotAsItWas where anything else is not as the effects left it: later orders are returned first.
    """
    undone: list[Effect] = []
    for effect in _inverses(state, done):
        try:
            state = carry_out(state, [effect], today)
        except NotAsItWas:
            if not isinstance(effect, SetMethod | Schedule):
                raise
            continue
        undone.append(effect)
    return tuple(undone)


def _inverses(state: AccountState, done: tuple[Effect, ...]) -> Iterator[Effect]:
    """The inverses, the last first. Where a term has begun that was still coming when it was changed, the subscription
    is what that term was to be: so what was done to the term is undone, and not what was done to the one before it.
    """
    to_coming = {effect.subscription_id for effect in done if isinstance(effect, SetComing)}
    begun = {one.id for one in state.subscriptions if one.coming is None} & to_coming
    for effect in reversed(done):
        match effect:
            case SetComing(subscription_id, ComingTerm() as before, ComingTerm() as after) if subscription_id in begun:
                yield from _undoing_begun(subscription_id, before, after)
            case SetSeats() | SetPlan() if effect.subscription_id in begun:
                continue
            case _:
                yield from inverse(effect)


def _undoing_begun(subscription_id: str, before: ComingTerm, after: ComingTerm) -> Iterator[Effect]:
    if after.seats != before.seats:
        yield SetSeats(subscription_id, after.seats, before.seats)
    if after.plan != before.plan:
        yield SetPlan(subscription_id, after.plan, before.plan)


def _unscheduled(effect: Schedule) -> Schedule:
    return Schedule(
        effect.subscription_id,
        effect.change,
        before=effect.after,
        after=effect.before,
        effective_on=effect.effective_on,
        unit_price=effect.unit_price_before,
        unit_price_before=effect.unit_price,
    )


def _scheduled_reasons(order: PastOrder, subscription: Subscription) -> Iterator[Reason]:
    """A number of seats that is scheduled since, and can't be kept with the seats that would be left."""
    entry, gone = subscription.scheduled_change(ChangeKind.SEATS), _seats_gone(order, subscription)
    if entry is None or not gone or int(entry.value) <= subscription.last_seats - gone:
        return
    if _is_own(order, subscription, entry.value):
        return
    facts: Facts = {
        "subscription": subscription.id,
        "scheduled": int(entry.value),
        "left": subscription.last_seats - gone,
    }
    remedy = Remedy("undo_scheduled_first", {"subscription": subscription.id})
    yield Reason("scheduled_change_depends", Scope.SUBSCRIPTION, facts=facts, remedy=remedy)


def _is_own(order: PastOrder, subscription: Subscription, value: str) -> bool:
    """Whether the order itself scheduled that many seats: then it takes them off the list, too."""
    return any(
        isinstance(effect, Schedule)
        and effect.change is ChangeKind.SEATS
        and (effect.subscription_id, effect.after) == (subscription.id, value)
        for effect in order.quote.effects
    )


def _seats_gone(order: PastOrder, subscription: Subscription) -> int:
    """How many seats the order brought to the last paid period: to the term that was coming, if there was one."""
    now = ahead = 0
    for effect in order.quote.effects:
        if isinstance(effect, SetSeats) and effect.subscription_id == subscription.id:
            now += effect.after - effect.before
        if isinstance(effect, SetComing) and effect.subscription_id == subscription.id:
            ahead += _seats_of(effect.after) - _seats_of(effect.before)
    return ahead or now


def _seats_of(term: ComingTerm | None) -> int:
    return term.seats if term else 0


def _payment_reasons(state: AccountState, order: PastOrder) -> Iterator[Reason]:
    """Small lines stand on the invoice of another order, and that is being paid: nothing can be given back yet. Or what
    it had brought to the account's balance has paid for something since.
    """
    bill = order.billed_by.number if order.billed_by and order.billed_by.is_being_paid else ""
    if set(order.waiting) - {line.id for line in state.carried}:  # an order that is still open bills them
        opened = (subscription.open_order for subscription in state.subscriptions)
        bill = next((each.number for each in opened if each is not None), bill)
    if bill:
        facts: Facts = {"order": bill}
        yield Reason("bill_being_paid", Scope.ACCOUNT, facts=facts, remedy=Remedy("wait_for_payment", facts))
    got, left = still_got(order), state.balance
    if got is not None and (left is None or left < got):
        spent: Facts = {"amount": got, "left": left or Money.zero(got.currency)}
        yield Reason("credit_spent", Scope.ACCOUNT, facts=spent, remedy=Remedy("contact_support"))


def _money(
    state: AccountState, order: PastOrder, part: frozenset[str], today: date
) -> tuple[tuple[GiveBack | DropCarried, ...], tuple[PastOrder, InvoiceDraft] | None]:
    """What goes back: of the order's own invoice, of the one that billed its small lines, or nothing yet."""
    is_all = part == order.subscription_ids
    if order.waiting:
        own = {line.id for line in state.carried if line.subscription_id in part}
        dropped = order.waiting if is_all else tuple(one for one in order.waiting if one in own)
        return ((DropCarried(dropped),) if dropped else ()), None
    bill, places = order, order.places_of(part)
    if not order.quote.is_invoiced:
        if order.billed_by is None:
            return (), None
        bill = order.billed_by
        carried = carried_places(bill, order)
        places = carried if is_all else tuple(p for p in carried if bill.quote.lines[p].subscription_id in part)
    is_charged = any(bill.quote.lines[place].amount for place in places)
    if not is_charged and (order.returned or not is_all):
        return (), None  # only its anchor moved, with the others' dates
    effect, note = give_back(bill, places, today)
    return (effect,), (bill, note)
