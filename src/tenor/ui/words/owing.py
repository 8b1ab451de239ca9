"""What is owed, in a sentence or two: how much, for what, since when, and when it is tried again."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from tenor.domain.account import OpenOrder
from tenor.domain.quote import StillOwed
from tenor.ui.words.values import fill


def owed(found: Iterable[StillOwed], locale: str, *, says_next_try: bool = True) -> tuple[str, ...]:
    """Each invoice that stays owed, once: "You owe 1,656.00 for 4 seats from 18 November. The next try is on ...".

    What stands on one invoice since one day is told together. `says_next_try`: False where the page tells it elsewhere.
    """
    together: dict[tuple[object, ...], StillOwed] = {}
    for one in found:
        key = one.order, one.since, one.total, one.retry_on
        seats = together[key].seats if key in together else 0
        together[key] = replace(one, seats=seats + one.seats)
    told = together.values() if says_next_try else [replace(one, retry_on=None) for one in together.values()]
    return tuple(_sentence(one, locale) for one in told)


def still_open(orders: Iterable[OpenOrder], locale: str) -> tuple[str, ...]:
    """Orders that have no money yet: "€477.74 for order ORD-000193 is still on its way"."""
    on_its_way = _("%(amount)s for order %(number)s is still on its way.")
    unpaid = _("%(amount)s for order %(number)s is still to be paid.")
    return tuple(
        fill(on_its_way if one.is_under_way else unpaid, {"amount": one.total, "number": one.number}, locale)
        for one in orders
        if one.total
    )


def _sentence(one: StillOwed, locale: str) -> str:
    facts = {"amount": one.total, "seats": one.seats, "since": one.since, "day": one.retry_on}
    owing = (
        _("The renewal of %(seats)s from %(since)s is not paid yet.")
        if one.total is None
        else _("You owe %(amount)s for %(seats)s from %(since)s.")
    )
    told = fill(owing, facts, locale)
    if one.retry_on is None:
        return told
    return " ".join((told, fill(_("The next try is on %(day)s."), facts, locale)))
