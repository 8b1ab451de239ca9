"""What a payment to come changes against the one before, in words."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.differences import Difference
from tenor.ui import formats
from tenor.ui.words.values import NO_NAMES, Names, fill

DIFFERENCES: dict[str, Promise] = {
    "term": _("Renews for %(months)s instead of %(others_months)s."),
    "plan": _("Renews as %(plan)s instead of %(other_plan)s."),
    "seats": _("Renews with %(seats)s instead of %(scheduled)s."),
    "method": _("Paid by %(method)s from then on."),
    "price_rise": _(
        "The price of a seat rises from %(before)s to %(after)s. Announced on %(announced_on)s, valid from"
        " %(valid_from)s."
    ),
    "price_cut": _(
        "The price of a seat falls from %(before)s to %(after)s. Announced on %(announced_on)s, valid from"
        " %(valid_from)s."
    ),
    "price_changed": _("A seat costs %(after)s instead of %(before)s."),
    "promotion_ends": _("%(name)s ends: a seat costs %(after)s instead of %(before)s."),
    "promotion": _("%(name)s: a seat costs %(after)s instead of %(before)s."),
    "special_price": _("The special renewal price begins: %(after)s a seat instead of %(list_price)s."),
    "special_price_kept": _("The special renewal price stays: %(after)s a seat instead of %(list_price)s."),
    "special_price_lost": _("The special renewal price ends: it is for terms of a year or more."),
}
_INSTEAD = _("%(before)s can't be charged on %(day)s: %(method)s pays in its place.")
_SCHEDULED = _("Scheduled by %(by)s on %(scheduled_on)s.")


def pays_instead(before: str, method: str, on: date, locale: str) -> str:
    """That another method pays than the one that was to (labels of both), said before the day on which it does."""
    return str(_INSTEAD) % {"before": before, "method": method, "day": formats.day(on, locale)}


def difference(found: Difference, locale: str, names: Names = NO_NAMES) -> str:
    """What changes, and why or by whom. Raises KeyError for an unknown code."""
    told = fill(DIFFERENCES[found.code], found.facts, locale, names)
    return f"{told} {fill(_SCHEDULED, found.facts, locale)}" if found.facts.get("by") else told
