"""What a rule of the matrix looks at, and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tenor.domain.account import (
    AccountState,
    Actor,
    ChangeKind,
    OpenOrder,
    PeriodKind,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.explanation import Facts
from tenor.domain.offer import Offer
from tenor.domain.refusals import Reason, Remedy, Scope, Visibility
from tenor.domain.terms import boundary, months_elapsed


class Action(StrEnum):
    """What a customer may want to do (rules 8). Viewing, help, paying what is owed and documents are never closed."""

    SEATS_ADD = "seats_add"
    SEATS_REDUCE = "seats_reduce"
    CHANGE_TERM = "change_term"
    CHANGE_PLAN = "change_plan"
    ALIGN = "align"
    RENEW_EARLY = "renew_early"
    RENEW_LATE = "renew_late"
    AUTO_RENEW_OFF = "auto_renew_off"
    AUTO_RENEW_ON = "auto_renew_on"
    METHOD = "method"
    RETURN_ORDER = "return_order"
    BUY_AGAIN = "buy_again"
    CHANGE_OWED = "change_owed"
    DECLINE_OWED = "decline_owed"


@dataclass(frozen=True, slots=True)
class Case:
    """One question: may this actor do this, in this account, on the local day `today`?"""

    state: AccountState
    offer: Offer
    action: Action
    actor: Actor
    today: date


@dataclass(frozen=True, slots=True)
class Finding:
    """That a rule closes the action: the facts of its sentence, and what would open the action again.

    `otherwise` is the next best remedy, where the first one does not lead on (`leading.offered`).
    """

    facts: Facts
    remedy: Remedy | None = None
    otherwise: Remedy | None = None


AccountRule = Callable[[Case], Finding | None]
SubscriptionRule = Callable[[Case, Subscription], Finding | None]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A row of the matrix that concerns the whole account."""

    code: str
    closes: frozenset[Action]
    rule: AccountRule
    visibility: Visibility = Visibility.DISABLED

    def reason(self, case: Case) -> Reason | None:
        """The reason this row gives, if it applies."""
        if (found := self.rule(case)) is None:
            return None
        return Reason(self.code, Scope.ACCOUNT, self.visibility, found.facts, found.remedy)


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A row of the matrix that concerns one subscription. The actions of `warns` stay open, with the reason shown.

    The reason and its remedy both carry the fact `subscription` (its id), so that a link can be made of them.
    """

    code: str
    closes: frozenset[Action]
    rule: SubscriptionRule
    warns: frozenset[Action] = frozenset()


def reason_of(code: str, subscription: Subscription, found: Finding) -> Reason:
    """A reason with the scope of one subscription; it and its remedy name the subscription's id."""
    named = {"subscription": subscription.id}
    remedy = found.remedy and Remedy(found.remedy.code, {**named, **found.remedy.facts})
    return Reason(code, Scope.SUBSCRIPTION, Visibility.DISABLED, {**named, **found.facts}, remedy)


def about_order(facts: Facts, order: OpenOrder, *, is_owed: bool = False) -> Finding:
    """What an order that holds its place offers: nothing but a look at it, while its money is on its way.

    What is owed can be paid, and not called off: a renewal, and whatever a bank took back (`is_owed`).
    """
    look = Remedy("see_order", {"order": order.id, "number": order.number})
    if order.is_under_way:
        return Finding(facts, look)
    first = Remedy("pay_now" if is_owed or order.is_renewal else "resume_or_cancel_order", look.facts)
    return Finding(facts, first, look)


def renews_itself(subscription: Subscription) -> bool:
    """Whether it will be renewed on its renewal date: the scheduled entry, where there is one, decides (rules 6)."""
    scheduled = subscription.scheduled_change(ChangeKind.AUTO_RENEW)
    return scheduled.value == "on" if scheduled else subscription.auto_renew


def next_months(subscription: Subscription) -> int:
    """The months of the term that comes next: the scheduled entry, where there is one, decides (rules 6)."""
    scheduled = subscription.scheduled_change(ChangeKind.TERM)
    return int(scheduled.value) if scheduled else subscription.last_term.months


def has_lapsed(subscription: Subscription, today: date) -> bool:
    """Whether it was not renewed: marked so, or its last day is over and nothing is going to renew it (rules 7)."""
    if subscription.status is SubscriptionStatus.EXPIRED:
        return True
    is_over = subscription.status is SubscriptionStatus.ACTIVE and subscription.renews_on <= today
    return is_over and not renews_itself(subscription)


def begins_later_on(subscription: Subscription, today: date) -> date | None:
    """The first paid day of a subscription that has not begun; None for every other one."""
    starts = min((paid.period.start for paid in subscription.periods), default=today)
    return starts if subscription.status is SubscriptionStatus.ACTIVE and starts > today else None


def lapsed_on(subscription: Subscription) -> date:
    """The first day without the subscription."""
    return subscription.lapsed_on or subscription.renews_on


def late_renewal_closes_on(offer: Offer, subscription: Subscription) -> date:
    """The first day on which an expired subscription can no longer be renewed (rules 7; policy).

    Nobody pays for a term that is over: with it the time to renew ends, whatever the policy says.
    """
    policy = offer.policy
    days = policy.late_renewal_days if subscription.term.is_long else policy.late_renewal_days_monthly
    return min(lapsed_on(subscription) + timedelta(days=days), _missed_term_ends_on(subscription))


def _missed_term_ends_on(subscription: Subscription) -> date:
    """The end of the term that a late renewal would pay."""
    elapsed = months_elapsed(subscription.anchor, subscription.renews_on)
    return boundary(subscription.anchor, elapsed + next_months(subscription))


def early_renewal_opens_on(offer: Offer, subscription: Subscription) -> date:
    """The first day on which it can be renewed early (rules 7; policy)."""
    return subscription.renews_on - timedelta(days=offer.policy.early_renewal_days)


def is_renewed_ahead(subscription: Subscription, today: date) -> bool:
    """Whether the term after the current one has been paid already. A first term that is to come is nobody's next."""
    if begins_later_on(subscription, today) is not None:
        return False
    return any(paid.kind is PeriodKind.TERM and paid.period.start > today for paid in subscription.periods)
