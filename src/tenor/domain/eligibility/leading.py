"""Where remedies lead, and whether that is open: nobody is sent to a page that is closed itself (rules 8)."""

from collections.abc import Mapping
from dataclasses import replace

from tenor.domain.account import Subscription
from tenor.domain.eligibility.case import Action, Case, Finding, SubscriptionRow, reason_of
from tenor.domain.eligibility.matrix import ACCOUNT_ROWS, SUBSCRIPTION_ROWS
from tenor.domain.eligibility.method_rules import METHOD_RULES, can_choose
from tenor.domain.permissions import Permission, may
from tenor.domain.refusals import Reason, Remedy

LEADS_TO: Mapping[str, Action] = {
    "renew": Action.RENEW_LATE,
    "renew_early": Action.RENEW_EARLY,
    "buy_again": Action.BUY_AGAIN,
    "change_term": Action.CHANGE_TERM,
    "turn_on_auto_renew": Action.AUTO_RENEW_ON,
    "choose_payment_method": Action.METHOD,
    "use_payment_method": Action.METHOD,
}
"""Remedies that are actions themselves."""
BUYERS = frozenset({"pay_now", "resume_or_cancel_order", "add_payment_method", "undo_scheduled_first"})
"""Remedies that any subscription allows, but only to who may buy."""


def is_open(case: Case, subscription: Subscription, action: Action) -> bool:
    """Whether the actor may do that now: no row closes it, where what pays can be chosen by the one that is chosen."""
    asked = replace(case, action=action)
    if any(action in row.closes and row.rule(asked) for row in ACCOUNT_ROWS):
        return False
    rows = (row for row in SUBSCRIPTION_ROWS if action in row.closes)
    if can_choose(asked):
        rows = (row for row in rows if row.code not in METHOD_RULES)
    return not any(row.rule(asked, subscription) for row in rows)


def leads_on(case: Case, subscription: Subscription, way: Remedy) -> bool:
    """Whether the remedy is there for the actor today."""
    if way.code in BUYERS:
        return may(case.actor.role, Permission.BUY)
    action = LEADS_TO.get(way.code)
    return action is None or is_open(case, subscription, action)


def offered(case: Case, subscription: Subscription, found: Finding) -> Finding:
    """The finding with its remedy, or with the next best one, where that leads on; else it is only said."""
    ways = (way for way in (found.remedy, found.otherwise) if way is not None)
    return Finding(found.facts, next((way for way in ways if leads_on(case, subscription, way)), None))


def offered_to(case: Case, found: Reason) -> Reason:
    """A reason that was found for somebody else, with its remedy only where that leads on for the actor."""
    if found.remedy is None or "subscription" not in found.facts:
        return found
    subscription = case.state.subscription(str(found.facts["subscription"]))
    return found if leads_on(case, subscription, found.remedy) else replace(found, remedy=None)


def remedy(case: Case, subscription: Subscription, *codes: str) -> Remedy | None:
    """What the first of these rows that applies offers the actor, whatever is asked."""
    rows = (row for row in SUBSCRIPTION_ROWS if row.code in codes)
    found = next((told for row in rows if (told := reason(row, case, subscription))), None)
    return found.remedy if found else None


def reason(row: SubscriptionRow, case: Case, subscription: Subscription) -> Reason | None:
    """The reason that a row gives, if it applies."""
    if (found := row.rule(case, subscription)) is None:
        return None
    return reason_of(row.code, subscription, offered(case, subscription, found))
