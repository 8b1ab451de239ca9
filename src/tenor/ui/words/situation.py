"""What is true of a subscription, in one line: what happens next, when, for how much, and how it is paid."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.account import Subscription
from tenor.domain.quote import Collection
from tenor.domain.situation import Next, Situation
from tenor.ui import formats
from tenor.ui.words.values import fill

LINES: dict[Next, Promise] = {
    Next.UNPRICED: _("Due for renewal on %(day)s: its price is not known yet"),
    Next.ENDS: _("Ends on %(day)s: automatic renewal is off"),
    Next.OWED: _("Unpaid since %(day)s, access ends on %(until)s"),
    Next.SUSPENDED: _("Suspended: unpaid since %(day)s, no access"),
    Next.ENDED: _("Ended on %(day)s"),
}
"""The kinds that are said in one way; the others depend on what is known."""

SHORT: dict[Next, Promise] = {
    Next.RENEWS: _("Renews on"),
    Next.UNPRICED: _("Renews on"),
    Next.ENDS: _("Ends on"),
    Next.PAYING: _("Payment under way for the term from"),
    Next.OWED: _("Unpaid since"),
    Next.SUSPENDED: _("Unpaid since"),
    Next.EXPIRED: _("Expired on"),
    Next.ENDED: _("Ended on"),
}


@dataclass(frozen=True, slots=True)
class Brief:
    """A situation for a cell or a card: a label, and the day that it speaks of."""

    label: str
    day: date


def situation_line(found: Situation, subscription: Subscription, locale: str, tax_included: str) -> str:
    """One line without a full stop: "Renews on 31 January 2027 for 34,313.00 kr incl. VAT by Visa 4242".

    `tax_included` is what the reader's tax says beside an amount that is charged: "incl. VAT", "" where there is none.
    """
    facts = {
        "day": found.on,
        "until": found.access_until,
        "amount": f"{formats.money(found.amount, locale)} {tax_included}".rstrip() if found.amount else None,
        "method": found.method.label if found.method else "",
        "begins": found.begins_on,
        "last": found.renewable_until,
        "next": found.paid_ahead_from,
        "reseller": subscription.reseller.name if subscription.reseller else "",
    }
    said = [fill(_line(found, subscription), facts, locale)]
    if found.paid_ahead_from and found.next is not Next.PAYING:
        said.insert(0, fill(_("The term from %(next)s is paid ahead"), facts, locale))
    if found.begins_on:
        said.insert(0, fill(_("Begins on %(begins)s"), facts, locale))
    return ". ".join(said)


def situation_brief(found: Situation, subscription: Subscription) -> Brief:
    """The same for a cell or a card: "Renews on" with its day."""
    if found.begins_on:
        return Brief(str(_("Begins on")), found.begins_on)
    if found.next is Next.ELSEWHERE:
        return Brief(elsewhere(subscription), found.on)
    return Brief(str(SHORT[found.next]), found.on)


def elsewhere(subscription: Subscription) -> str:
    """Who renews what is not renewed here, as a label: "Renewal through CADline Partners"."""
    if subscription.reseller is None:
        return str(_("Renewal in the older system"))
    return str(_("Renewal through %(reseller)s")) % {"reseller": subscription.reseller.name}


def _line(found: Situation, subscription: Subscription) -> Promise:
    match found.next:
        case Next.RENEWS:
            return _renews(found)
        case Next.ELSEWHERE if subscription.reseller is None:
            return _("Kept in an older system: it is renewed there, on %(day)s")
        case Next.ELSEWHERE:
            return _("Renewal through %(reseller)s, on %(day)s")
        case Next.PAYING if found.amount is not None:
            return _("Payment of %(amount)s under way for the term from %(day)s")
        case Next.PAYING:
            return _("Payment under way for the term from %(day)s")
        case Next.EXPIRED if found.renewable_until:
            return _("Expired on %(day)s, can be renewed until %(last)s")
        case Next.EXPIRED:
            return _("Expired on %(day)s")
        case other:
            return LINES[other]


def _renews(found: Situation) -> Promise:
    """How much is known of it: a total too small to be charged by itself has no amount of its own."""
    quote = found.payment.quote if found.payment else None
    if quote is not None and quote.collection is Collection.BALANCE:
        return _("Renews on %(day)s for %(amount)s from your balance")
    if found.method is None and found.amount is None:
        return _("Renews on %(day)s, but no payment method can be charged")
    if found.method is None:
        return _("Renews on %(day)s for %(amount)s, but no payment method can be charged")
    if found.amount is None:
        return _("Renews on %(day)s by %(method)s")
    if quote is not None and quote.from_balance:
        return _("Renews on %(day)s for %(amount)s from your balance and by %(method)s")
    return _("Renews on %(day)s for %(amount)s by %(method)s")
