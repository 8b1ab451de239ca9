"""A next term that is owed, or that is being paid: the subscription as it is once that has its money (rules 6, 7).

Whatever is chosen meanwhile is for the renewal after it. So quotes and pages look at the subscription as it will be:
what they promise lies in days to come.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from tenor.domain.account import (
    RENEWAL,
    AccountState,
    ChangeKind,
    OwedTerm,
    ScheduledChange,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.claiming import Choices, after_start
from tenor.domain.offer import Policy
from tenor.domain.quote import StillOwed
from tenor.domain.terms import Term, next_period

NOT_PAID = frozenset({SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED})


def owed_term(subscription: Subscription, today: date) -> OwedTerm | None:
    """The term that will start as soon as its money is there; None where there is none.

    That of an order which a customer placed counts while its payment is on its way: else the customer may let it be.
    Where no order is told, what is unpaid since its renewal date is owed as the list stood before that day.
    """
    order, owed = subscription.open_order, subscription.owed
    if owed is not None:
        return owed if order is None or order.action in ("", RENEWAL) or order.is_in_flight else None
    if subscription.status not in NOT_PAID or subscription.renews_on > today:
        return None  # where its term has begun, the bank took back what had paid it
    seen = tuple(entry for entry in subscription.scheduled if entry.scheduled_on < subscription.renews_on)
    values = {entry.kind: entry.value for entry in seen}
    term = Term(int(values.get(ChangeKind.TERM, subscription.last_term.months)))
    return OwedTerm(
        starts_on=subscription.renews_on,
        ends_on=next_period(subscription.anchor, subscription.renews_on, term).end,
        months=term.months,
        plan=values.get(ChangeKind.PLAN, subscription.last_plan),
        seats=int(values.get(ChangeKind.SEATS, subscription.last_seats)),
        method_was=subscription.method_id,
        seen=seen,
    )


def is_owed(subscription: Subscription, today: date) -> bool:
    """Whether a renewal of it is invoiced and unpaid: it owes a term whose first day has come."""
    owed, order = owed_term(subscription, today), subscription.open_order
    is_renewal = order is None or order.action in ("", RENEWAL)
    return subscription.status in NOT_PAID and owed is not None and owed.starts_on <= today and is_renewal


def starts_anew(policy: Policy, subscription: Subscription, today: date) -> bool:
    """Whether the term that is owed would begin today, and not where the last one ended.

    A monthly one that is paid when its days of grace are over: half of it would be gone before it gave access. Longer
    terms keep their dates. A term that has begun already is owed as it is.
    """
    if subscription.status not in NOT_PAID or subscription.lapsed_on is None or subscription.renews_on >= today:
        return False
    owed = owed_term(subscription, today)
    if owed is None or Term(owed.months).is_long:
        return False
    return today >= subscription.lapsed_on + timedelta(days=policy.past_due_days)


def once_paid(subscription: Subscription, policy: Policy, today: date) -> Subscription:
    """The subscription as it is once what it owes is paid, today; itself where it owes no term."""
    owed = owed_term(subscription, today)
    if owed is None:
        return subscription
    starts_on, ends_on, anchor = owed.starts_on, owed.ends_on, subscription.anchor
    if starts_anew(policy, subscription, today):
        starts_on = today
        ends_on = next_period(today, today, Term(owed.months)).end
    if starts_on != subscription.renews_on:
        anchor = starts_on
    now = Choices(subscription.scheduled, subscription.auto_renew, subscription.method_id)
    stands = after_start(now, owed.seen, owed.method_was)
    return replace(
        subscription,
        term=Term(owed.months),
        plan=owed.plan,
        seats=owed.seats,
        anchor=anchor,
        renews_on=ends_on,
        status=SubscriptionStatus.ACTIVE,
        lapsed_on=None,
        scheduled=stands.scheduled,
        auto_renew=stands.auto_renew,
        method_id=stands.method_id,
        open_order=None,
        renewal_claimed=False,
        coming=None,
        owed=None,
    )


def as_owed(subscription: Subscription, owed: OwedTerm) -> Subscription:
    """The subscription with the list that makes that term of it: what was chosen since its order is left out."""
    seen = {entry.kind: entry for entry in owed.seen}
    wanted = {
        ChangeKind.TERM: (str(subscription.last_term.months), str(owed.months)),
        ChangeKind.PLAN: (subscription.last_plan, owed.plan),
        ChangeKind.SEATS: (str(subscription.last_seats), str(owed.seats)),
    }
    entries = [seen[kind] for kind in (ChangeKind.METHOD, ChangeKind.AUTO_RENEW) if kind in seen]
    for kind, (has, value) in wanted.items():
        known = seen.get(kind)
        if known is not None and known.value == value:
            entries.append(known)
        elif value != has:
            entries.append(ScheduledChange(kind, value, owed.starts_on, ""))
    return replace(subscription, scheduled=tuple(entries))


def owed_together(state: AccountState, one: Subscription, today: date) -> tuple[Subscription, ...]:
    """Everything that is owed on the same invoice, itself included, in the account's order."""
    order = one.open_order
    if order is None:
        return (one,)
    return tuple(
        other
        for other in state.subscriptions
        if other.open_order is not None and other.open_order.id == order.id and is_owed(other, today)
    )


def still_owed(state: AccountState, named: Iterable[Subscription], today: date) -> tuple[StillOwed, ...]:
    """The invoices on which these are owed, with all that stands on them: they stay as they are."""
    found: dict[str, StillOwed] = {}
    for one in (each for owing in named if is_owed(owing, today) for each in owed_together(state, owing, today)):
        owed, order = owed_term(one, today), one.open_order
        assert owed is not None
        found[one.id] = StillOwed(
            subscription_id=one.id,
            order=order.number if order else "",
            since=owed.starts_on,
            seats=owed.seats,
            total=order.total if order else None,
            retry_on=order.retry_on if order else None,
        )
    return tuple(found.values())
