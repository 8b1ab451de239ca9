"""Take back what is scheduled for the next renewal, until the renewal claims it (rules 6)."""

from dataclasses import replace
from datetime import date

from tenor.domain.account import AccountState, Actor, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.effects import Schedule
from tenor.domain.eligibility import leading
from tenor.domain.eligibility.case import Action, Case
from tenor.domain.eligibility.matrix import ACCOUNT_ROWS, OWED, SUBSCRIPTION_ROWS
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.renewals import promise
from tenor.domain.requests import UndoScheduled
from tenor.domain.under_way import once_paid, still_owed

_CLOSES_ALL = frozenset(Action) - {Action.BUY_AGAIN, *OWED}
_ACCOUNT = tuple(row for row in ACCOUNT_ROWS if row.closes >= _CLOSES_ALL)
_SUBSCRIPTION = tuple(row for row in SUBSCRIPTION_ROWS if row.closes >= _CLOSES_ALL)


def plan(state: AccountState, offer: Offer, actor: Actor, ask: UndoScheduled, today: date) -> Quote:
    """The quote that takes one entry off the list "at your next renewal": no lines, and the renewal without it.

    What the order of a renewal saw belongs to that order, paid or not. Raises Refusal: not_eligible (with every
    reason), nothing_scheduled where there is no such entry (any more).
    """
    subscription = state.subscription(ask.subscription_id)
    if found := undo_reasons(state, offer, subscription, actor, today):
        raise Refusal("not_eligible", {"action": ask.kind, "subscription": subscription.id}, found)
    owed = still_owed(state, [subscription], today)
    subscription = once_paid(subscription, offer.policy, today)
    entry = subscription.scheduled_change(ask.change)
    if entry is None:
        raise Refusal("nothing_scheduled", {"change": str(ask.change), "subscription": subscription.id})
    kept = tuple(other for other in subscription.scheduled if other.kind is not ask.change)
    draft = Draft(
        action=ask.kind,
        effects=(
            Schedule(
                subscription.id,
                ask.change,
                entry.value,
                None,
                effective_on=subscription.renews_on,
                unit_price_before=entry.unit_price,
            ),
        ),
        promised=promise(state, offer, replace(subscription, scheduled=kept), today),
        owed=owed,
    )
    return assemble(state, offer, draft, today)


def undo_reasons(
    state: AccountState, offer: Offer, subscription: Subscription, actor: Actor, today: date
) -> tuple[Reason, ...]:
    """Every reason why nothing can be taken back: the rows of the matrix that close every action, and no others.

    Taking back costs nothing and grants nothing, so that a missing payment method or an open order is in nobody's way.
    """
    case = Case(state, offer, Action.CHANGE_TERM, actor, today)
    account = (row.reason(case) for row in _ACCOUNT)
    own = (leading.reason(row, case, subscription) for row in _SUBSCRIPTION)
    return tuple(reason for reason in (*account, *own) if reason)
