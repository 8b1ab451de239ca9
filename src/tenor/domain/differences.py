"""What a subscription's next term changes against the one before it, and why (rules 3, 6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tenor.domain.account import AccountState, ChangeKind, PaidPeriod, PeriodKind, PriceKind, Subscription
from tenor.domain.catalog import Item, PriceEntry
from tenor.domain.explanation import Explanation, Facts
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.pricing import list_price, renewal_price
from tenor.domain.renewals import NextTerm, next_term


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that will be otherwise, or that is worth knowing to stay: a code, and the facts of its sentence."""

    code: str
    subscription_id: str
    facts: Facts


def differences(
    state: AccountState, offer: Offer, subscription: Subscription, known_on: date
) -> tuple[Difference, ...]:
    """What the renewal changes, as far as it is known on that day: what was scheduled first, then the price of a seat.

    Raises Refusal("not_sold") where the next term has no price.
    """
    coming = next_term(state, offer, subscription, min(subscription.renews_on, known_on))
    return (*_scheduled(state, coming), *_priced(offer, coming))


def _scheduled(state: AccountState, coming: NextTerm) -> Iterator[Difference]:
    before, item = coming.subscription, coming.item
    if item.term != before.last_term:
        facts: Facts = {"months": item.term.months, "others_months": before.last_term.months}
        yield Difference("term", before.id, {**facts, **_by(before, ChangeKind.TERM)})
    if item.plan != before.last_plan:
        facts = {"product": item.product, "plan": item.plan, "other_plan": before.last_plan}
        yield Difference("plan", before.id, {**facts, **_by(before, ChangeKind.PLAN)})
    if coming.seats != before.last_seats:
        facts = {"seats": coming.seats, "scheduled": before.last_seats}
        yield Difference("seats", before.id, {**facts, **_by(before, ChangeKind.SEATS)})
    method = next((stored for stored in state.methods if stored.id == coming.method_id), None)
    if method is not None and method != state.method_of(before):
        yield Difference("method", before.id, {"method": method.label, **_by(before, ChangeKind.METHOD)})


def _by(subscription: Subscription, kind: ChangeKind) -> Facts:
    """Who scheduled it, and when."""
    entry = subscription.scheduled_change(kind)
    return {"by": entry.by, "scheduled_on": entry.scheduled_on} if entry else {"by": None, "scheduled_on": None}


def _priced(offer: Offer, coming: NextTerm) -> Iterator[Difference]:
    before = coming.subscription
    terms = [paid for paid in before.periods if paid.kind is PeriodKind.TERM]
    if not terms:
        return
    last = max(terms, key=lambda paid: paid.period)
    if (coming.item.term, coming.item.plan) == (before.last_term, before.last_plan):
        yield from _repriced(offer, coming, last)
    price = coming.price
    facts: Facts = {"after": price.amount, "list_price": price.entry.list_price}
    if price.kind is PriceKind.RENEWAL and price.amount != price.entry.list_price:
        is_kept = last.price_kind is PriceKind.RENEWAL
        yield Difference("special_price_kept" if is_kept else "special_price", before.id, facts)
    if price.kind is PriceKind.LIST and last.price_kind is PriceKind.RENEWAL:
        yield Difference("special_price_lost", before.id, facts)


def _repriced(offer: Offer, coming: NextTerm, last: PaidPeriod) -> Iterator[Difference]:
    """Why a seat of the same plan and term costs something else: like is compared with like."""
    one, price = coming.subscription.id, coming.price
    then = _price_then(offer, coming.item, last, coming.subscription.last_seats)
    if then is None:
        if (last.price_kind, last.unit_price) != (price.kind, price.amount) and last.price_kind is price.kind:
            yield Difference("price_changed", one, {"before": last.unit_price, "after": price.amount})
        return
    entry, promotion = then
    old, new = (_published(offer, each, price.kind) for each in (entry, price.entry))
    if old != new:
        facts: Facts = {
            "before": old,
            "after": new,
            "announced_on": price.entry.announced_on,
            "valid_from": price.entry.valid_from,
        }
        yield Difference("price_rise" if new.minor > old.minor else "price_cut", one, facts)
    running = _promotion(price.explanation)
    if promotion and promotion != running:
        yield Difference("promotion_ends", one, {"name": promotion, "before": last.unit_price, "after": price.amount})
    if running and promotion != running:
        yield Difference("promotion", one, {"name": running, "before": new, "after": price.amount})


def _price_then(offer: Offer, item: Item, last: PaidPeriod, seats: int) -> tuple[PriceEntry, str] | None:
    """The entry that the last term was priced by, and the promotion on it; None where the book does not tell."""
    start = last.period.start
    for entry in offer.book.history(item):
        if entry.valid_from <= start:
            if _published(offer, entry, last.price_kind) == last.unit_price:
                return entry, ""
            promoted = (list_price(offer, entry, start, seats, first_term=first) for first in (True, False))
            for price in promoted:
                if price.kind is last.price_kind and price.amount == last.unit_price:
                    return entry, _promotion(price.explanation)
    return None


def _published(offer: Offer, entry: PriceEntry, kind: PriceKind) -> Money:
    """What a seat costs by that entry, without any promotion."""
    if kind is PriceKind.LIST:
        return entry.list_price
    return renewal_price(offer, entry, entry.valid_from, seats=1).amount


def _promotion(explanation: Explanation) -> str:
    """The name of the promotion in a price; "" without one."""
    return str(explanation.facts["name"]) if explanation.rule.startswith("promotion_") else ""
