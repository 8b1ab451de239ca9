"""Whether a renewal is out of all proportion: a price with a digit too many is seen before it is charged (rules 7)."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenor.domain.account import AccountState, ChangeKind, PeriodKind, Subscription
from tenor.domain.bounds import largest_renewal
from tenor.domain.offer import Policy
from tenor.domain.quote import LineKind, Quote, QuoteLine


class OutOfProportion(ValueError):
    """A renewal that a person has to look at before anybody is charged."""


@dataclass(frozen=True, slots=True)
class LastPrice:
    """What a seat cost in the last term: minor units, for that many days."""

    unit_minor: int
    days: int


def last_prices(state: AccountState) -> dict[str, LastPrice]:
    """The price of each subscription's last term, by the subscription's id."""
    found: dict[str, LastPrice] = {}
    for subscription in state.subscriptions:
        terms = [paid for paid in subscription.periods if paid.kind is PeriodKind.TERM]
        if terms:
            last = max(terms, key=lambda paid: paid.period)
            found[subscription.id] = LastPrice(last.unit_price.minor, last.denominator)
    return found


def demand_proportion(state: AccountState, policy: Policy, quote: Quote, before: Mapping[str, LastPrice]) -> None:
    """Raise OutOfProportion for a renewal that nobody should be charged unseen.

    Either a seat costs several times a day of what it cost in the term before (policy: 5), and the customer has not
    confirmed such a price; or the whole is above what the seller charges without a look (policy, by currency; where the
    currency has no row, a careful bound).
    """
    if quote.total.minor > largest_renewal(policy.largest_renewal, quote.total.currency):
        raise OutOfProportion(f"{quote.total} is more than is charged without a look")
    for line in quote.lines:
        if line.kind is LineKind.TERM:
            _demand_similar_price(state.subscription(line.subscription_id), policy, line, before)


def _demand_similar_price(
    subscription: Subscription, policy: Policy, line: QuoteLine, before: Mapping[str, LastPrice]
) -> None:
    last = _confirmed(subscription, line) or before.get(subscription.id)
    if last is None or last.unit_minor == 0:
        return
    if line.unit_price.minor * last.days > policy.most_times_dearer * last.unit_minor * line.denominator:
        price, days = line.unit_price, line.denominator
        raise OutOfProportion(
            f"{subscription.number}: {price} a seat for {days} days is more than {policy.most_times_dearer} times"
            f" the last price, {last.unit_minor} minor units for {last.days} days"
        )


def _confirmed(subscription: Subscription, line: QuoteLine) -> LastPrice | None:
    """The price that the customer saw when confirming another plan or term for this renewal."""
    for kind in (ChangeKind.PLAN, ChangeKind.TERM):
        entry = subscription.scheduled_change(kind)
        if entry is not None and entry.unit_price is not None:
            return LastPrice(entry.unit_price.minor, line.denominator)
    return None
