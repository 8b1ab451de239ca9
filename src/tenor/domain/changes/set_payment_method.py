"""Pay one or many subscriptions by another stored method, from now on: nothing is charged (rules 6, 7)."""

from datetime import date

from tenor.domain.account import AccountState, Actor, ChangeKind, PaymentMethod, Subscription
from tenor.domain.assembly import Draft, assemble
from tenor.domain.carrying_out import carry_out
from tenor.domain.choosing import check_all, chosen
from tenor.domain.direct_debit import newly_paid, short_notices
from tenor.domain.effects import Effect, Schedule, SetMethod
from tenor.domain.eligibility import Action
from tenor.domain.methods import chargeable
from tenor.domain.offer import Offer
from tenor.domain.quote import NextRenewal, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import promise
from tenor.domain.requests import SetPaymentMethod
from tenor.domain.under_way import still_owed


def plan(state: AccountState, offer: Offer, actor: Actor, ask: SetPaymentMethod, today: date) -> Quote:
    """The quote for another method: no lines, an effect for each subscription that it changes, the renewals to come.

    The order of choosing is irrelevant. A method scheduled for the next renewal gives way to the one that is set now.
    Raises Refusal: nothing_chosen, too_many_chosen, unknown_subscription, not_eligible (with every reason of every
    subscription), unknown_method, method_kind_not_taken, method_not_usable, method_unchanged.
    """
    owned = chosen(state, ask.subscription_ids, offer.policy.most_at_once)
    check_all(state, offer, Action.METHOD, owned, actor, today)
    method = chargeable(state, offer, ask.method_id, today)
    effects = tuple(effect for one in owned for effect in _effects(one, method, ask.instead_of))
    if not effects:
        raise Refusal("method_unchanged", {"method": method.label})
    changed = {effect.subscription_id for effect in effects if isinstance(effect, (SetMethod, Schedule))}
    after = carry_out(state, effects, today)
    promised = tuple(renewal for one in owned if one.id in changed for renewal in _promised(after, offer, one, today))
    draft = Draft(
        action=ask.kind,
        method_id=method.id,
        effects=effects,
        promised=promised,
        owed=still_owed(state, owned, today),
        short_notices=short_notices(offer.policy, newly_paid(state, after, owned, method), method, today),
    )
    return assemble(state, offer, draft, today)


def _effects(one: Subscription, method: PaymentMethod, instead_of: str | None) -> list[Effect]:
    return switched(one, method) if instead_of is None else replaced(one, method, instead_of)


def switched(one: Subscription, method: PaymentMethod) -> list[Effect]:
    """What makes the subscription paid by that method; nothing where it is already, and stays so."""
    effects = list[Effect]()
    if one.method_id != method.id:
        effects.append(SetMethod(one.id, before=one.method_id, after=method.id))
    if scheduled := one.scheduled_change(ChangeKind.METHOD):
        effects.append(Schedule(one.id, ChangeKind.METHOD, scheduled.value, None, effective_on=one.renews_on))
    return effects


def replaced(one: Subscription, method: PaymentMethod, old: str) -> list[Effect]:
    """What makes the subscription name that method wherever it names the old one; its other choices stay."""
    effects = list[Effect]()
    if one.method_id == old:
        effects.append(SetMethod(one.id, before=old, after=method.id))
    scheduled = one.scheduled_change(ChangeKind.METHOD)
    if scheduled is not None and scheduled.value == old:
        effects.append(Schedule(one.id, ChangeKind.METHOD, old, method.id, effective_on=one.renews_on))
    return effects


def _promised(state: AccountState, offer: Offer, one: Subscription, today: date) -> tuple[NextRenewal, ...]:
    """The renewal as it will be; what has no price any more promises none, and may be paid otherwise all the same."""
    try:
        return promise(state, offer, state.subscription(one.id), today)
    except Refusal:
        return ()
