"""Mails about what changes at the next renewal, or does not renew any more. Worded here, laid out by `ui.mail`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenor.domain.money import Money
from tenor.ui import formats

SCHEDULED: dict[str, Promise] = {
    "change_term": gettext_lazy("The term of your next renewal was changed. Nothing is charged now."),
    "change_plan": gettext_lazy("The plan of your next renewal was changed. Nothing is charged now."),
    "reduce_seats": gettext_lazy("The number of seats of your next renewal was changed. Nothing is charged now."),
}
"""The kinds of mail about a scheduled change, each with its sentence."""


@dataclass(frozen=True, slots=True)
class MailEnd:
    """A subscription that will not renew: the day on which access ends. `is_declined`: what it owed is not taken."""

    name: str
    on: date
    is_declined: bool = False


def ending(ends: tuple[MailEnd, ...], refund: Money | None, locale: str) -> Iterator[str]:
    """What ends and when, what goes back, and that it can be had again."""
    for end in ends:
        facts = {"name": end.name, "day": formats.day(end.on, locale)}
        if end.is_declined:
            yield _("%(name)s: access has ended. The renewal is not taken, and nothing is owed for it.") % facts
        else:
            yield _("%(name)s: access ends on %(day)s, and nothing is charged then.") % facts
    if refund:
        amount = formats.money(refund, locale)
        yield _("%(amount)s for the extension that was to follow goes back to how it was paid.") % {"amount": amount}
    if any(end.is_declined for end in ends):
        yield _("For some weeks it can still be renewed, at the list price.")
    if not all(end.is_declined for end in ends):
        yield _("Turn it on again by then, and the special renewal price stays yours.")
