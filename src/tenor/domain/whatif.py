"""What if: what each choice costs over the next three years, payment by payment, with the price rises known today.

Played forward by the very functions that a renewal uses: the boundaries follow from the anchor, and each payment has
the price that a renewal on its day would have, as far as it is announced today. Nothing is guessed; seats stay as they
will be at the next renewal.

**Unlike spans.** A term need not end with the three years: a term of two years is paid twice in them, and lasts for
four. Counting a share of the last payment would show money that nobody gets back, and leaving it out would hide money
that is paid. So a course tells both what is true: the cash paid in the three years, and the cost of a month that this
cash covers. One course is held against another in percent only where both cover the same months.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from tenor.domain.account import AccountState, Subscription
from tenor.domain.catalog import Item, PriceEntry
from tenor.domain.comparison import Against, TermOption, compare_plans, price_anew
from tenor.domain.explanation import Explanation, Facts
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.pricing import UnitPrice, entry_for_renewal, entry_on, list_price, renewal_price
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import whole_term
from tenor.domain.terms import Period, Term, next_period

SPAN_MONTHS = 36
"""How far a course is played forward, from the next renewal date on."""


class Way(StrEnum):
    """How a course begins: by renewing, or by letting the subscription lapse and buying it anew on the same day."""

    RENEW = "renew"
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of a course: the term it pays for, its price, and all that has been paid with it."""

    period: Period
    price: UnitPrice
    amount: Money
    cumulated: Money
    explanation: Explanation

    @property
    def on(self) -> date:
        """The day it is charged."""
        return self.period.start


@dataclass(frozen=True, slots=True)
class PriceChange:
    """An announced change that a course meets: the first payment it touches, and the price of a seat before and after.

    `number` counts the payments of the course from 1. Both prices are of the same kind, on the same day.
    """

    number: int
    on: date
    before: UnitPrice
    after: UnitPrice

    @property
    def is_rise(self) -> bool:
        """Whether it costs more from then on."""
        return self.after.amount > self.before.amount


@dataclass(frozen=True, slots=True)
class Course:
    """One choice played forward over `span`.

    `against_current` holds it against going on as today; there is none where the two cover different months.
    """

    way: Way
    plan: str
    term: Term
    seats: int
    span: Period
    payments: tuple[Payment, ...]
    changes: tuple[PriceChange, ...]
    is_current: bool
    is_chosen: bool
    against_current: Against | None = None

    @property
    def paid(self) -> Money:
        """The cash that is paid within the span."""
        return self.payments[-1].cumulated

    @property
    def covered_months(self) -> int:
        """The months that this cash pays for: the span's, or more where the last term runs on."""
        return len(self.payments) * self.term.months

    @property
    def per_month(self) -> Money:
        """The cost of one covered month."""
        return self.paid.share(Fraction(1, self.covered_months))

    @property
    def explanation(self) -> Explanation:
        """Why it comes to that: payments alike taken together, each price explained once."""
        runs = groupby(self.payments, key=lambda payment: (payment.price.entry.id, payment.amount.minor))
        facts = {"starts_on": self.span.start, "ends_on": self.span.end}
        return Explanation("paid_in_span", facts, self.paid, tuple(_run(tuple(alike)) for _, alike in runs))


def what_if(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[Course, ...]:
    """Every plan in every term that may be chosen, the cheapest plan and the shortest term first, played forward.

    The last course lets today's plan and term lapse and buys it anew: its first term at the list price, the next ones
    at the renewal price, counted from the day of buying.
    """
    offered = [
        (_Play(offer, subscription, option.price.entry.item, option.seats, today), option)
        for plan in compare_plans(state, offer, subscription, today)
        for option in plan.terms
    ]
    courses = [play.course(Way.RENEW, option) for play, option in offered]
    courses += [play.course(Way.ANEW, option) for play, option in offered if option.is_current]
    current = next((course for course in courses if course.is_current), None)
    return tuple(_held_against(course, current) for course in courses)


@dataclass(frozen=True, slots=True)
class _Play:
    """One item played forward: its periods, their prices, and where an announced price first shows."""

    offer: Offer
    subscription: Subscription
    item: Item
    seats: int
    today: date

    def course(self, way: Way, option: TermOption) -> Course:
        """The course of renewing, or of buying anew."""
        priced = tuple(self._priced(way))
        return Course(
            way=way,
            plan=self.item.plan,
            term=self.item.term,
            seats=self.seats,
            span=next_period(self.subscription.anchor, self.subscription.renews_on, Term(SPAN_MONTHS)),
            payments=tuple(self._payments(priced)),
            changes=tuple(self._changes(priced)),
            is_current=option.is_current and way is Way.RENEW,
            is_chosen=option.is_chosen and way is Way.RENEW,
        )

    def _priced(self, way: Way) -> Iterator["_Priced"]:
        """Each period that begins within the span, with its price. Buying anew sets an anchor of its own (rules 1)."""
        start, is_first_sale = self.subscription.renews_on, way is Way.ANEW
        anchor = start if is_first_sale else self.subscription.anchor
        for _ in range(0, SPAN_MONTHS, self.item.term.months):
            period = next_period(anchor, start, self.item.term)
            yield _Priced(period, self._price(start, is_first_sale), is_first_sale)
            start, is_first_sale = period.end, False

    def _price(self, on: date, is_first_sale: bool) -> UnitPrice:
        if is_first_sale:
            return price_anew(self.offer, self.item, self.seats, on, self.today)
        entry = entry_for_renewal(self.offer, self.item, on, self.today)
        return renewal_price(self.offer, entry, on, self.seats)

    def _payments(self, priced: tuple["_Priced", ...]) -> Iterator[Payment]:
        cumulated = Money.zero(self.item.currency)
        for one in priced:
            explained = whole_term(one.price, self.seats, self.item.term, one.period)
            cumulated += explained.result
            yield Payment(one.period, one.price, explained.result, cumulated, explained)

    def _changes(self, priced: tuple["_Priced", ...]) -> Iterator[PriceChange]:
        """Where the price differs from what the entry before it (at first: today's) would ask on the same day."""
        before = self._entry_today()
        for number, one in enumerate(priced, start=1):
            if before not in (None, one.price.entry):
                unchanged = self._at(before, one)
                if unchanged.amount != one.price.amount:
                    yield PriceChange(number, one.period.start, unchanged, one.price)
            before = one.price.entry

    def _entry_today(self) -> PriceEntry | None:
        try:
            return entry_on(self.offer, self.item, self.today)
        except Refusal:  # sold from a later day on: there is no price today that could change
            return None

    def _at(self, entry: PriceEntry, one: "_Priced") -> UnitPrice:
        on = one.period.start
        if one.is_first_sale:
            return list_price(self.offer, entry, on, self.seats, first_term=True)
        return renewal_price(self.offer, entry, on, self.seats)


@dataclass(frozen=True, slots=True)
class _Priced:
    period: Period
    price: UnitPrice
    is_first_sale: bool


def _held_against(course: Course, current: Course | None) -> Course:
    """The course with its saving; none where the two cover different months: a percentage would mean nothing."""
    if current in (None, course) or course.covered_months != current.covered_months:
        return course
    return replace(course, against_current=Against(course.covered_months, course.paid, current.paid))


def _run(payments: tuple[Payment, ...]) -> Explanation:
    """Payments of the same price as one step: the first one explained, times how many there are."""
    first, count = payments[0], len(payments)
    if count == 1:
        return first.explanation
    facts: Facts = {"count": count, "payment": first.amount, "starts_on": first.on, "ends_on": payments[-1].period.end}
    return Explanation("payments_alike", facts, first.amount * count, (first.explanation,))
