"""Mails about people: invitations, roles, seats, the buyer's role on its way. Worded here, laid out by `ui.mail`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from tenor.ui import formats, words


@dataclass(frozen=True, slots=True)
class MailPeople:
    """What such a mail may have to say; "" where its kind does not.

    `by` is who did it ("" for nobody), `person` whom it is about, `role` a code, `product` the name of what the seat
    is of, `until` how long an invitation holds.
    """

    by: str = ""
    person: str = ""
    role: str = ""
    product: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the mail is read: the vendor's and the account's name, the reader's locale, the account's time zone."""

    vendor: str
    account: str
    locale: str
    zone: str


class Wording(NamedTuple):
    """A mail in words. `link` is the text of its link, "" where there is nothing to go to."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str = ""


def _facts(about: MailPeople, frame: Frame) -> dict[str, str]:
    return {
        "by": about.by,
        "person": about.person,
        "role": words.role(about.role) if about.role else "",
        "product": about.product,
        "vendor": frame.vendor,
        "account": frame.account,
        "until": formats.moment(about.until, frame.zone, frame.locale) if about.until else "",
    }


def _invitation(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("%(by)s invites you to the account of %(account)s") % facts,
        (
            _("%(by)s invites you to the account of %(account)s with %(vendor)s. Your role: %(role)s.") % facts,
            _("The link works once, until %(until)s. Nothing happens before you accept on the page it opens.") % facts,
        ),
        _("See the invitation"),
    )


def _invitation_revoked(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("The invitation to the account of %(account)s was withdrawn") % facts,
        (_("%(by)s has withdrawn the invitation. Its link no longer works, and you need not do anything.") % facts,),
    )


def _invitation_accepted(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("%(person)s has joined %(account)s") % facts,
        (_("%(person)s has accepted your invitation. Role: %(role)s.") % facts,),
        _("See your users"),
    )


def _role_changed(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("Your role in the account of %(account)s has changed") % facts,
        (_("%(by)s has given you another role: %(role)s.") % facts,),
        _("See the account"),
    )


def _person_removed(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("You no longer have access to the account of %(account)s") % facts,
        (_("%(by)s has removed you from the account. If that surprises you, ask there.") % facts,),
    )


def _seat_assigned(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("You have a seat of %(product)s") % facts,
        (_("%(by)s has given you a seat of %(product)s. Sign in to the product with this e-mail address.") % facts,),
    )


def _seat_released(facts: Mapping[str, str]) -> Wording:
    if facts["by"]:
        reason = _("%(by)s has taken your seat of %(product)s back.")
    else:
        reason = _("%(account)s has fewer seats of %(product)s now, and yours was one of those that ended.")
    return Wording(
        _("You no longer have a seat of %(product)s") % facts,
        (reason % facts, _("If you still need it, ask whoever manages the users of your company.")),
    )


def _handover_offered(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("%(by)s offers you the buyer's role of %(account)s") % facts,
        (
            _("The buyer owns the contract with %(vendor)s and may do everything in the account.") % facts,
            _("Nothing changes before you accept. If you do, %(by)s becomes a billing admin.") % facts,
        ),
        _("Accept or decline"),
    )


def _handover_withdrawn(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("The offer of the buyer's role of %(account)s was withdrawn") % facts,
        (_("%(by)s has withdrawn the offer. Your role is as it was.") % facts,),
        _("See the account"),
    )


def _handover_declined(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("%(person)s has declined the buyer's role") % facts,
        (_("You are still the buyer of %(account)s.") % facts,),
        _("See your users"),
    )


def _handover_accepted(facts: Mapping[str, str]) -> Wording:
    return Wording(
        _("%(person)s is the buyer of %(account)s now") % facts,
        (_("The buyer's role was handed over. Whoever had it before is a billing admin now.") % facts,),
        _("See your users"),
    )


_KINDS: dict[str, Callable[[Mapping[str, str]], Wording]] = {
    "invitation": _invitation,
    "invitation_revoked": _invitation_revoked,
    "invitation_accepted": _invitation_accepted,
    "role_changed": _role_changed,
    "person_removed": _person_removed,
    "seat_assigned": _seat_assigned,
    "seat_released": _seat_released,
    "handover_offered": _handover_offered,
    "handover_withdrawn": _handover_withdrawn,
    "handover_declined": _handover_declined,
    "handover_accepted": _handover_accepted,
}
KINDS = frozenset(_KINDS)
"""Every kind of mail about people."""


def wording(kind: str, about: MailPeople, frame: Frame) -> Wording:
    """The mail of that kind, in the language in use. Raises KeyError for an unknown kind."""
    return _KINDS[kind](_facts(about, frame))
