"""Terms and plans side by side: what each costs at renewal, and what it saves, honestly counted (rules 3)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import lcm

from tenor.domain.account import AccountState, ChangeKind, ScheduledChange, Subscription
from tenor.domain.catalog import Item, PlanKind, PriceBook
from tenor.domain.explanation import Explanation
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.pricing import UnitPrice, entry_on, has_price, list_price
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import (
    Bought,
    NextTerm,
    item_at_renewal,
    next_term,
    price_of_renewal,
    terms_at_renewal,
    whole_term,
)
from tenor.domain.terms import Term, next_period
from tenor.domain.under_way import once_paid


@dataclass(frozen=True, slots=True)
class Against:
    """One cost held against another over the same months. `share` is the difference as a part of `other`.

    Positive: that much is saved; negative: that much more is paid.
    """

    months: int
    cost: Money
    other: Money

    @property
    def difference(self) -> Money:
        """What is saved (negative: what is paid more)."""
        return self.other - self.cost

    @property
    def share(self) -> Fraction:
        """The saving as a part of the other cost: 6.4 % is about 9/140. Nothing where the other costs nothing."""
        return _part(self.difference, self.other)


@dataclass(frozen=True, slots=True)
class TermOption:
    """One term that the customer may choose for the next renewal; amounts as priced, before tax where it is added.

    `anew` is what a seat would cost if the subscription lapsed and were bought anew on that day.
    """

    term: Term
    price: UnitPrice
    seats: int
    starts_on: date
    per_year: Money
    anew: UnitPrice
    explanation: Explanation
    is_current: bool
    is_chosen: bool
    against_current: Against | None

    @property
    def amount(self) -> Money:
        """What is paid at renewal, for all seats."""
        return self.price.amount * self.seats

    @property
    def lapsed_amount(self) -> Money:
        """What the same term would cost if the subscription lapsed and were bought anew at the list price."""
        return self.anew.amount * self.seats

    @property
    def lapsed_extra(self) -> Fraction:
        """How much more that is, as a part of the renewal price: 1,310 against 1,179 is 11.1 %."""
        return _part(self.lapsed_amount - self.amount, self.amount)


@dataclass(frozen=True, slots=True)
class PlanOption:
    """One plan of the product in every term in which it could be renewed, the shortest first."""

    plan: str
    is_current: bool
    is_chosen: bool
    terms: tuple[TermOption, ...]


def compare_terms(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[TermOption, ...]:
    """Every term the book offers for the subscription's plan, the shortest first, at the prices known today.

    The plan is the one at renewal. Terms of different length are compared over the shortest time that holds a whole
    number of both.
    """
    subscription = once_paid(subscription, offer.policy, today)
    sought = _Search(state, offer, subscription, today)
    coming = item_at_renewal(state, offer, subscription)
    return sought.options(coming.plan, against=replace(coming, term=subscription.last_term))


def compare_plans(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[PlanOption, ...]:
    """Every plan of the product in every term the book offers, the cheapest plan first, at the prices known today.

    Each is held against today's plan in today's term, over the shortest time that holds a whole number of both terms.
    Maintenance plans are nothing that one can change to (rules 8): only the subscription's own is among them.
    """
    subscription = once_paid(subscription, offer.policy, today)
    sought = _Search(state, offer, subscription, today)
    coming = item_at_renewal(state, offer, subscription)
    current = replace(coming, plan=subscription.last_plan, term=subscription.last_term)
    found = (
        PlanOption(plan, plan == current.plan, plan == coming.plan, sought.options(plan, against=current))
        for plan in _plans(offer, subscription)
    )
    return tuple(sorted((one for one in found if one.terms), key=lambda one: (_cheapest(one), one.plan)))


def renewed_as(subscription: Subscription, item: Item, today: date) -> Subscription:
    """The subscription with that plan and term scheduled in place of any other; what else is scheduled stays."""
    wanted = {ChangeKind.PLAN: item.plan, ChangeKind.TERM: str(item.term.months)}
    others = tuple(entry for entry in subscription.scheduled if entry.kind not in wanted)
    entries = tuple(ScheduledChange(kind, value, today, "") for kind, value in wanted.items())
    return replace(subscription, scheduled=(*others, *entries))


def price_anew(offer: Offer, item: Item, seats: int, on: date, today: date) -> UnitPrice:
    """What a seat costs if the item is bought anew on that day (today at the earliest), as far as it is known today.

    A first sale is owed no notice, and a promotion that runs on that day counts. Raises Refusal("not_sold").
    """
    day = max(on, today)
    known = tuple(entry for entry in offer.book.history(item) if entry.announced_on <= today)
    entry = entry_on(replace(offer, book=PriceBook(known)), item, day)
    return list_price(offer, entry, day, seats, first_term=True)


@dataclass(frozen=True, slots=True)
class RenewalPrices:
    """What a next term costs for all seats: paid `now`, paid `on_time`, or bought `anew` once it has lapsed.

    `on_time` is None where that has no price: it was not sold on the renewal date, or is not known to be.
    """

    coming: NextTerm
    on_time: Money | None
    anew: Money | None

    @property
    def now(self) -> Money:
        """What it costs today."""
        return self.coming.amount


def renewal_prices(
    state: AccountState, offer: Offer, subscription: Subscription, today: date, bought: Bought
) -> RenewalPrices:
    """The next term bought today, against its renewal date and against buying anew. Raises Refusal("not_sold")."""
    coming = next_term(state, offer, subscription, today, bought)
    item, seats, on = coming.item, coming.seats, subscription.renews_on
    known_on = min(today, on) if bought is Bought.LATE else today
    return RenewalPrices(
        coming=coming,
        on_time=_if_sold(lambda: price_of_renewal(offer, item, seats, on, known_on).amount * seats),
        anew=_if_sold(lambda: price_anew(offer, item, seats, on, today).amount * seats),
    )


def bought_anew(offer: Offer, ended: Subscription, item: Item, seats: int, cost: Money) -> Against:
    """What buying anew costs, held against what renewing in time would have cost. Raises Refusal("not_sold")."""
    in_time = price_of_renewal(offer, item, seats, ended.renews_on, ended.renews_on)
    return Against(item.term.months, cost, in_time.amount * seats)


def _if_sold(price: Callable[[], Money]) -> Money | None:
    try:
        return price()
    except Refusal:
        return None


@dataclass(frozen=True, slots=True)
class _Search:
    """One subscription, and what is known today of all that it could be renewed as."""

    state: AccountState
    offer: Offer
    subscription: Subscription
    today: date

    def options(self, plan: str, *, against: Item) -> tuple[TermOption, ...]:
        """A plan in each term whose price at renewal is known; `against` is the item that one has today."""
        coming = item_at_renewal(self.state, self.offer, self.subscription)
        planned = renewed_as(self.subscription, replace(coming, plan=plan), self.today)
        offered = terms_at_renewal(self.state, self.offer, planned, self.today)
        costs = [self.cost(replace(coming, plan=plan, term=term)) for term in offered]
        current = self._current(against)
        return tuple(self._option(cost, against, current, coming) for cost in costs)

    def cost(self, item: Item) -> "_Cost":
        """What the renewal as that item will cost."""
        planned = renewed_as(self.subscription, item, self.today)
        coming = next_term(self.state, self.offer, planned, self.today)
        return _Cost(item, coming.price, coming.seats)

    def _current(self, item: Item) -> "_Cost | None":
        return self.cost(item) if has_price(self.offer, item, self.subscription.renews_on, self.today) else None

    def _option(self, cost: "_Cost", against: Item, current: "_Cost | None", coming: Item) -> TermOption:
        item, on = cost.item, self.subscription.renews_on
        period = next_period(self.subscription.anchor, on, item.term)
        return TermOption(
            term=item.term,
            price=cost.price,
            seats=cost.seats,
            starts_on=on,
            per_year=(cost.price.amount * cost.seats).share(Fraction(12, item.term.months)),
            anew=price_anew(self.offer, item, cost.seats, on, self.today),
            explanation=whole_term(cost.price, cost.seats, item.term, period),
            is_current=item == against,
            is_chosen=item == coming,
            against_current=None if current is None or item == against else _against(cost, current),
        )


@dataclass(frozen=True, slots=True)
class _Cost:
    item: Item
    price: UnitPrice
    seats: int

    def over(self, months: int) -> Money:
        return self.price.amount * (self.seats * (months // self.item.term.months))


def _plans(offer: Offer, subscription: Subscription) -> Iterator[str]:
    for (product, code), plan in offer.plans.items():
        is_open = plan.kind is PlanKind.SUBSCRIPTION or code == subscription.plan
        if product == subscription.product and is_open:
            yield code


def _cheapest(option: PlanOption) -> int:
    return min(term.per_year.minor for term in option.terms)


def _against(cost: _Cost, current: _Cost) -> Against:
    months = lcm(cost.item.term.months, current.item.term.months)
    return Against(months, cost.over(months), current.over(months))


def _part(part: Money, whole: Money) -> Fraction:
    return Fraction(part.minor, whole.minor) if whole else Fraction(0)
