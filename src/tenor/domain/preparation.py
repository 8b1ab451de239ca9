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
from tenor.domain.eligibility.case import next_months, renews_itself
from tenor.domain.methods import kept_method, kept_methods
from tenor.domain.offer import Offer
from tenor.domain.paying import can_align, named_method
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ChangeTerm

_TURNED_ON_BY = {True: None, False: "on"}
"""The entry that turns renewal on: none where it is on by itself and only an entry turns it off."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """The effects that make the chosen subscriptions alike, and the account after them.

    `now` have one term today, and can be aligned with each other; `later` once they have it, after their renewal.
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
    months = common_next_months(chosen)
    closed = [
        reason
        for action, one in _steps(state, chosen, method, months)
        for reason in reasons(state, offer, action, one, actor, today)
    ]
    if found := tuple(reason for place, reason in enumerate(closed) if reason not in closed[:place]):
        raise Refusal("not_eligible", {"action": str(Action.ALIGN), "subscription": None}, found)
    effects = tuple(effect for one in chosen for effect in (*_turned_on(one), *_paid_by(state, one, method)))
    alike = carry_out(state, effects, today, by=actor.name)
    for one in chosen:
        if next_months(one) != months:
            scheduled = change_term.plan(alike, offer, actor, ChangeTerm(one.id, months), today).effects
            effects, alike = (*effects, *scheduled), carry_out(alike, scheduled, today, by=actor.name)
    prepared = [alike.subscription(one.id) for one in chosen]
    today_months = common_months(chosen)
    return Preparation(
        effects=effects,
        state=alike,
        now=tuple(one for one in prepared if one.last_term.months == today_months),
        later=tuple(one for one in prepared if one.last_term.months != today_months),
        method=method,
    )


def common_months(chosen: tuple[Subscription, ...]) -> int:
    """The term that most of them have; of equal ones the longer."""
    counted = Counter(one.last_term.months for one in chosen)
    return max(counted, key=lambda months: (counted[months], months))


def common_next_months(chosen: tuple[Subscription, ...]) -> int:
    """The term that most of them will have; of equal ones the one that more have already, and then the longer."""
    counted, today = Counter(map(next_months, chosen)), Counter(one.last_term.months for one in chosen)
    return max(counted, key=lambda months: (counted[months], today[months], months))


def common_method(
    state: AccountState, offer: Offer, chosen: tuple[Subscription, ...], today: date
) -> PaymentMethod | None:
    """Of the methods that alignments can be paid by, the one that pays most of them; of equal ones the default."""
    counted = Counter(method.id for one in chosen if (method := state.method_of(one)))
    return max(aligning_methods(state, offer, today), key=lambda method: counted[method.id], default=None)


def aligning_methods(state: AccountState, offer: Offer, today: date) -> tuple[PaymentMethod, ...]:
    """The methods by which alignments can be paid today, the default first."""
    return tuple(method for method in kept_methods(state) if can_align(offer.policy, method, today))


def _method(
    state: AccountState, offer: Offer, chosen: tuple[Subscription, ...], method_id: str | None, today: date
) -> PaymentMethod:
    """The one that was asked for, else the one that pays most of them already."""
    if method_id is not None:
        asked = kept_method(state, method_id)
        if asked is None:
            raise Refusal("unknown_method", {"method": method_id})
        if not can_align(offer.policy, asked, today):
            raise Refusal("method_not_usable", {"method": asked.label})
        return asked
    common = common_method(state, offer, chosen, today)
    if common is None:
        raise Refusal("no_payment_method", {})
    return common


def _steps(
    state: AccountState, chosen: tuple[Subscription, ...], method: PaymentMethod, months: int
) -> Iterator[tuple[Action, Subscription]]:
    """The changes that each of them needs."""
    for one in chosen:
        if not renews_itself(one):
            yield Action.AUTO_RENEW_ON, one
        if _paid_by(state, one, method):
            yield Action.METHOD, one
        if next_months(one) != months:
            yield Action.CHANGE_TERM, one


def _turned_on(one: Subscription) -> list[Effect]:
    if renews_itself(one):
        return []
    entry = one.scheduled_change(ChangeKind.AUTO_RENEW)
    before, after = entry.value if entry else None, _TURNED_ON_BY[one.auto_renew]
    return [Schedule(one.id, ChangeKind.AUTO_RENEW, before, after, effective_on=one.renews_on)]


def _paid_by(state: AccountState, one: Subscription, method: PaymentMethod) -> list[Effect]:
    """What has it paid by that method now, and at its renewal; nothing where that is so."""
    is_alike = state.method_of(one) == method and named_method(state, one) == method
    return [] if is_alike else switched(one, method)
