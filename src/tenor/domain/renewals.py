"""What renewing means: the next term of a subscription, and of an account on a day (rules 6, 7)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tenor.domain import balance
from tenor.domain.account import (
    AccountState,
    ChangeKind,
    Channel,
    PaidPeriod,
    PeriodKind,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.carrying_out import carry_out
from tenor.domain.catalog import Item
from tenor.domain.effects import BillCarried, Standing, StartTerm
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.explanation import Explanation
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.paying import paying_for
from tenor.domain.pricing import UnitPrice, entry_for_renewal, entry_on, has_price, renewal_price
from tenor.domain.quote import LineKind, NextRenewal, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.terms import Period, Term, next_period
from tenor.domain.under_way import once_paid

ENDED = frozenset({SubscriptionStatus.EXPIRED, SubscriptionStatus.CANCELED})
"""What has ended does not renew automatically, whatever its automatic renewal says."""


class Bought(StrEnum):
    """When a next term is bought, which decides what it costs (rules 3): its days are the same.

    On its renewal date it costs what was announced for that day in time; early or late, what holds on the day itself;
    and late the special price is lost (policy).
    """

    ON_TIME = "on_time"
    EARLY = "early"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class NextTerm:
    """The merged result of everything scheduled: what the subscription will be after its renewal."""

    subscription: Subscription
    item: Item
    seats: int
    auto_renew: bool
    method_id: str | None
    price: UnitPrice
    paid: PaidPeriod

    @property
    def amount(self) -> Money:
        """What all seats cost for the whole term, as priced."""
        return self.price.amount * self.seats


def next_term(
    state: AccountState, offer: Offer, subscription: Subscription, today: date, bought: Bought = Bought.ON_TIME
) -> NextTerm:
    """The subscription's next term: renewed on its renewal date, or bought today. Raises Refusal("not_sold")."""
    fewer = subscription.scheduled_change(ChangeKind.SEATS)
    method = subscription.scheduled_change(ChangeKind.METHOD)
    seats = int(fewer.value) if fewer else subscription.last_seats
    item = item_at_renewal(state, offer, subscription)
    price = price_of_renewal(offer, item, seats, subscription.renews_on, today, bought)
    period = next_period(subscription.anchor, subscription.renews_on, item.term)
    return NextTerm(
        subscription=subscription,
        item=item,
        seats=seats,
        auto_renew=renews_itself(subscription),
        method_id=method.value if method else subscription.method_id,
        price=price,
        paid=PaidPeriod(PeriodKind.TERM, period, price.amount, period.days, price.kind, price.entry.tax_included),
    )


def price_of_renewal(
    offer: Offer, item: Item, seats: int, renews_on: date, today: date, bought: Bought = Bought.ON_TIME
) -> UnitPrice:
    """What a seat costs in a term from `renews_on` on, by when it is bought. Raises Refusal("not_sold")."""
    if bought is Bought.ON_TIME:
        entry = entry_for_renewal(offer, item, renews_on, today)
        return renewal_price(offer, entry, renews_on, seats)
    lapsed = bought is Bought.LATE and not offer.policy.special_price_when_late
    return renewal_price(offer, entry_on(offer, item, today), today, seats, lapsed=lapsed)


def item_at_renewal(state: AccountState, offer: Offer, subscription: Subscription) -> Item:
    """What the subscription will be renewed as: its plan and term after everything scheduled."""
    plan = subscription.scheduled_change(ChangeKind.PLAN)
    term = subscription.scheduled_change(ChangeKind.TERM)
    return Item(
        product=subscription.product,
        plan=plan.value if plan else subscription.last_plan,
        term=Term(int(term.value)) if term else subscription.last_term,
        currency=state.currency,
        group=offer.price_group(state),
    )


def terms_at_renewal(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[Term, ...]:
    """The terms, the shortest first, in which the plan at renewal is sold at a price that is known today."""
    item = item_at_renewal(state, offer, subscription)
    on = subscription.renews_on
    return tuple(term for term in offer.book.terms(item) if has_price(offer, replace(item, term=term), on, today))


def promise(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[NextRenewal, ...]:
    """What a quote promises of the subscription's next renewal; nothing where it will not renew.

    What is owed or being paid already is no promise: the renewal after it is.
    """
    subscription = once_paid(subscription, offer.policy, today)
    if not renews_itself(subscription) or subscription.status in ENDED:
        return ()
    coming = next_term(state, offer, subscription, today)
    return (
        NextRenewal(
            subscription_id=subscription.id,
            on=subscription.renews_on,
            months=coming.item.term.months,
            plan=coming.item.plan,
            seats=coming.seats,
            unit_price=coming.price.amount,
            price_kind=coming.price.kind,
            amount=coming.amount,
            explanation=explain_term(coming),
            tax_included=coming.price.entry.tax_included,
        ),
    )


def is_due(subscription: Subscription, today: date) -> bool:
    """Whether Tenor itself renews the subscription today: others renew what they sold or still process."""
    return _is_due_by_date(subscription, today) and subscription.open_order is None


def waits_for_an_order(state: AccountState, today: date) -> bool:
    """Whether something would renew today if no order were open on it: that one is settled first (rules 7)."""
    return bool(orders_in_the_way(state, today))


def orders_in_the_way(state: AccountState, today: date) -> tuple[str, ...]:
    """The orders that are open on what would renew today, each once: they are settled first (rules 7)."""
    held = (s for s in state.subscriptions if s.open_order is not None and not s.renewal_claimed)
    due = (s for s in held if _is_due_by_date(s, today) and renews_itself(s))
    return tuple(dict.fromkeys(s.open_order.id for s in due if s.open_order is not None))


def _is_due_by_date(subscription: Subscription, today: date) -> bool:
    return (
        subscription.status is SubscriptionStatus.ACTIVE
        and subscription.renews_on <= today
        and subscription.channel is not Channel.RESELLER
        and subscription.processor == "tenor"
    )


def plan_renewals(state: AccountState, offer: Offer, today: date, *, known_on: date = date.max) -> tuple[Quote, ...]:
    """What renewing the account today means: a quote for each renewal date and payment method (rules 7).

    Everything that renews on one date and is charged to one method (`domain.paying`) comes on one invoice, save that
    prices with and without tax never share one. A quote may stand for several subscriptions; the renewal date prices
    it, however late the renewal runs. A forecast looks at a day to come, from `known_on`: then only prices count that
    are announced by then, what is late is charged then, and a tax that is not known leaves amounts before tax
    (`tax.outlook`).
    """
    charged_on = today if known_on == date.max else max(today, known_on)
    groups: dict[tuple[date, str, bool], list[NextTerm]] = {}
    for subscription in sorted(state.subscriptions, key=lambda s: (s.renews_on, s.id)):
        if is_due(subscription, today) and renews_itself(subscription):
            coming = next_term(state, offer, subscription, min(subscription.renews_on, known_on))
            method = paying_for(state, offer.policy, subscription, charged_on).method
            method_id = method.id if method else coming.method_id or ""
            key = (subscription.renews_on, method_id, coming.price.entry.tax_included)
            groups.setdefault(key, []).append(coming)
    quotes: list[Quote] = []
    for (day, method_id, _), terms in groups.items():
        quotes.append(_renewal(state, offer, day, method_id or None, terms, is_forecast=known_on < date.max))
        state = balance.after(state, quotes[-1])  # what pays one invoice pays no other
        if any(isinstance(effect, BillCarried) for effect in quotes[-1].effects):
            state = replace(state, carried=())  # what waited stands on one invoice only
    return tuple(quotes)


def paid_today(
    state: AccountState, offer: Offer, terms: list[NextTerm], today: date, *, action: str, method_id: str | None
) -> Quote:
    """The quote for next terms that a customer pays today, early or late: one order, and the renewals after them.

    Raises Refusal("taxes_differ") where some prices include tax and others don't: they never share an invoice.
    """
    included = {coming.price.entry.tax_included for coming in terms}
    if len(included) > 1:
        raise Refusal("taxes_differ", {"country": state.country})
    effects = tuple(start_term(coming) for coming in terms)
    after = carry_out(state, effects, today)
    ids = [coming.subscription.id for coming in terms]
    draft = Draft(
        action=action,
        method_id=method_id,
        tax_included=included.pop(),
        lines=tuple(renewal_line(coming) for coming in terms),
        effects=effects,
        promised=tuple(found for one in ids for found in promise(after, offer, after.subscription(one), today)),
    )
    return assemble(state, offer, draft, today)


def _renewal(
    state: AccountState, offer: Offer, day: date, method_id: str | None, terms: list[NextTerm], *, is_forecast: bool
) -> Quote:
    lines = [renewal_line(coming) for coming in terms]
    effects = [start_term(coming) for coming in terms]
    draft = Draft("renew", method_id, terms[0].price.entry.tax_included, tuple(lines), tuple(effects))
    draft = replace(draft, tax_may_wait=is_forecast)
    return assemble(state, offer, draft, day)


def renewal_line(coming: NextTerm) -> DraftLine:
    """The line that charges a next term, whole."""
    return whole_term_line(coming.subscription.id, coming.item, coming.seats, coming.paid, explain_term(coming))


def start_term(coming: NextTerm) -> StartTerm:
    """What paying for a next term does."""
    return StartTerm(
        subscription_id=coming.subscription.id,
        paid=coming.paid,
        months=coming.item.term.months,
        plan=coming.item.plan,
        seats=coming.seats,
        auto_renew=coming.auto_renew,
        method_id=coming.method_id,
        was=_standing(coming.subscription),
    )


def _standing(subscription: Subscription) -> Standing:
    return Standing(
        months=subscription.last_term.months,
        plan=subscription.last_plan,
        seats=subscription.last_seats,
        auto_renew=subscription.auto_renew,
        method_id=subscription.method_id,
        status=subscription.status,
        lapsed_on=subscription.lapsed_on,
        scheduled=subscription.scheduled,
    )


def whole_term_line(
    subscription_id: str, item: Item, seats: int, paid: PaidPeriod, explanation: Explanation
) -> DraftLine:
    """The line of a whole term, of a renewal or of a first sale."""
    return DraftLine(
        kind=LineKind.TERM,
        subscription_id=subscription_id,
        product=item.product,
        plan=item.plan,
        seats=seats,
        span=paid.period,
        unit_price=paid.unit_price,
        denominator=paid.denominator,
        explanation=explanation,
        tax_included=paid.tax_included,
    )


def explain_term(coming: NextTerm) -> Explanation:
    """Why a next term costs what it costs."""
    return whole_term(coming.price, coming.seats, coming.item.term, coming.paid.period)


def whole_term(price: UnitPrice, seats: int, term: Term, period: Period) -> Explanation:
    """Why seats for a whole term cost what they cost: unit price x seats."""
    return Explanation(
        rule="whole_term",
        facts={
            "unit_price": price.amount,
            "seats": seats,
            "months": term.months,
            "starts_on": period.start,
            "ends_on": period.end,
        },
        result=price.amount * seats,
        steps=(price.explanation,),
    )
