"""Payment methods as pages show them: how each stands, what it pays for, what is wrong with it and what mends that."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenor.domain.account import MethodKind, MethodStatus, PaymentMethod, Subscription
from tenor.domain.eligibility import Action
from tenor.domain.methods import (
    MethodUse,
    another_method,
    can_be_relieved,
    is_usable,
    kept_methods,
    outlived_by,
    paid_by,
    removal_reasons,
    stood_in_for,
    unusable_reasons,
)
from tenor.domain.paying import paying_for
from tenor.domain.refusals import Remedy
from tenor.portal import remedies
from tenor.portal.flows.shared import Reader
from tenor.portal.remedies import Wanted
from tenor.ui import components, formats, words
from tenor.usecases.load import Loaded

ICONS = {MethodKind.CARD: "card", MethodKind.PAYPAL: "wallet", MethodKind.DIRECT_DEBIT: "bank"}
WANTED = Wanted(Action.METHOD)
FEW = 3
"""So many subscriptions are named at once; the rest can be unfolded, or is counted."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A subscription that the method pays, with its page."""

    name: str
    number: str
    url: str
    on: date


@dataclass(frozen=True, slots=True)
class MethodCard:
    """One stored method. `reasons` say why it can't be charged, `warnings` which renewals come after its last day.

    `stands_in` is what it pays in place of another method that can't; `instead` what is charged in its own place.
    """

    method: PaymentMethod
    icon: str
    state: str
    tone: str
    state_icon: str
    refused: str
    pays: list[Paid]
    stands_in: list[Paid]
    instead: str
    reasons: tuple[components.Reason, ...]
    warnings: tuple[components.Reason, ...]
    usable: bool
    removal: components.Action

    @property
    def first(self) -> list[Paid]:
        """What it pays first."""
        return self.pays[:FEW]

    @property
    def rest(self) -> list[Paid]:
        """What it pays after that."""
        return self.pays[FEW:]


def method_cards(loaded: Loaded, uses: tuple[MethodUse, ...], who: Reader) -> list[MethodCard]:
    """The account's methods: the default first, then the backup, then as they were added."""
    return [method_card(loaded, method, uses, who) for method in kept_methods(loaded.state)]


def method_card(loaded: Loaded, method: PaymentMethod, uses: tuple[MethodUse, ...], who: Reader) -> MethodCard:
    """One method as pages show it."""
    state, tone, icon = standing(method, loaded.today)
    paid, usable = paid_by(loaded.state, method), is_usable(loaded.offer, method, loaded.today)
    others = stood_in_for(loaded.state, loaded.offer, method, loaded.today) if usable else ()
    return MethodCard(
        method=method,
        icon=ICONS[method.kind],
        state=state,
        tone=tone,
        state_icon=icon,
        refused=words.decline(method.invalid_because) if method.invalid_because else "",
        pays=[_paid(one, who) for one in paid],
        stands_in=[_paid(one, who) for one in others],
        instead="" if usable else _instead(loaded, paid),
        reasons=tuple(_unusable(loaded, method, who)),
        warnings=tuple(_warnings(loaded, method, who)),
        usable=usable,
        removal=_removal(loaded, method, uses, who),
    )


def _instead(loaded: Loaded, paid: Iterable[Subscription]) -> str:
    """That something else is charged for what the method was to pay; "" where something stays unpaid."""
    policy, today = loaded.offer.policy, loaded.today
    found = [paying_for(loaded.state, policy, one, max(one.renews_on, today)) for one in paid]
    labels = {each.method.label if each.method and each.instead_of else "" for each in found}
    label = labels.pop() if len(labels) == 1 else ""
    return _("%(method)s is charged in its place.") % {"method": label} if label else ""


def _unusable(loaded: Loaded, method: PaymentMethod, who: Reader) -> Iterator[components.Reason]:
    """Why it can't be charged. Where a new date would mend it, another method would, too."""
    other = another_method(loaded.state, loaded.offer, method, loaded.today)
    is_pointless = "method_id" in other.facts and not can_be_relieved(loaded.state, method)
    for found in unusable_reasons(loaded.state, loaded.offer, method, loaded.today):
        kept = replace(found, remedy=None) if is_pointless and found.remedy == other else found
        (told,) = remedies.shown((kept,), WANTED, who.locale, who.names)
        if found.remedy and found.remedy.code == "update_method" and not is_pointless:
            told = replace(told, remedies=(*told.remedies, remedies.link(other, WANTED, who.locale)))
        yield told


def standing(method: PaymentMethod, today: date) -> tuple[str, str, str]:
    """A word, a tone and an icon for what a method is good for."""
    if method.status is MethodStatus.MANDATE_PENDING:
        return _("Waiting for your bank"), "warning", "clock"
    if method.status is MethodStatus.INVALID:
        return _("No longer accepted"), "danger", "danger"
    if method.has_expired(today):
        return _("Expired"), "danger", "danger"
    return _("Ready to pay"), "success", "check"


def _paid(one: Subscription, who: Reader) -> Paid:
    url = reverse("portal:subscription", args=[one.id])
    return Paid(who.names.product(one.product), one.number, url, one.renews_on)


def _warnings(loaded: Loaded, method: PaymentMethod, who: Reader) -> Iterator[components.Reason]:
    """Each renewal that comes after the method's last day: named and dated, with the ways to be in time."""
    if not is_usable(loaded.offer, method, loaded.today) or method.last_day is None:
        return
    late = outlived_by(loaded.state, method, loaded.today)
    for one in late[:FEW]:
        yield components.Reason(_comes_late(one, method, method.last_day, who), tuple(_in_time(one, method, who)))
    more = len(late) - FEW
    if more > 0:
        sentence = ngettext("So does %(count)s more.", "So do %(count)s more.", more)
        yield components.Reason(sentence % {"count": formats.number(more, who.locale)})


def _comes_late(one: Subscription, method: PaymentMethod, last: date, who: Reader) -> str:
    facts = {
        "name": who.names.product(one.product),
        "number": one.number,
        "day": formats.day(one.renews_on, who.locale),
        "last": formats.day(last, who.locale),
    }
    if method.mandate is None:
        return _("%(name)s (%(number)s) renews on %(day)s. The card is valid until %(last)s.") % facts
    lapses = _(
        "%(name)s (%(number)s) renews on %(day)s. The mandate lapses after %(last)s, if nothing is debited before."
    )
    return lapses % facts


def _in_time(one: Subscription, method: PaymentMethod, who: Reader) -> Iterator[components.Remedy]:
    if method.kind is MethodKind.CARD:
        yield remedies.link(Remedy("update_method", {"method_id": method.id}), WANTED, who.locale)
    yield remedies.link(Remedy("choose_payment_method"), Wanted(Action.METHOD, one), who.locale)


def _removal(loaded: Loaded, method: PaymentMethod, uses: tuple[MethodUse, ...], who: Reader) -> components.Action:
    found = removal_reasons(loaded.state, loaded.offer, method, uses, loaded.today)
    return components.Action(
        id=f"remove-{method.id}",
        label=_("Remove"),
        url=reverse("portal:remove_method", args=[method.id]),
        kind="quiet",
        reasons=remedies.shown(found, WANTED, who.locale, who.names),
    )
