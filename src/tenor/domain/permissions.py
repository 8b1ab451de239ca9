"""What each role may do in an account: the one table that every page, action and use case asks (rules 12)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from tenor.domain.account import Actor, Person, Role
from tenor.domain.refusals import Reason, Refusal, Remedy, Scope


class Permission(StrEnum):
    """Something that a role includes or not."""

    LOOK = "look"
    ASK = "ask"
    BUY = "buy"
    MANAGE_USERS = "manage_users"
    HAND_OVER = "hand_over"


_P = Permission
_EVERYBODY = frozenset({_P.LOOK, _P.ASK})

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.BUYER: frozenset(Permission),
    Role.BILLING_ADMIN: _EVERYBODY | {_P.BUY},
    Role.USER_ADMIN: _EVERYBODY | {_P.MANAGE_USERS},
    Role.VIEWER: _EVERYBODY,
}
"""BUY is everything that costs money or changes what will: orders, subscriptions, payment methods. MANAGE_USERS is
people, their roles and their seats. HAND_OVER is giving the contract to somebody else."""


def may(role: Role, permission: Permission) -> bool:
    """Whether the role includes it."""
    return permission in PERMISSIONS[role]


def may_give(giver: Role, role: Role) -> bool:
    """Whether who has the first role may give and take the second one.

    Nobody gives more than they have, or a user admin could buy by way of an invented colleague. The buyer's role is
    never given: it is handed over, accepted by both.
    """
    return role is not Role.BUYER and may(giver, _P.MANAGE_USERS) and PERMISSIONS[role] <= PERMISSIONS[giver]


def roles_to_give(giver: Role) -> tuple[Role, ...]:
    """Every role that may be given, the one with the fewest rights first."""
    return tuple(role for role in reversed(Role) if may_give(giver, role))


def demand(actor: Actor, permission: Permission) -> None:
    """Raise a Refusal where the actor's role does not include it: `role_may_not_buy`, ..."""
    if may(actor.role, permission):
        return
    match permission:
        case Permission.HAND_OVER:
            raise Refusal("only_the_buyer_hands_over", {})
        case Permission.MANAGE_USERS:
            raise Refusal("role_may_not_manage_users", {})
        case _:
            raise Refusal("role_may_not_buy", {})


def demand_role_to_give(actor: Actor, role: Role) -> None:
    """Raise a Refusal where the actor may neither give nor take that role: nobody reaches above themselves."""
    if role is Role.BUYER:
        raise Refusal("buyer_is_handed_over", {})
    if not may_give(actor.role, role):
        raise Refusal("role_not_yours_to_give", {"role": str(role)})


def closing(actor: Actor, permission: Permission, people: Iterable[Person]) -> tuple[Reason, ...]:
    """Why a page's forms are closed to the actor, with whom to ask; nothing where they are open."""
    if may(actor.role, permission):
        return ()
    facts, remedy = {"role": str(actor.role)}, whom_to_ask(permission, people)
    match permission:
        case Permission.HAND_OVER:
            found = Reason("only_the_buyer_hands_over", Scope.ACCOUNT, facts=facts, remedy=remedy)
        case Permission.MANAGE_USERS:
            found = Reason("role_may_not_manage_users", Scope.ACCOUNT, facts=facts, remedy=remedy)
        case _:
            found = Reason("role_may_not_buy", Scope.ACCOUNT, facts=facts, remedy=remedy)
    return (found,)


def whom_to_ask(permission: Permission, people: Iterable[Person]) -> Remedy:
    """The colleagues whose role includes it, by name; the seller's support where there is none."""
    names = ", ".join(person.name for person in people if may(person.role, permission))
    return Remedy("ask_buyer", {"names": names}) if names else Remedy("contact_support")
