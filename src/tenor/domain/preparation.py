"""Make subscriptions alignable: renewal on for all, one method, and one term from the next renewal on (rules 5)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tenor.domain.account import AccountState, Actor, ChangeKind, PaymentMethod, Subscription
from tenor.domain.carrying_out import carry_out
from tenor.domain.changes import change_term
from tenor.domain.changes.set_payment_method import switched
from tenor.domain.effects import Effect, Schedule
from tenor.domain.eligibility import Action, reasons
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.methods import is_usable, kept_method, kept_methods
from tenor.domain.offer import Offer
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ChangeTerm

_TURNED_ON_BY = {True: None, False: "on"}
"""The entry that turns renewal on: none where it is on by itself and only an entry turns it off."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """The effects that make the chosen subscriptions alike, and the account after them.

    `now` can be aligned together today; `later` once they have the others' term, which is scheduled for their renewal.
    """

    effects: tuple[Effect, ...]
    state: AccountState
    now: tuple[Subscription, ...]
    later: tuple[Subscription, ...]
    method: PaymentMethod


def prepare(
    state: AccountState,
    offer: Offer,
    actor: Actor,
    chosen: tuple[Subscription, ...],
    method_id: str | None,
    today: date,
) -> Preparation:
    """What makes them alike.

    Raises Refusal: unknown_method, method_not_usable, no_payment_method, term_not_offered, not_eligible with every
    reason why one of the steps is closed.
    """
    method = _method(state, offer, chosen, method_id, today)
    months = common_months(chosen)
    closed = [
        reason
        for action, one in _steps(state, chosen, method, months)
        for reason in reasons(state, offer, action, one, actor, today)
    ]
    if found := tuple(reason for place, reason in enumerate(closed) if reason not in closed[:place]):
        raise Refusal("not_eligible", {"action": str(Action.ALIGN), "subscription": None}, found)
    effects = tuple(effect for one in chosen for effect in (*_turned_on(one), *_paid_by(state, one, method)))
    alike = carry_out(state, effects, today, by=actor.name)
    later = tuple(one.id for one in chosen if one.last_term.months != months)
    for subscription_id in later:
        scheduled = _with_term(alike, offer, actor, alike.subscription(subscription_id), months, today)
        effects, alike = (*effects, *scheduled), carry_out(alike, scheduled, today, by=actor.name)
    prepared = [alike.subscription(one.id) for one in chosen]
    return Preparation(
        effects=effects,
        state=alike,
        now=tuple(one for one in prepared if one.id not in later),
        later=tuple(one for one in prepared if one.id in later),
        method=method,
    )


def common_months(chosen: tuple[Subscription, ...]) -> int:
    """The term that most of them have; of equal ones the longer."""
    counted = Counter(one.last_term.months for one in chosen)
    return max(counted, key=lambda months: (counted[months], months))


def aligning_methods(state: AccountState, offer: Offer, today: date) -> tuple[PaymentMethod, ...]:
    """The methods by which alignments can be paid today, the default first."""
    return tuple(method for method in kept_methods(state) if _aligns(offer, method, today))


def aligning_method(state: AccountState, offer: Offer, method_id: str, today: date) -> PaymentMethod:
    """The method that was chosen to pay an alignment. Raises Refusal: unknown_method, method_not_usable."""
    asked = kept_method(state, method_id)
    if asked is None:
        raise Refusal("unknown_method", {"method": method_id})
    if not _aligns(offer, asked, today):
        raise Refusal("method_not_usable", {"method": asked.label})
    return asked


def _aligns(offer: Offer, method: PaymentMethod, today: date) -> bool:
    return method.kind in offer.policy.alignment_methods and is_usable(offer, method, today)


def _method(
    state: AccountState, offer: Offer, chosen: tuple[Subscription, ...], method_id: str | None, today: date
) -> PaymentMethod:
    """The one that was asked for, else the one that pays most of them already; of equal ones the first."""
    if method_id is not None:
        return aligning_method(state, offer, method_id, today)
    usable = aligning_methods(state, offer, today)
    if not usable:
        raise Refusal("no_payment_method", {})
    counted = Counter(method.id for one in chosen if (method := state.method_of(one)))
    return max(usable, key=lambda method: counted[method.id])


def _steps(
    state: AccountState, chosen: tuple[Subscription, ...], method: PaymentMethod, months: int
) -> Iterator[tuple[Action, Subscription]]:
    """The changes that each of them needs."""
    for one in chosen:
        if not renews_itself(one):
            yield Action.AUTO_RENEW_ON, one
        if state.method_of(one) != method:
            yield Action.METHOD, one
        if one.last_term.months != months:
            yield Action.CHANGE_TERM, one


def _turned_on(one: Subscription) -> list[Effect]:
    if renews_itself(one):
        return []
    entry = one.scheduled_change(ChangeKind.AUTO_RENEW)
    before, after = entry.value if entry else None, _TURNED_ON_BY[one.auto_renew]
    return [Schedule(one.id, ChangeKind.AUTO_RENEW, before, after, effective_on=one.renews_on)]


def _paid_by(state: AccountState, one: Subscription, method: PaymentMethod) -> list[Effect]:
    return [] if state.method_of(one) == method else switched(one, method)


def _with_term(
    state: AccountState, offer: Offer, actor: Actor, one: Subscription, months: int, today: date
) -> tuple[Effect, ...]:
    """The others' term from its next renewal on; nothing where that is scheduled already."""
    entry = one.scheduled_change(ChangeKind.TERM)
    if entry is not None and entry.value == str(months):
        return ()
    return change_term.plan(state, offer, actor, ChangeTerm(one.id, months), today).effects
