"""Where a remedy leads: the one place that turns the codes of `domain.eligibility` into addresses of the portal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse

from tenor.domain.account import Subscription
from tenor.domain.explanation import Facts
from tenor.domain.possibilities import for_good
from tenor.domain.refusals import Reason, Remedy
from tenor.ui import components, words
from tenor.ui.words import NO_NAMES, Names


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wanted to do, and to what: a request for help carries it along. `action` as in rules 8."""

    action: str
    subscription: Subscription | None = None


def shown(
    found: Iterable[Reason], wanted: Wanted, locale: str, names: Names = NO_NAMES
) -> tuple[components.Reason, ...]:
    """The reasons that close an action, worded for the reader, each with a remedy that leads somewhere if it can."""
    worded: list[components.Reason] = []
    for reason in told_once(for_good(found)):
        leads = partial(address, wanted=wanted, reason=reason.code)
        worded += words.shown((reason,), locale, leads, names)
    return tuple(worded)


def told_once(found: Iterable[Reason]) -> tuple[Reason, ...]:
    """An overdue renewal is an open order, too. One of both is told: the order where its money is on its way."""
    told = tuple(found)
    order = next((reason for reason in told if reason.code == "open_order"), None)
    if order is None or not any(reason.code in OVERDUE for reason in told):
        return told
    moot = OVERDUE if order.facts.get("under_way") else {order.code}
    return tuple(reason for reason in told if reason.code not in moot)


def link(remedy: Remedy, wanted: Wanted, locale: str, reason: str = "") -> components.Remedy:
    """One remedy by itself, worded for the reader."""
    return components.Remedy(words.remedy(remedy, locale), address(remedy, wanted, reason), remedy.code)


def address(remedy: Remedy, wanted: Wanted, reason: str = "") -> str:
    """The page that carries the remedy out; "" where it can only be said (waiting, asking a colleague).

    What Tenor can't carry out by itself leads to a request for help that knows what it is about.
    """
    if remedy.code in ONLY_SAID:
        return ""
    if (own := PAGES.get(remedy.code)) is not None:
        return own(remedy.facts, wanted)
    return help_address(wanted, reason or remedy.code)


def help_address(wanted: Wanted, reason: str = "") -> str:
    """The help page, told what is wanted and what stands in the way."""
    about = {
        "subscription": wanted.subscription.id if wanted.subscription else "",
        "action": wanted.action,
        "reason": reason,
    }
    return f"{reverse('portal:help')}?{urlencode({name: value for name, value in about.items() if value})}"


def _order(facts: Facts, _wanted: Wanted) -> str:
    return reverse("portal:order", args=[facts["order"]])


def _unpaid(facts: Facts, wanted: Wanted) -> str:
    """The order that waits for its money; the list of orders where it is not known."""
    if "order" in facts:
        return _order(facts, wanted)
    waiting = wanted.subscription.open_order if wanted.subscription else None
    return reverse("portal:order", args=[waiting.id]) if waiting else reverse("portal:orders")


def _methods(_facts: Facts, _wanted: Wanted) -> str:
    return f"{reverse('portal:methods')}#add"


def _other_method(facts: Facts, wanted: Wanted) -> str:
    """Where another method is chosen: for all that a named one pays, for one subscription, or among all methods."""
    if "method_id" in facts:
        return _use_method(facts, wanted)
    if wanted.subscription is not None:
        return reverse("portal:choose_method", args=[wanted.subscription.id])
    return reverse("portal:methods")


def _order_first(facts: Facts, _wanted: Wanted) -> str:
    return reverse("portal:order", args=[facts["order_id"]])


def _scheduled(facts: Facts, _wanted: Wanted) -> str:
    return f"{reverse('portal:subscription', args=[facts['subscription']])}#scheduled"


def _use_method(facts: Facts, _wanted: Wanted) -> str:
    """The page that uses a method for more, with what it should pay chosen already."""
    if "method_id" not in facts:
        return reverse("portal:methods")
    chosen = {name: facts[name] for name in ("instead_of", "subscription") if facts.get(name)}
    named = f"?{urlencode(chosen)}" if chosen else ""
    return f"{reverse('portal:use_method', args=[facts['method_id']])}{named}"


def _edit_method(facts: Facts, _wanted: Wanted) -> str:
    return reverse("portal:edit_method", args=[facts["method_id"]])


def _subscription(facts: Facts, _wanted: Wanted) -> str:
    return reverse("portal:subscription", args=[facts["subscription"]])


def _change_term(facts: Facts, _wanted: Wanted) -> str:
    return reverse("portal:change_term", args=[facts["subscription"]])


def _auto_renew(facts: Facts, _wanted: Wanted) -> str:
    return reverse("portal:auto_renew", args=[facts["subscription"]])


def _renew(facts: Facts, _wanted: Wanted) -> str:
    return reverse("portal:renew", args=[facts["subscription"]])


def _buy_again(facts: Facts, _wanted: Wanted) -> str:
    return reverse("portal:buy_again", args=[facts["subscription"]])


def _reseller(facts: Facts, _wanted: Wanted) -> str:
    contact = str(facts["contact"])
    return contact if contact.startswith("https://") else f"mailto:{contact}" if "@" in contact else ""


OVERDUE = frozenset({"past_due", "suspended"})
ONLY_SAID = frozenset({"ask_buyer", "wait", "wait_for_payment", "wait_for_renewal", "try_again_soon"})
PAGES: dict[str, Callable[[Facts, Wanted], str]] = {
    "resume_or_cancel_order": _order,
    "pay_now": _unpaid,
    "add_payment_method": _methods,
    "choose_payment_method": _other_method,
    "use_payment_method": _use_method,
    "update_method": _edit_method,
    "see_subscription": _subscription,
    "see_order": _order,
    "return_order_first": _order_first,
    "undo_scheduled_first": _scheduled,
    "change_term": _change_term,
    "turn_on_auto_renew": _auto_renew,
    "renew": _renew,
    "renew_early": _renew,
    "buy_again": _buy_again,
    "contact_reseller": _reseller,
}
"""The rest is carried out by people: contact_support, ..."""
