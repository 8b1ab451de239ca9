"""Why can't I ...? Every action on a subscription, once: open with its page, or closed with every reason (rules 8)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from tenor.domain.account import Subscription
from tenor.domain.eligibility import Action
from tenor.domain.orders import PastOrders
from tenor.domain.possibilities import Possibilities, for_good, is_asked, order_to_return
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
    """A reason with all the actions that it closes, whether they are shown elsewhere or hidden."""

    labels: tuple[str, ...]
    reasons: tuple[components.Reason, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """Every action that somebody may ask for: what is open, and each reason that closes something, once."""

    open: tuple[Open, ...]
    closed: tuple[Closed, ...]


def answers(found: Possibilities, one: Subscription, orders: PastOrders, who: Reader, pages: Pages) -> Answers:
    """What there is to say about each action."""
    asked = {action: remedies.told_once(for_good(reasons)) for action, reasons in found.items() if is_asked(reasons)}
    can = [action for action, reasons in asked.items() if not reasons]
    return Answers(
        tuple(Open(words.action(action), address(action, one, orders, pages)) for action in can),
        tuple(_closed(reasons, actions, one, who) for reasons, actions in _by_reasons(asked)),
    )


def address(action: Action, one: Subscription, orders: PastOrders, pages: Pages) -> str:
    """The page that carries the action out; support does what has none."""
    if action is Action.RETURN_ORDER and (order := order_to_return(one, orders)):
        return f"{reverse('portal:return_order', args=[order.id])}?part={one.id}"
    if action is Action.ALIGN:
        return reverse("portal:align")
    if (page := pages.get(action)) is None:
        return remedies.help_address(Wanted(action, one))
    return reverse(page, args=[one.id])


def _by_reasons(asked: Possibilities) -> list[tuple[list[Reason], list[Action]]]:
    """Each reason once, with what it closes; reasons that close the same stand together."""
    closing: list[tuple[Reason, list[Action]]] = []
    for action, reasons in asked.items():
        for reason in reasons:
            known = next((actions for other, actions in closing if other == reason), None)
            if known is None:
                closing.append((reason, [action]))
            else:
                known.append(action)
    together: list[tuple[list[Reason], list[Action]]] = []
    for reason, actions in closing:
        same = next((reasons for reasons, others in together if others == actions), None)
        if same is None:
            together.append(([reason], actions))
        else:
            same.append(reason)
    return together


def _closed(reasons: list[Reason], actions: list[Action], one: Subscription, who: Reader) -> Closed:
    shown = remedies.shown(reasons, Wanted(actions[0], one), who.locale, who.names)
    return Closed(tuple(map(words.action, actions)), shown)
