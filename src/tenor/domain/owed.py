"""What is owed for terms that were not paid on their renewal date, if it is paid today (rules 7)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tenor.domain import under_way
from tenor.domain.account import AccountState, OwedTerm, Subscription, SubscriptionStatus
from tenor.domain.assembly import Draft, assemble
from tenor.domain.effects import Effect, MoveRenewal, StartTerm
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote
from tenor.domain.renewals import NextTerm, next_term, renewal_line, start_term

NOT_PAID = under_way.NOT_PAID


def starts_anew(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> bool:
    """Whether the term that is owed would begin today, and not where the last one ended: see `under_way`."""
    return under_way.starts_anew(offer.policy, subscription, today)


def plan_owed(
    state: AccountState, offer: Offer, owing: Iterable[Subscription], method_id: str | None, today: date
) -> Quote:
    """The renewal of these subscriptions on one invoice, if it is paid today: each where its last term ended, or anew.

    Each is renewed as it was ordered: what was chosen since then is for the renewal after it. Raises
    Refusal("not_sold").
    """
    moves: list[Effect] = []
    terms: list[NextTerm] = []
    owed: dict[str, OwedTerm] = {}
    for subscription in sorted(owing, key=lambda one: (one.renews_on, one.id)):
        settled = replace(subscription, status=SubscriptionStatus.ACTIVE, lapsed_on=None, open_order=None)
        if (known := under_way.owed_term(subscription, today)) is not None:
            owed[subscription.id], settled = known, under_way.as_owed(settled, known)
        if starts_anew(state, offer, subscription, today):
            moves.append(MoveRenewal(settled.id, settled.renews_on, today, settled.anchor, today))
            settled = replace(settled, renews_on=today, anchor=today)
        terms.append(next_term(state, offer, settled, min(settled.renews_on, today)))
    draft = Draft(
        action="renew",
        method_id=method_id,
        tax_included=terms[0].price.entry.tax_included,
        lines=tuple(renewal_line(coming) for coming in terms),
        effects=(*moves, *(as_ordered(start_term(coming), owed) for coming in terms)),
    )
    return assemble(replace(state, carried=()), offer, draft, today)


def as_ordered(effect: Effect, owed: Mapping[str, OwedTerm]) -> Effect:
    """The start of a term that claims what its first order saw, by the owed terms of the subscriptions."""
    if not isinstance(effect, StartTerm) or (known := owed.get(effect.subscription_id)) is None:
        return effect
    return replace(effect, was=replace(effect.was, scheduled=known.seen, method_id=known.method_was))
