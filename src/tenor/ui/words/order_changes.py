"""What an order changed, in a few words for a line of a list: "Seats 3 → 5", "Aligned to 31 January 2027"."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext, ngettext

from tenor.domain.account import Subscription
from tenor.domain.effects import Effect, MoveRenewal, OpenSubscription, Schedule, SetPlan, SetSeats, StartTerm
from tenor.ui import formats
from tenor.ui.words.orders import effect
from tenor.ui.words.values import Names, seats


def order_change(effects: Iterable[Effect], known: Mapping[str, Subscription], locale: str, names: Names) -> str:
    """Each kind of change once, however many subscriptions it is made to; "" where the title says it all.

    `known` are the account's subscriptions by id.
    """
    return ", ".join(dict.fromkeys(_changes(list(effects), known, locale, names)))


def order_about(ids: Iterable[str], known: Mapping[str, Subscription], locale: str, names: Names) -> str:
    """What an order was about: the one subscription by its name, or how many."""
    found = [known[each] for each in ids if each in known]
    if len(found) == 1:
        return names.item(found[0].product, found[0].plan)
    count = {"count": formats.number(len(found), locale)}
    return ngettext("%(count)s subscription", "%(count)s subscriptions", len(found)) % count if found else ""


def _changes(done: list[Effect], known: Mapping[str, Subscription], locale: str, names: Names) -> Iterator[str]:
    for one in done:
        match one:
            case SetSeats():
                facts = {"before": formats.number(one.before, locale), "after": formats.number(one.after, locale)}
                yield gettext("Seats %(before)s → %(after)s") % facts
            case SetPlan():
                product = _product(known, one.subscription_id)
                yield f"{names.plan(product, one.before)} → {names.plan(product, one.after)}"
            case MoveRenewal():
                yield gettext("Aligned to %(day)s") % {"day": formats.day(one.after, locale, "medium")}
            case StartTerm():
                yield gettext("Until %(day)s") % {"day": formats.day(one.paid.period.end, locale, "medium")}
            case OpenSubscription():
                yield seats(one.seats, locale)
            case Schedule() if one.after is not None:
                yield effect(one, locale, names, _product(known, one.subscription_id))
            case _:
                pass


def _product(known: Mapping[str, Subscription], subscription_id: str) -> str:
    return known[subscription_id].product if subscription_id in known else ""
