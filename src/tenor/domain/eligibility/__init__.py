"""May this be done? Every reason why not, each with its remedy (rules 8). One door for every face and for submit."""

from collections.abc import Mapping
from datetime import date

from tenor.domain.account import AccountState, Actor, Subscription
from tenor.domain.eligibility import leading
from tenor.domain.eligibility.case import Action, Case
from tenor.domain.eligibility.matrix import ACCOUNT_ROWS, SUBSCRIPTION_ROWS
from tenor.domain.eligibility.method_rules import METHOD_RULES, can_choose
from tenor.domain.eligibility.together import return_reasons, set_reasons
from tenor.domain.offer import Offer
from tenor.domain.refusals import Reason, Refusal, Visibility

__all__ = [
    "Action",
    "align_reasons",
    "available_actions",
    "check",
    "is_hidden",
    "open_reasons",
    "reasons",
    "return_reasons",
    "warnings",
]

_ACCOUNT = {action: tuple(row for row in ACCOUNT_ROWS if action in row.closes) for action in Action}
_CLOSING = {action: tuple(row for row in SUBSCRIPTION_ROWS if action in row.closes) for action in Action}
_WARNING = {action: tuple(row for row in SUBSCRIPTION_ROWS if action in row.warns) for action in Action}


def reasons(
    state: AccountState,
    offer: Offer,
    action: Action,
    subscription: Subscription | None,
    actor: Actor,
    today: date,
) -> tuple[Reason, ...]:
    """Every reason why the action is closed, those of the account first; empty where it is open.

    Without a subscription only the account is judged. Staff who act on a customer's behalf meet the same rules.
    Raises Refusal: unknown_product, unknown_plan where the catalog lacks what the subscription is for.
    """
    case = Case(state, offer, action, actor, today)
    return _account_reasons(case) + (_subscription_reasons(case, subscription) if subscription else ())


def check(
    state: AccountState,
    offer: Offer,
    action: Action,
    subscription: Subscription | None,
    actor: Actor,
    today: date,
) -> None:
    """Raise Refusal("not_eligible") with every reason where the action is closed."""
    if found := reasons(state, offer, action, subscription, actor, today):
        facts = {"action": str(action), "subscription": subscription.id if subscription else None}
        raise Refusal("not_eligible", facts, found)


def warnings(
    state: AccountState,
    offer: Offer,
    action: Action,
    subscription: Subscription,
    actor: Actor,
    today: date,
) -> tuple[Reason, ...]:
    """What does not close the action but will need the customer: a payment method that can't pay the renewal."""
    case = Case(state, offer, action, actor, today)
    found = (leading.reason(row, case, subscription) for row in _WARNING[action])
    return tuple(reason for reason in found if reason)


def available_actions(
    state: AccountState, offer: Offer, subscription: Subscription, actor: Actor, today: date
) -> Mapping[Action, tuple[Reason, ...]]:
    """Every action with the reasons that close it; an action without reasons is open.

    What pays may be chosen on the way of some: then no other method closes them.
    """
    return {action: open_reasons(state, offer, action, subscription, actor, today) for action in Action}


def open_reasons(
    state: AccountState, offer: Offer, action: Action, subscription: Subscription, actor: Actor, today: date
) -> tuple[Reason, ...]:
    """Every reason why the way to the action is closed: as `reasons`, but what pays may be chosen on the way."""
    found = reasons(state, offer, action, subscription, actor, today)
    if not can_choose(Case(state, offer, action, actor, today)):
        return found
    return tuple(reason for reason in found if reason.code not in METHOD_RULES)


def align_reasons(
    state: AccountState, offer: Offer, chosen: tuple[Subscription, ...], actor: Actor, today: date
) -> tuple[Reason, ...]:
    """Every reason why the chosen subscriptions can't be aligned: the account's, each one's, and those of the set."""
    case = Case(state, offer, Action.ALIGN, actor, today)
    own = (
        reason
        for subscription in sorted(set(chosen), key=_by_id)
        for reason in _subscription_reasons(case, subscription)
    )
    return (*_account_reasons(case), *own, *set_reasons(case, chosen))


def is_hidden(found: tuple[Reason, ...]) -> bool:
    """Whether the action is left out of the list of actions, rather than shown disabled with its reasons."""
    return any(reason.visibility is Visibility.HIDDEN for reason in found)


def _account_reasons(case: Case) -> tuple[Reason, ...]:
    found = (row.reason(case) for row in _ACCOUNT[case.action])
    return tuple(reason for reason in found if reason)


def _subscription_reasons(case: Case, subscription: Subscription) -> tuple[Reason, ...]:
    found = (leading.reason(row, case, subscription) for row in _CLOSING[case.action])
    return tuple(reason for reason in found if reason)


def _by_id(subscription: Subscription) -> str:
    return subscription.id
