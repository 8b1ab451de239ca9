"""Every payment of the months to come, as the renewal night will plan them: never a second calculation (rules 7)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tenor.domain import balance
from tenor.domain.account import (
    AccountState,
    Actor,
    CarriedLine,
    OpenOrder,
    PaymentMethod,
    Role,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.carrying_out import NotAsItWas, carry_out
from tenor.domain.differences import Difference, differences
from tenor.domain.effects import BillCarried, OpenSubscription, StartTerm
from tenor.domain.eligibility import Action, warnings
from tenor.domain.eligibility.case import Finding, reason_of, renews_itself
from tenor.domain.money import Money, total
from tenor.domain.offer import Offer
from tenor.domain.owed import NOT_PAID, as_ordered, plan_owed, starts_anew
from tenor.domain.paying import paying_for
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Reason, Refusal, Remedy
from tenor.domain.renewals import is_due, next_term, plan_renewals
from tenor.domain.tax import NOT_KNOWN
from tenor.domain.terms import boundary
from tenor.domain.under_way import as_owed, owed_term

RENEWALS = frozenset({"renew", "renew_early", "renew_late"})
"""What orders are called that pay for a next term."""
SYSTEM = Actor("", "", Role.BUYER)
"""A renewal is nobody's wish: it comes by itself."""


class UpcomingKind(StrEnum):
    """A charge to come; one that is owed already; an end without a charge; a renewal without a price or tax (yet)."""

    PAYMENT = "payment"
    DUE = "due"
    ENDS = "ends"
    UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One day on which something will be charged, or would have been.

    `quote` is the renewal as the night will plan it: lines, tax, total; where the tax is not known the charge is
    `unpriced`, with what is due before tax. `order` is what is owed already, with a total of its own. `method` is what
    is charged, `instead_of` are methods that were to be and can't on that day. `concerns` say why it can't be charged
    either, or why it ends; `differences` what the new terms change against the ones before.
    """

    kind: UpcomingKind
    on: date
    subscription_ids: tuple[str, ...]
    quote: Quote | None = None
    order: OpenOrder | None = None
    method: PaymentMethod | None = None
    concerns: tuple[Reason, ...] = ()
    differences: tuple[Difference, ...] = ()
    instead_of: tuple[PaymentMethod, ...] = ()

    @property
    def amount(self) -> Money | None:
        """What the method is charged, tax included; None where nothing is, or where it is not known."""
        if self.order is not None and self.order.total is not None:
            return self.order.total
        if self.quote is None or self.quote.collection is Collection.CARRIED:
            return None  # too small to be charged by itself: it waits for the next invoice
        return None if self.quote.tax.rule == NOT_KNOWN else self.quote.at_gateway

    @property
    def before_tax(self) -> Money | None:
        """What is due before a tax that is not known; None where the amount is known, or where there is none."""
        return self.quote.net if self.quote is not None and self.quote.tax.rule == NOT_KNOWN else None


def forecast(state: AccountState, offer: Offer, today: date, months: int = 12) -> tuple[Upcoming, ...]:
    """Everything from today on, up to but not including the same day that many months later, the earliest first.

    From renewal date to renewal date: plan, carry out on paper, go on. Prices count as far as they are announced
    today. What is owed already is taken for paid, and an order under way for done. What others sold or still process
    is theirs to charge.
    """
    until = boundary(today, months)
    found, state = _owed(state, offer, today)
    found += [_ending(one) for one in state.subscriptions if _ends(one, today, until)]
    state = replace(state, subscriptions=tuple(one for one in state.subscriptions if _renews(one)))
    while (day := min((one.renews_on for one in state.subscriptions), default=until)) < until:
        planned, state = _step(state, offer, day, today)
        found += planned
    return tuple(sorted(found, key=lambda one: (one.on, one.kind is not UpcomingKind.DUE, one.subscription_ids)))


def charged(found: Iterable[Upcoming], currency: str) -> Money:
    """What all of it costs together, tax included."""
    return total((one.amount for one in found if one.amount is not None), currency)


def _step(state: AccountState, offer: Offer, day: date, today: date) -> tuple[list[Upcoming], AccountState]:
    """What renews by that day, and the account after it. What can't be planned is named, and left out from then on."""
    try:
        quotes = plan_renewals(state, offer, day, known_on=today)
    except Refusal:
        stuck = _without_price(state, offer, day, today)
        left = tuple(one for one in state.subscriptions if one not in stuck)
        unpriced = [Upcoming(UpcomingKind.UNPRICED, max(day, today), (one.id,)) for one in stuck]
        return unpriced, replace(state, subscriptions=left)
    found: list[Upcoming] = []
    for quote in quotes:
        found.append(_payment(state, offer, quote, today))
        state = _after(state, quote, today)
    return found, state


def _without_price(state: AccountState, offer: Offer, day: date, today: date) -> tuple[Subscription, ...]:
    """Who stands in the way of a plan: what is not sold any more; else everything that is due."""
    due = tuple(one for one in state.subscriptions if one.renews_on <= day)
    not_sold = tuple(one for one in due if not _has_price(state, offer, one, today))
    return not_sold or due


def _has_price(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> bool:
    try:
        next_term(state, offer, subscription, min(subscription.renews_on, today))
    except Refusal:
        return False
    return True


def _payment(
    state: AccountState, offer: Offer, quote: Quote, today: date, kind: UpcomingKind = UpcomingKind.PAYMENT
) -> Upcoming:
    renewed = [state.subscription(effect.subscription_id) for effect in quote.effects if isinstance(effect, StartTerm)]
    if kind is UpcomingKind.PAYMENT and quote.tax.rule == NOT_KNOWN:
        kind = UpcomingKind.UNPRICED
    on = max(quote.priced_on, today)
    return Upcoming(
        kind=kind,
        on=on,
        subscription_ids=tuple(one.id for one in renewed),
        quote=quote,
        method=next((method for method in state.methods if method.id == quote.method_id), None),
        concerns=() if quote.collection is Collection.BALANCE else _concerns(state, offer, renewed[0], today),
        differences=tuple(found for one in renewed for found in differences(state, offer, one, today)),
        instead_of=_replaced(state, offer, renewed, on),
    )


def _replaced(
    state: AccountState, offer: Offer, charged_for: Iterable[Subscription], on: date
) -> tuple[PaymentMethod, ...]:
    """The methods that were to pay for some of them and can't on that day, so that another one does."""
    found = (paying_for(state, offer.policy, one, on).instead_of for one in charged_for)
    return tuple(dict.fromkeys(method for method in found if method is not None))


def _concerns(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[Reason, ...]:
    """Why its method can't be charged on its renewal date (today, if that is over)."""
    return warnings(state, offer, Action.AUTO_RENEW_ON, state.subscription(subscription.id), SYSTEM, today)


def _after(state: AccountState, quote: Quote, today: date) -> AccountState:
    """The account when the quote is carried out. A total too small to be charged waits for the next one."""
    state = balance.after(carry_out(state, quote.effects, quote.priced_on), quote)
    if quote.collection is not Collection.CARRIED:
        return state
    waiting = tuple(
        CarriedLine(
            id=f"{line.subscription_id} {line.span.start}",
            order_number="",
            subscription_id=line.subscription_id,
            product=line.product,
            plan=line.plan,
            seats=line.seats,
            span=line.span,
            unit_price=line.unit_price,
            denominator=line.denominator,
            amount=line.amount,
            tax=tax,
        )
        for line, tax in zip(quote.lines, quote.taxes, strict=True)
    )
    return replace(state, carried=(*state.carried, *waiting))


# --- what is owed already -----------------------------------------------------------------------------------------


def _owed(state: AccountState, offer: Offer, today: date) -> tuple[list[Upcoming], AccountState]:
    """What waits for its money now, and the account as it will be when that is paid."""
    found: list[Upcoming] = []
    for order, owing in _owing(state).items():
        is_renewal = any(_owes_renewal(one, today) for one in owing)
        settled = _settled(state, owing)
        quotes = _owed_renewals(settled, offer, owing, today) if is_renewal else ()
        if order is None:
            found += [_payment(settled, offer, quote, today, UpcomingKind.DUE) for quote in quotes]
        else:
            due = _waiting(state, order, owing, quotes, today)
            found.append(_charged_by_itself(settled, offer, due, owing, today) if is_renewal else due)
        state = _without(settled, owing) if is_renewal and not quotes else settled
        if order is not None and order.is_under_way and not is_renewal:
            state = _once_done(state, order, today)
        for quote in quotes:
            state = carry_out(state, quote.effects, quote.priced_on)
    return found, state


def _owing(state: AccountState) -> dict[OpenOrder | None, list[Subscription]]:
    """The subscriptions by the order that is open on them; under None those that are overdue without one."""
    found: dict[OpenOrder | None, list[Subscription]] = defaultdict(list)
    for one in state.subscriptions:
        if one.open_order is not None or one.status in NOT_PAID:
            found[one.open_order].append(one)
    return found


def _owes_renewal(subscription: Subscription, today: date) -> bool:
    """Whether it is a renewal that is owed: where the order doesn't say what it is for, a term that is over says so."""
    order = subscription.open_order
    if subscription.status in NOT_PAID:
        return subscription.renews_on <= today  # else its term has begun, and the bank took back what paid it
    if order is not None and order.action:
        return order.action in RENEWALS
    return subscription.renews_on <= today


def _settled(state: AccountState, owing: Iterable[Subscription]) -> AccountState:
    """The account as if their orders were out of the way."""
    ids = {one.id for one in owing}
    settled = (
        replace(one, open_order=None, status=SubscriptionStatus.ACTIVE if one.status in NOT_PAID else one.status)
        if one.id in ids
        else one
        for one in state.subscriptions
    )
    return replace(state, subscriptions=tuple(settled))


def _once_done(state: AccountState, order: OpenOrder, today: date) -> AccountState:
    """The account once the order has its money; as it stands, where that can't be told.

    What it opens renews in its own time, and the lines that it bills are off the account's list already.
    """
    done = [effect for effect in order.effects if not isinstance(effect, OpenSubscription | BillCarried)]
    try:
        return carry_out(state, done, today)
    except (NotAsItWas, Refusal):
        return state


def _without(state: AccountState, left_out: Iterable[Subscription]) -> AccountState:
    ids = {one.id for one in left_out}
    return replace(state, subscriptions=tuple(one for one in state.subscriptions if one.id not in ids))


def _owed_renewals(state: AccountState, offer: Offer, owing: Iterable[Subscription], today: date) -> tuple[Quote, ...]:
    """Their renewals as they were planned, or from today on where they start anew. None where they can't be planned."""
    owed, terms = list(owing), {one.id: found for one in owing if (found := one.owed or owed_term(one, today))}
    settled = (state.subscription(one.id) for one in owed)
    as_planned = tuple(as_owed(one, terms[one.id]) if one.id in terms else one for one in settled)
    alone = replace(state, subscriptions=as_planned, carried=())
    try:
        if any(starts_anew(state, offer, one, today) for one in owed):
            method = paying_for(state, offer.policy, owed[0], today).method
            return (plan_owed(state, offer, owed, method.id if method else None, today),)
        quotes = plan_renewals(alone, offer, max(today, *(one.renews_on for one in owed)), known_on=today)
        return tuple(replace(each, effects=tuple(as_ordered(one, terms) for one in each.effects)) for each in quotes)
    except Refusal:
        return ()


def _waiting(
    state: AccountState,
    order: OpenOrder,
    owing: list[Subscription],
    quotes: tuple[Quote, ...],
    today: date,
) -> Upcoming:
    return Upcoming(
        kind=UpcomingKind.DUE,
        on=today,
        subscription_ids=tuple(one.id for one in owing),
        quote=quotes[0] if len(quotes) == 1 else None,
        order=order,
        method=state.method_of(owing[0]),
    )


def _charged_by_itself(
    state: AccountState, offer: Offer, due: Upcoming, owing: list[Subscription], today: date
) -> Upcoming:
    """A renewal that is owed, with what can be charged for it, and why that can't be."""
    settled = [state.subscription(one.id) for one in owing]
    return replace(
        due,
        method=paying_for(state, offer.policy, settled[0], today).method,
        concerns=_concerns(state, offer, settled[0], today),
        instead_of=_replaced(state, offer, settled, today),
    )


# --- what renews, and what ends -----------------------------------------------------------------------------------


def _renews(subscription: Subscription) -> bool:
    return renews_itself(subscription) and is_due(subscription, subscription.renews_on)


def _ends(subscription: Subscription, today: date, until: date) -> bool:
    """Whether its time runs out within the forecast, and Tenor would have renewed it."""
    is_ours = is_due(subscription, subscription.renews_on) and not renews_itself(subscription)
    return is_ours and today <= subscription.renews_on < until


def _ending(subscription: Subscription) -> Upcoming:
    off = Finding({"ends_on": subscription.renews_on}, Remedy("turn_on_auto_renew"))
    concerns = (reason_of("auto_renew_off", subscription, off),)
    return Upcoming(UpcomingKind.ENDS, subscription.renews_on, (subscription.id,), concerns=concerns)
