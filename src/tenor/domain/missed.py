"""Terms that are over and were never charged, because nobody renewed anything meanwhile: an outage (rules 7).

They are not billed in a heap. The term that contains today is renewed, each term before it waits for a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tenor.domain.account import AccountState, ChangeKind, PaidPeriod, PeriodKind, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.catalog import Item
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.renewals import is_due, item_at_renewal, price_of_renewal, whole_term, whole_term_line
from tenor.domain.terms import Period, next_period


@dataclass(frozen=True, slots=True)
class MissedTerm:
    """A whole term that is over, and what the subscription would have been renewed as."""

    subscription_id: str
    item: Item
    seats: int
    period: Period


def missed_terms(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[MissedTerm, ...]:
    """The terms since its renewal date that are wholly over today, the first of them first; mostly none.

    Counted from the anchor, in the term that was to come: a month is missed by the month, and a year that still runs
    is not missed but renewed late. What is past due was charged for, and follows its own course (`domain.dunning`).
    """
    if not (is_due(subscription, today) and renews_itself(subscription)):
        return ()
    item = item_at_renewal(state, offer, subscription)
    fewer = subscription.scheduled_change(ChangeKind.SEATS)
    seats = int(fewer.value) if fewer else subscription.last_seats
    found: list[MissedTerm] = []
    start = subscription.renews_on
    while (period := next_period(subscription.anchor, start, item.term)).end <= today:
        found.append(MissedTerm(subscription.id, item, seats, period))
        start = period.end
    return tuple(found)


def catch_up(
    state: AccountState, offer: Offer, today: date
) -> tuple[AccountState, Mapping[str, tuple[MissedTerm, ...]]]:
    """The account with its renewal dates moved on to the terms that contain today, and what was missed before them.

    By subscription; the account as it was, and nothing, where nothing is missed. A subscription whose dates make no
    sense stays where it is: planning its renewal tells why.
    """
    missed: dict[str, tuple[MissedTerm, ...]] = {}
    for subscription in state.subscriptions:
        try:
            found = missed_terms(state, offer, subscription, today)
        except ValueError:
            continue
        if found:
            missed[subscription.id] = found
    if not missed:
        return state, missed
    moved = (
        replace(one, renews_on=missed[one.id][-1].period.end) if one.id in missed else one
        for one in state.subscriptions
    )
    return replace(state, subscriptions=tuple(moved)), missed


def plan_missed(state: AccountState, offer: Offer, missed: MissedTerm, today: date) -> Quote:
    """The quote that bills a term that is over: at the price that was announced for its first day, charged today.

    Nothing is granted by it, and no date moves: access went on in those days. Raises Refusal("not_sold").
    """
    subscription = state.subscription(missed.subscription_id)
    first = missed.period.start
    price = price_of_renewal(offer, missed.item, missed.seats, first, first)
    paid = PaidPeriod(PeriodKind.TERM, missed.period, price.amount, missed.period.days, price.kind)
    explained = whole_term(price, missed.seats, missed.item.term, missed.period)
    method = state.method_of(subscription)
    draft = Draft(
        action="bill_missed",
        method_id=method.id if method else None,
        tax_included=price.entry.tax_included,
        lines=(whole_term_line(subscription.id, missed.item, missed.seats, paid, explained),),
    )
    return assemble(replace(state, carried=()), offer, draft, today)
