"""Until when an order can be given back: the window belongs to what was bought, on the day it was bought (rules 9)."""

from collections.abc import Iterable
from datetime import date, timedelta

from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrder
from tenor.domain.quote import QuoteLine

_A_YEAR = 365
"""The days of the shortest period of a long term."""


def window_ends_on(offer: Offer, order: PastOrder, chosen: Iterable[str]) -> date:
    """The first day on which it is too late for all of these subscriptions' parts: that of the first to close."""
    return min(part_window_ends_on(offer, order, one) for one in chosen)


def part_window_ends_on(offer: Offer, order: PastOrder, subscription_id: str) -> date:
    """The first day on which it is too late for one subscription's part: 30 days, 15 for monthly terms (policy).

    Each line has the window of its own term, as it was sold; the lines of one subscription are undone together, so the
    shortest of them counts. One that was charged nothing (its anchor moved) goes by the lines beside it.
    """
    lines = [order.quote.lines[place] for place in order.own_places]
    own = [line for line in lines if line.subscription_id == subscription_id] or lines
    is_long = all(_is_long(line) for line in own)
    days = offer.policy.return_days if is_long else offer.policy.return_days_monthly
    return order.granted_on + timedelta(days=days)


def _is_long(line: QuoteLine) -> bool:
    """A year or more. A line's denominator is the day count of the whole period that its price is for."""
    return line.denominator >= _A_YEAR
