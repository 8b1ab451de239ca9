"""Renew for another term, from the next renewal on: a scheduled change, nothing is charged now (rules 3, 6)."""

from dataclasses import replace
from datetime import date

from tenor.domain.account import AccountState, Actor, ChangeKind, ScheduledChange, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.confirmations import is_reopened
from tenor.domain.effects import Schedule
from tenor.domain.eligibility import Action, check
from tenor.domain.eligibility.case import next_months
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import next_term, promise, terms_at_renewal
from tenor.domain.requests import ChangeTerm
from tenor.domain.under_way import once_paid, still_owed


def plan(state: AccountState, offer: Offer, actor: Actor, ask: ChangeTerm, today: date) -> Quote:
    """The quote for another term: no lines, one entry on the list "at your next renewal", the renewal it leads to.

    Asking for the term that the subscription has takes a scheduled change of term away again; asking once more for the
    scheduled one confirms it at the new price, where that was announced since. Raises Refusal:
    not_eligible (with every reason), term_not_offered, term_unchanged.
    """
    subscription = state.subscription(ask.subscription_id)
    check(state, offer, Action.CHANGE_TERM, subscription, actor, today)
    on_list, owed = _scheduled_value(subscription), still_owed(state, [subscription], today)
    subscription = once_paid(subscription, offer.policy, today)
    if ask.months not in [term.months for term in terms_at_renewal(state, offer, subscription, today)]:
        raise Refusal("term_not_offered", {"months": ask.months, "product": subscription.product})
    is_same = ask.months == next_months(subscription)
    if is_same and not is_reopened(state, offer, subscription, ChangeKind.TERM, today):
        raise Refusal("term_unchanged", {"months": ask.months})
    planned = replace(subscription, scheduled=with_term(subscription, ask.months, actor.name, today))
    is_own_term = ask.months == subscription.last_term.months
    draft = Draft(
        action=ask.kind,
        effects=(
            Schedule(
                subscription_id=subscription.id,
                change=ChangeKind.TERM,
                before=on_list,
                after=None if is_own_term else str(ask.months),
                effective_on=subscription.renews_on,
                unit_price=None if is_own_term else next_term(state, offer, planned, today).price.amount,
                unit_price_before=_scheduled_price(subscription),
            ),
        ),
        promised=promise(state, offer, planned, today),
        owed=owed,
    )
    return assemble(state, offer, draft, today)


def with_term(subscription: Subscription, months: int, by: str, today: date) -> tuple[ScheduledChange, ...]:
    """The scheduled list with that term in place of any other; every entry of another kind stays (rules 6)."""
    others = tuple(entry for entry in subscription.scheduled if entry.kind is not ChangeKind.TERM)
    if months == subscription.last_term.months:
        return others
    return (*others, ScheduledChange(ChangeKind.TERM, str(months), today, by))


def _scheduled_price(subscription: Subscription) -> Money | None:
    entry = subscription.scheduled_change(ChangeKind.TERM)
    return None if entry is None else entry.unit_price


def _scheduled_value(subscription: Subscription) -> str | None:
    entry = subscription.scheduled_change(ChangeKind.TERM)
    return None if entry is None else entry.value
