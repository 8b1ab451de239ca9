"""What a customer confirmed for the next renewal at a price that changed since: keep or change it (rules 3, 6)."""

from dataclasses import dataclass
from datetime import date, timedelta

from tenor.domain.account import AccountState, ChangeKind, ScheduledChange, Subscription
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import next_term
from tenor.domain.under_way import once_paid


@dataclass(frozen=True, slots=True)
class Reopened:
    """An entry of the list "at your next renewal", the price of a seat when it was confirmed, and the price now."""

    entry: ScheduledChange
    seen: Money
    now: Money


def reopened(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[Reopened, ...]:
    """The scheduled changes of term or plan whose price was announced anew after they were confirmed."""
    subscription = once_paid(subscription, offer.policy, today)
    now = _unit_price(state, offer, subscription, today)
    if now is None:
        return ()
    found: list[Reopened] = []
    for entry in subscription.scheduled:
        seen = _seen(state, offer, subscription, entry)
        if seen is not None and seen != now:
            found.append(Reopened(entry, seen, now))
    return tuple(found)


def is_reopened(state: AccountState, offer: Offer, subscription: Subscription, kind: ChangeKind, today: date) -> bool:
    """Whether the entry of that kind may be confirmed once more, at the new price."""
    return any(one.entry.kind is kind for one in reopened(state, offer, subscription, today))


def _seen(state: AccountState, offer: Offer, subscription: Subscription, entry: ScheduledChange) -> Money | None:
    """The price of the next term, as it stands, by what was announced when the entry was confirmed.

    What the customer changed besides since then is no news to them, so it is not the noted price that counts. That one
    tells only whether an announcement of the same day came after it.
    """
    if entry.unit_price is None:
        return None
    on_that_day = _unit_price(state, offer, subscription, entry.scheduled_on)
    before = _unit_price(state, offer, subscription, entry.scheduled_on - timedelta(days=1))
    return before if before == entry.unit_price else on_that_day


def _unit_price(state: AccountState, offer: Offer, subscription: Subscription, known_on: date) -> Money | None:
    try:
        return next_term(state, offer, subscription, known_on).price.amount
    except Refusal:
        return None
