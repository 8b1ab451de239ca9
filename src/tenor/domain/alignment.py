"""Which subscriptions can be given one renewal date with each other, and what would bring in the others (rules 5)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tenor.domain.account import AccountState, Actor, PaymentMethod, Subscription, SubscriptionStatus
from tenor.domain.choosing import in_order
from tenor.domain.eligibility import Action, reasons
from tenor.domain.eligibility.case import Case
from tenor.domain.eligibility.method_rules import METHOD_RULES
from tenor.domain.eligibility.together import Group, differences, group_of, rank, renewing_alike
from tenor.domain.offer import Offer
from tenor.domain.preparation import aligning_methods
from tenor.domain.refusals import Reason

DIFFERENCES = frozenset({"term_differs", "method_differs", "next_term_differs", "next_method_differs"})
"""What keeps subscriptions apart that could each be aligned by itself."""
MENDED = METHOD_RULES | DIFFERENCES | {"auto_renew_off"}
"""Reasons that the plan "make them alignable" does away with."""


@dataclass(frozen=True, slots=True)
class Alignable:
    """Subscriptions of one term that are paid by one method: they can be aligned with each other.

    `next_months`: of the term that they will have together from their next renewal on.
    """

    months: int
    next_months: int
    method: PaymentMethod
    subscriptions: tuple[Subscription, ...]

    @property
    def is_aligned(self) -> bool:
        """Whether they all renew on one date already."""
        return len(self.subscriptions) > 1 and renewing_alike(self.subscriptions)


@dataclass(frozen=True, slots=True)
class Outsider:
    """A subscription that can't be aligned with the others as it is, with every reason and its remedy."""

    subscription: Subscription
    reasons: tuple[Reason, ...]
    can_be_prepared: bool


@dataclass(frozen=True, slots=True)
class Grouping:
    """All of an account's subscriptions that have not ended: in groups, the largest first, or outside of them."""

    groups: tuple[Alignable, ...]
    outsiders: tuple[Outsider, ...]


def grouping(state: AccountState, offer: Offer, actor: Actor, today: date) -> Grouping:
    """Who can be aligned with whom. A subscription that shares term and method with no other stands outside.

    Where nothing has a companion, the one that ranks first is a group by itself, to which others can be brought.
    """
    case = Case(state, offer, Action.ALIGN, actor, today)
    running = [one for one in state.subscriptions if one.status is not SubscriptionStatus.CANCELED]
    own = {one.id: reasons(state, offer, Action.ALIGN, one, actor, today) for one in running}
    members: dict[Group, list[Subscription]] = defaultdict(list)
    for one in running:
        if not own[one.id]:
            members[group_of(case, one)].append(one)
    ranks = {group: rank(case, group, len(found)) for group, found in members.items()}
    chief = max(members, key=ranks.__getitem__, default=None)
    groups = {group: found for group, found in members.items() if len(found) > 1 or group == chief}
    is_usable = bool(aligning_methods(state, offer, today))
    inside = {one.id for found in groups.values() for one in found}
    outsiders = [
        _outsider(one, (*own[one.id], *_apart(case, one, own[one.id], groups)), is_usable=is_usable)
        for one in running
        if one.id not in inside
    ]
    in_order = sorted(groups, key=ranks.__getitem__, reverse=True)
    return Grouping(tuple(_alignable(state, group, groups[group]) for group in in_order), tuple(outsiders))


def _alignable(state: AccountState, group: Group, found: list[Subscription]) -> Alignable:
    method = next(method for method in state.methods if method.id == group.method_id)
    return Alignable(group.months, group.next_months, method, in_order(found))


def _apart(
    case: Case, one: Subscription, own: tuple[Reason, ...], groups: dict[Group, list[Subscription]]
) -> tuple[Reason, ...]:
    """What lies between it and the group that is nearest to it; a method that is out of the question says so itself."""
    if not groups:
        return ()
    has_bad_method = any(reason.code in METHOD_RULES for reason in own)

    nearest = max(
        groups, key=lambda group: (-len(differences(case, one, group)), rank(case, group, len(groups[group])))
    )
    found = differences(case, one, nearest)
    return tuple(reason for reason in found if reason.code != "method_differs" or not has_bad_method)


def _outsider(one: Subscription, found: tuple[Reason, ...], *, is_usable: bool) -> Outsider:
    """`is_usable`: whether the account has a method that alignments can be paid by."""
    can_be_prepared = is_usable and all(reason.code in MENDED for reason in found)
    return Outsider(one, found, can_be_prepared)
