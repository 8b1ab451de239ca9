"""What is true of each subscription today, and what happens to it next: the one place that all pages and mails ask.

Days and amounts are the forecast's, so they are those of the renewal night (rules 7). Words are `ui.words.situation`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from tenor.domain.account import (
    AccountState,
    Channel,
    OpenOrder,
    PaymentMethod,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.eligibility.case import (
    access_ended_on,
    begins_later_on,
    has_lapsed,
    lapsed_on,
    late_renewal_closes_on,
    renews_itself,
)
from tenor.domain.forecast import RENEWALS, Upcoming, UpcomingKind, forecast
from tenor.domain.line_tax import LineTax
from tenor.domain.money import Money, allocate, total
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote, QuoteLine
from tenor.domain.tax import NOT_KNOWN
from tenor.domain.terms import months_elapsed
from tenor.domain.under_way import NOT_PAID, once_paid, owed_term

CHARGES = frozenset({UpcomingKind.PAYMENT, UpcomingKind.UNPRICED})


class Next(StrEnum):
    """What happens next to a subscription, and what its `on` is the day of."""

    RENEWS = "renews"
    """Renewed on `on`, automatically, for `amount`."""
    UNPRICED = "unpriced"
    """Renewed on `on`, but its price or its tax is not known."""
    ENDS = "ends"
    """Automatic renewal is off: access ends on `on`."""
    ELSEWHERE = "elsewhere"
    """Its term ends on `on`; renewing it is up to the reseller, or to the older system that keeps it."""
    PAYING = "paying"
    """The term from `on` is being paid: its money is on its way, and nobody has to do anything."""
    OWED = "owed"
    """Not paid since `on`; access until `access_until`."""
    SUSPENDED = "suspended"
    """Not paid since `on`, and without access."""
    EXPIRED = "expired"
    """Without access since `on`; it can be renewed late until `renewable_until`, where that is set."""
    ENDED = "ended"
    """Without access since `on`, for good."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is true of a subscription today.

    `amount` is what is charged for it on the day of `next`, tax included: its share of the payment, where several are
    charged together (shares add up to the payment exactly). `method` is what is charged, `instead_of` the method that
    was to be and can't. `begins_on` is its first day where that is to come, `paid_ahead_from` the first day of a next
    term that is paid already. `order` is what is open on it, whether the renewal's or another one; `payment` the
    forecast's entry that `next` speaks of.
    """

    subscription_id: str
    next: Next
    on: date
    amount: Money | None = None
    before_tax: Money | None = None
    method: PaymentMethod | None = None
    instead_of: PaymentMethod | None = None
    begins_on: date | None = None
    paid_ahead_from: date | None = None
    access_until: date | None = None
    renewable_until: date | None = None
    order: OpenOrder | None = None
    payment: Upcoming | None = None

    @property
    def is_order_under_way(self) -> bool:
        """Whether the money of its open order is on its way: nothing can be resumed or canceled meanwhile."""
        return self.order is not None and self.order.is_under_way

    @property
    def is_charged(self) -> bool:
        """Whether a charge is what happens next."""
        return self.next in (Next.RENEWS, Next.UNPRICED)

    @property
    def is_over(self) -> bool:
        """Whether it is neither running nor owed: nothing happens to it any more unless somebody buys."""
        return self.next in (Next.EXPIRED, Next.ENDED)


Situations = Mapping[str, Situation]
"""Of every subscription of an account, by its id."""


def is_renewed_here(subscription: Subscription) -> bool:
    """Whether it is Tenor that renews it, if it is renewed: others renew what they sold or still process."""
    return subscription.channel is not Channel.RESELLER and subscription.processor == "tenor"


def situations(state: AccountState, offer: Offer, today: date, coming: Iterable[Upcoming] | None = None) -> Situations:
    """What is true of every subscription. `coming` is the forecast of `today`, where it is at hand."""
    found = forecast(state, offer, today) if coming is None else tuple(coming)
    first: dict[str, Upcoming] = {}
    for payment in found:
        if payment.kind in CHARGES:
            for subscription_id in payment.subscription_ids:
                first.setdefault(subscription_id, payment)
    due = {each: payment for payment in found if payment.kind is UpcomingKind.DUE for each in payment.subscription_ids}
    return {one.id: _situation(state, offer, one, today, due.get(one.id), first) for one in state.subscriptions}


def situation(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> Situation:
    """What is true of one subscription: see `situations`, which is cheaper for all of them."""
    return situations(state, offer, today)[subscription.id]


def _situation(
    state: AccountState,
    offer: Offer,
    one: Subscription,
    today: date,
    due: Upcoming | None,
    first: Mapping[str, Upcoming],
) -> Situation:
    known = Situation(one.id, Next.ENDED, access_ended_on(one, offer.policy), order=one.open_order)
    if one.status is SubscriptionStatus.CANCELED:
        return known
    if not is_renewed_here(one):
        is_over = one.status is SubscriptionStatus.EXPIRED
        return replace(known, next=Next.EXPIRED) if is_over else replace(known, next=Next.ELSEWHERE, on=one.renews_on)
    if one.status in NOT_PAID:
        return _unpaid(known, offer, one, today, due)
    if has_lapsed(one, today):
        closes_on = late_renewal_closes_on(offer, one)
        last = closes_on - timedelta(days=1) if today < closes_on else None
        return replace(known, next=Next.EXPIRED, renewable_until=last)
    if due is not None and _pays_a_term(one, today) and known.is_order_under_way:
        return replace(_charged(known, one, due), next=Next.PAYING, on=due.on, begins_on=begins_later_on(one, today))
    after = once_paid(one, offer.policy, today)
    known = replace(
        known,
        on=after.renews_on,
        begins_on=begins_later_on(one, today),
        paid_ahead_from=one.coming.starts_on if one.coming else None,
    )
    payment = first.get(one.id)
    if payment is None and not renews_itself(after):
        return replace(known, next=Next.ENDS)
    payment = payment or _beyond(state, offer, after, today)
    if payment is None:
        return replace(known, next=Next.UNPRICED)
    on = payment.quote.priced_on if payment.quote else after.renews_on  # an order under way may move it
    return _charged(replace(known, next=Next.RENEWS, on=on), after, payment)


def _pays_a_term(one: Subscription, today: date) -> bool:
    """Whether its open order is for its next term, and not for seats, say, which change nothing about its renewal."""
    order = one.open_order
    return order is not None and order.action in RENEWALS and owed_term(one, today) is not None


def _unpaid(known: Situation, offer: Offer, one: Subscription, today: date, due: Upcoming | None) -> Situation:
    """Owed: the invoice is open, or its money on its way."""
    since = lapsed_on(one)
    last = since + timedelta(days=offer.policy.past_due_days)
    is_suspended = one.status is SubscriptionStatus.SUSPENDED
    kind = Next.PAYING if known.is_order_under_way else Next.SUSPENDED if is_suspended else Next.OWED
    owed = replace(known, next=kind, on=since, access_until=None if is_suspended else last)
    return owed if due is None else replace(_charged(owed, one, due), on=since)


def _charged(known: Situation, one: Subscription, payment: Upcoming) -> Situation:
    """With what the payment charges for it, and how."""
    is_priced = payment.kind is not UpcomingKind.UNPRICED
    return replace(
        known,
        next=known.next if is_priced else Next.UNPRICED,
        amount=_share(payment, one.id) if is_priced else None,
        before_tax=_net_share(payment.quote, one.id) if payment.quote and not is_priced else None,
        method=payment.method,
        instead_of=next(iter(payment.instead_of), None),
        payment=payment,
    )


def _share(payment: Upcoming, subscription_id: str) -> Money | None:
    """Its part of the payment's total, tax included. Where the lines don't tell, only a payment for one has a part."""
    quote, paid = payment.quote, payment.amount
    if quote is None or quote.tax.rule == NOT_KNOWN or (paid is not None and paid != quote.at_gateway):
        return paid if len(payment.subscription_ids) == 1 else None
    taxed = list(zip(quote.lines, quote.taxes, strict=True))
    if not quote.total.minor or not any(_weight(line, tax) for line, tax in taxed):
        return Money.zero(quote.total.currency)
    shares = allocate(quote.total, [_weight(line, tax) for line, tax in taxed])
    own = (share for share, line in zip(shares, quote.lines, strict=True) if line.subscription_id == subscription_id)
    return total(own, quote.total.currency)


def _weight(line: QuoteLine, tax: LineTax) -> int:
    """What a line comes to with its tax, in hundredths of a minor unit: exact enough to split a total by."""
    with_tax = Fraction(line.amount.minor) if tax.included else line.net.minor * (1 + (tax.decision.rate or 0))
    return max(0, with_tax * 100 // 1)


def _net_share(quote: Quote, subscription_id: str) -> Money:
    return total((line.net for line in quote.lines if line.subscription_id == subscription_id), quote.net.currency)


def _beyond(state: AccountState, offer: Offer, one: Subscription, today: date) -> Upcoming | None:
    """The payment of a term that begins after the forecast's twelve months; None where nothing is sold then."""
    alone = replace(state, subscriptions=(one,), carried=(), balance=None)
    months = months_elapsed(today, one.renews_on) + 1
    found = forecast(alone, offer, today, months) if months > 12 else ()
    return next((payment for payment in found if payment.kind in CHARGES and one.id in payment.subscription_ids), None)
