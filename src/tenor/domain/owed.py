"""What is owed for terms that were not paid on their renewal date, if it is paid today (rules 7)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from tenor.domain.account import AccountState, Subscription, SubscriptionStatus
from tenor.domain.assembly import Draft, assemble
from tenor.domain.effects import Effect, MoveRenewal
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.renewals import NextTerm, item_at_renewal, next_term, renewal_line, start_term

NOT_PAID = frozenset({SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED})


def starts_anew(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> bool:
    """Whether the term that is owed would begin today, and not where the last one ended.

    A monthly one that is paid when its days of grace are over: half of it would be gone before it gave access. Longer
    terms keep their dates. A term that has begun already is owed as it is.
    """
    if subscription.status not in NOT_PAID or subscription.lapsed_on is None or subscription.renews_on >= today:
        return False
    if item_at_renewal(state, offer, subscription).term.is_long:
        return False
    return today >= subscription.lapsed_on + timedelta(days=offer.policy.past_due_days)


def plan_owed(
    state: AccountState, offer: Offer, owing: Iterable[Subscription], method_id: str | None, today: date
) -> Quote:
    """The renewal of these subscriptions on one invoice, if it is paid today: each where its last term ended, or anew.

    Raises Refusal("not_sold").
    """
    moves: list[Effect] = []
    terms: list[NextTerm] = []
    for subscription in sorted(owing, key=lambda one: (one.renews_on, one.id)):
        settled = replace(subscription, status=SubscriptionStatus.ACTIVE, lapsed_on=None, open_order=None)
        if starts_anew(state, offer, subscription, today):
            moves.append(MoveRenewal(settled.id, settled.renews_on, today, settled.anchor, today))
            settled = replace(settled, renews_on=today, anchor=today)
        terms.append(next_term(state, offer, settled, min(settled.renews_on, today)))
    draft = Draft(
        action="renew",
        method_id=method_id,
        tax_included=terms[0].price.entry.tax_included,
        lines=tuple(renewal_line(coming) for coming in terms),
        effects=(*moves, *(start_term(coming) for coming in terms)),
    )
    return assemble(replace(state, carried=()), offer, draft, today)
