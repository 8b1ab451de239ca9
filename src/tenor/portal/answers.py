"""Why can't I ...? Every action on a subscription, once: open with its page, or closed with every reason (rules 8)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from tenor.domain.account import Subscription
from tenor.domain.eligibility import Action
from tenor.domain.orders import PastOrders
from tenor.domain.possibilities import Possibilities, order_to_return
from tenor.domain.refusals import Reason
from tenor.portal import remedies
from tenor.portal.flows.shared import Reader
from tenor.portal.remedies import Wanted
from tenor.ui import components, words

Pages = Mapping[Action, str]
"""The actions that have a page for one subscription, by the names of their routes."""


@dataclass(frozen=True, slots=True)
class Open:
    """An action that can be carried out, and where."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Actions that are closed for the same reasons, whether they are shown elsewhere or hidden."""

    labels: tuple[str, ...]
    reasons: tuple[components.Reason, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """Every action, in one of both lists."""

    open: tuple[Open, ...]
    closed: tuple[Closed, ...]


def answers(found: Possibilities, one: Subscription, orders: PastOrders, who: Reader, pages: Pages) -> Answers:
    """What there is to say about each action."""
    found = {action: reasons for action, reasons in found.items() if not _is_no_question(reasons)}
    can = [action for action, reasons in found.items() if not reasons]
    alike = _alike(found)
    return Answers(
        tuple(Open(words.action(action), address(action, one, orders, pages)) for action in can),
        tuple(_closed(found[actions[0]], actions, one, who) for actions in alike),
    )


def _is_no_question(reasons: tuple[Reason, ...]) -> bool:
    """Nobody asks why they can't change what they don't owe."""
    return any(reason.code == "nothing_owed" for reason in reasons)


def address(action: Action, one: Subscription, orders: PastOrders, pages: Pages) -> str:
    """The page that carries the action out; support does what has none."""
    if action is Action.RETURN_ORDER and (order := order_to_return(one, orders)):
        return f"{reverse('portal:return_order', args=[order.id])}?part={one.id}"
    if action is Action.ALIGN:
        return reverse("portal:align")
    if (page := pages.get(action)) is None:
        return remedies.help_address(Wanted(action, one))
    return reverse(page, args=[one.id])


def _alike(found: Possibilities) -> list[list[Action]]:
    """The closed actions, those with equal reasons together."""
    alike: list[list[Action]] = []
    for action, reasons in found.items():
        together = next((actions for actions in alike if found[actions[0]] == reasons), None)
        if together is not None:
            together.append(action)
        elif reasons:
            alike.append([action])
    return alike


def _closed(reasons: tuple[Reason, ...], actions: list[Action], one: Subscription, who: Reader) -> Closed:
    shown = remedies.shown(reasons, Wanted(actions[0], one), who.locale, who.names)
    return Closed(tuple(map(words.action, actions)), shown)
