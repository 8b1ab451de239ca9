"""Why a line of a list of seats is left out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.seat_lists import LineFault

FAULTS: dict[str, Promise] = {
    "no_number": _("The number of the subscription is missing."),
    "unknown_number": _("There is no subscription of that number."),
    "no_address": _("That is no e-mail address."),
    "named_twice": _("Named twice for this subscription."),
    "no_seat_free": _("No seat is free."),
    "seats_without_access": _("There is no access with this subscription now."),
}


def seat_fault(fault: LineFault) -> str:
    """The reason, as a sentence. Raises KeyError for an unknown code."""
    return str(FAULTS[fault.code])
