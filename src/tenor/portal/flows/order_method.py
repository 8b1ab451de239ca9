"""What pays one order: the stored methods to choose among, and those that can be added on the way."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from tenor.domain.account import MethodKind
from tenor.domain.preparation import aligning_methods
from tenor.domain.refusals import Refusal
from tenor.domain.requests import (
    AddSeats,
    AlignDates,
    Ask,
    BuyAgain,
    ChangeOwed,
    ChangePlan,
    RenewEarly,
    RenewLate,
    Request,
)
from tenor.portal.flows.method_cards import ICONS
from tenor.portal.flows.payable import Payable, payable
from tenor.portal.flows.shared import Reader
from tenor.portal.visit import Visit
from tenor.ui import words
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change
from tenor.usecases.start_method_setup import kinds_in

Paid = AddSeats | AlignDates | BuyAgain | ChangeOwed | ChangePlan | RenewEarly | RenewLate
"""What can be asked to be paid by a method of choice."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of method that can be added; `closed` says why it can't be."""

    code: str
    label: str
    icon: str
    closed: str = ""


def choices(loaded: Loaded, ask: Ask, method_id: str | None) -> list[Payable]:
    """The stored methods that may pay what is asked, the one that does chosen."""
    methods = payable(loaded, method_id or "", None)
    if not isinstance(ask, AlignDates):
        return methods
    aligning = aligning_methods(loaded.state, loaded.offer, loaded.today)
    return [one for one in methods if one.method in aligning]


def kinds_to_add(loaded: Loaded, who: Reader) -> list[Kind]:
    """The kinds that the seller takes; what can't pay in the account's currency says so."""
    return [_kind(kind, loaded, who) for kind in MethodKind if kind in loaded.offer.policy.paying_methods]


def kinds_to_pay(loaded: Loaded, who: Reader, ask: Ask | None = None) -> list[Kind]:
    """Those that can be added on the way, to pay what is asked, or any order."""
    policy = loaded.offer.policy
    taken = policy.alignment_methods if isinstance(ask, AlignDates) else policy.paying_methods
    return [kind for kind in kinds_to_add(loaded, who) if not kind.closed and kind.code in taken]


def _kind(kind: MethodKind, loaded: Loaded, who: Reader) -> Kind:
    label = words.capital(words.method_kind(kind))
    if kind is MethodKind.DIRECT_DEBIT:
        label = _("%(kind)s (SEPA)") % {"kind": label}
    currency = loaded.state.currency
    closed = Refusal("method_kind_not_in_currency", {"kind": str(kind), "currency": currency})
    is_open = kind in kinds_in(currency)
    return Kind(kind.value, label, ICONS[kind], "" if is_open else words.refusal(closed, who.locale, who.names))


def quoted_by(visit: Visit, ask: Ask, method_id: str) -> UUID:
    """The quote of the same request, paid by that method. Raises Refusal, for one that can't pay it too."""
    by = replace(ask, method_id=method_id) if isinstance(ask, Paid) else ask
    return preview_change(account_id=visit.account_id, request=Request(visit.actor, by), now=visit.now).id
