"""Terms side by side: what each costs at renewal and a year, and what it saves, honestly counted (rules 3)."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import lcm

from tenor.domain.account import AccountState, Subscription
from tenor.domain.changes.change_term import with_term
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.pricing import UnitPrice
from tenor.domain.renewals import item_at_renewal, next_term, terms_at_renewal
from tenor.domain.terms import Term


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
    """One term that the customer may choose for the next renewal; amounts as priced, before tax where it is added."""

    term: Term
    price: UnitPrice
    seats: int
    starts_on: date
    per_year: Money
    list_price: Money
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
        return self.list_price * self.seats

    @property
    def lapsed_extra(self) -> Fraction:
        """How much more that is, as a part of the renewal price: 1,310 against 1,179 is 11.1 %."""
        return _part(self.lapsed_amount - self.amount, self.amount)


def compare_terms(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[TermOption, ...]:
    """Every term the book offers for the subscription's plan, the shortest first, at the prices known today.

    Terms of different length are compared over the shortest time that holds a whole number of both.
    """
    offered = terms_at_renewal(state, offer, subscription, today)
    costs = tuple(_at_renewal(state, offer, subscription, term, today) for term in offered)
    current = next((cost for cost in costs if cost.term == subscription.term), None)
    chosen = item_at_renewal(state, offer, subscription).term
    return tuple(_option(subscription, cost, current, chosen) for cost in costs)


def _option(subscription: Subscription, cost: "_Cost", current: "_Cost | None", chosen: Term) -> TermOption:
    term = cost.term
    return TermOption(
        term=term,
        price=cost.price,
        seats=cost.seats,
        starts_on=subscription.renews_on,
        per_year=(cost.price.amount * cost.seats).share(Fraction(12, term.months)),
        list_price=cost.price.entry.list_price,
        is_current=term == subscription.term,
        is_chosen=term == chosen,
        against_current=None if current in (None, cost) else _against(cost, current),
    )


@dataclass(frozen=True, slots=True)
class _Cost:
    term: Term
    price: UnitPrice
    seats: int

    def over(self, months: int) -> Money:
        return self.price.amount * (self.seats * (months // self.term.months))


def _at_renewal(state: AccountState, offer: Offer, subscription: Subscription, term: Term, today: date) -> _Cost:
    planned = replace(subscription, scheduled=with_term(subscription, term.months, "", today))
    coming = next_term(state, offer, planned, today)
    return _Cost(term, coming.price, coming.seats)


def _against(cost: _Cost, current: _Cost) -> Against:
    months = lcm(cost.term.months, current.term.months)
    return Against(months, cost.over(months), current.over(months))


def _part(part: Money, whole: Money) -> Fraction:
    return Fraction(part.minor, whole.minor) if whole else Fraction(0)
