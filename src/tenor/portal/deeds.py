"""What can be done with a subscription: what is open, and why the rest is not, each reason once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from tenor.domain.account import Subscription
from tenor.domain.eligibility import Action, is_hidden
from tenor.domain.orders import PastOrders
from tenor.domain.possibilities import Possibilities, for_good, is_offered
from tenor.domain.refusals import Reason, Visibility
from tenor.portal import remedies
from tenor.portal.answers import address
from tenor.portal.flows.shared import Reader
from tenor.portal.holdings import Holding
from tenor.portal.remedies import Wanted
from tenor.ui import components, words

FLOWS = {
    Action.SEATS_ADD: ("portal:add_seats", "plus"),
    Action.SEATS_REDUCE: ("portal:reduce_seats", "minus"),
    Action.CHANGE_TERM: ("portal:change_term", "calendar"),
    Action.CHANGE_PLAN: ("portal:change_plan", "layers"),
    Action.RENEW_EARLY: ("portal:renew", "renew"),
    Action.RENEW_LATE: ("portal:renew", "renew"),
    Action.BUY_AGAIN: ("portal:buy_again", "plus"),
    Action.AUTO_RENEW_OFF: ("portal:auto_renew", "pause"),
    Action.AUTO_RENEW_ON: ("portal:auto_renew", "renew"),
    Action.METHOD: ("portal:choose_method", "card"),
    Action.CHANGE_OWED: ("portal:change_owed", "receipt"),
    Action.DECLINE_OWED: ("portal:decline_owed", "pause"),
}
"""The actions that have a flow: its address and icon."""
ELSEWHERE = {Action.ALIGN: "calendar", Action.RETURN_ORDER: "arrow-left"}
"""Actions that are carried out among others, or on an order: offered where they are open."""
PAGES = {action: address for action, (address, _icon) in FLOWS.items()}


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the page offers, and what it says once at its head.

    `actions` are open, or closed by a reason of their own, which stands with them. `closed` are the reasons that close
    several actions, or all of them.
    """

    actions: tuple[components.Action, ...]
    closed: tuple[components.Reason, ...]


def deeds(found: Possibilities, held: Holding, orders: PastOrders, who: Reader, told: Iterable[str]) -> Deeds:
    """What there is to do. `told` are codes of reasons that the page says elsewhere already."""
    one = held.subscription
    offered = {action: for_good(found[action]) for action in FLOWS if not _is_pointless(action, found[action], held)}
    elsewhere, shared = frozenset(told), _shared(offered)
    closing: dict[str, Reason] = {}
    for reason in (reason for reasons in offered.values() for reason in reasons if reason.code in shared - elsewhere):
        closing.setdefault(reason.code, reason)
    own = (
        _action(action, reasons, one, who)
        for action, reasons in offered.items()
        if not is_hidden(reasons) and not any(reason.code in shared | elsewhere for reason in reasons)
    )
    others = (
        components.Action(f"action-{action}", words.action(action), address(action, one, orders, PAGES), icon)
        for action, icon in ELSEWHERE.items()
        if not found[action]
    )
    return Deeds(
        actions=(*own, *others),
        closed=by_remedy(remedies.shown(closing.values(), Wanted("", one), who.locale, who.names)),
    )


def _is_pointless(action: Action, reasons: tuple[Reason, ...], held: Holding) -> bool:
    """Whether another action stands for it, or nothing is left that it would change."""
    if held.situation.is_over and action in (Action.AUTO_RENEW_ON, Action.AUTO_RENEW_OFF):
        return True
    return not is_offered(action, reasons)


def by_remedy(reasons: Iterable[components.Reason]) -> tuple[components.Reason, ...]:
    """Reasons that one remedy mends, together."""
    found: dict[tuple[components.Remedy, ...], str] = {}
    for reason in reasons:
        remedy = tuple(reason.remedies)
        found[remedy] = " ".join(filter(None, (found.get(remedy, ""), str(reason.sentence))))
    return tuple(components.Reason(sentence, remedy) for remedy, sentence in found.items())


def _shared(offered: Mapping[Action, tuple[Reason, ...]]) -> frozenset[str]:
    """The codes of the reasons that close more than one action, or that hide it."""
    count = Counter(reason.code for reasons in offered.values() for reason in reasons)
    hiding = {
        reason.code for reasons in offered.values() for reason in reasons if reason.visibility is Visibility.HIDDEN
    }
    return frozenset(code for code, times in count.items() if times > 1) | hiding


def _action(action: Action, reasons: tuple[Reason, ...], one: Subscription, who: Reader) -> components.Action:
    address, icon = FLOWS[action]
    return components.Action(
        id=f"action-{action}",
        label=words.action(action),
        url=reverse(address, args=[one.id]),
        icon=icon,
        reasons=remedies.shown(reasons, Wanted(action, one), who.locale, who.names),
    )
