"""Roles: the table of docs/domain/people.md, who may give which role, and whom to ask."""

import pytest

from tenor.domain.account import Actor, Person, Role
from tenor.domain.permissions import PERMISSIONS, Permission, closing, demand, may, may_give, roles_to_give
from tenor.domain.refusals import Refusal, Remedy
from tests.support import tables

ROLES = tables.rows("people", "What each role may do")
GIVEN = tables.rows("people", "Who gives which role")
PEOPLE = (
    Person("1", "Alice", Role.BUYER),
    Person("2", "Dana", Role.BILLING_ADMIN),
    Person("3", "Eli", Role.USER_ADMIN),
    Person("4", "Bob", Role.VIEWER),
)


@pytest.mark.parametrize("row", ROLES, ids=tables.ids(ROLES))
def test_a_role_includes_what_the_table_says(row: dict[str, str]) -> None:
    included = {permission for permission in Permission if row[permission] == "yes"}
    assert PERMISSIONS[Role(row["role"])] == included
    assert set(row) == {"role", *Permission}


def test_the_table_has_every_role() -> None:
    assert [row["role"] for row in ROLES] == list(Role)


@pytest.mark.parametrize("role", Role)
def test_who_may_buy_is_said_alike_in_both_places(role: Role) -> None:
    assert role.may_buy is may(role, Permission.BUY)


@pytest.mark.parametrize("row", GIVEN, ids=tables.ids(GIVEN))
def test_a_role_is_given_by_whom_the_table_says(row: dict[str, str]) -> None:
    expected = [] if row["gives and takes"] == "-" else row["gives and takes"].split()
    assert [str(role) for role in roles_to_give(Role(row["role"]))] == expected


@pytest.mark.parametrize("giver", Role)
@pytest.mark.parametrize("role", Role)
def test_nobody_gives_more_than_they_have(giver: Role, role: Role) -> None:
    if may_give(giver, role):
        assert PERMISSIONS[role] <= PERMISSIONS[giver]
        assert role is not Role.BUYER


@pytest.mark.parametrize(
    ("permission", "code", "names"),
    [
        (Permission.BUY, "role_may_not_buy", "Alice, Dana"),
        (Permission.MANAGE_USERS, "role_may_not_manage_users", "Alice, Eli"),
        (Permission.HAND_OVER, "only_the_buyer_hands_over", "Alice"),
    ],
)
def test_who_may_not_is_refused_and_learns_whom_to_ask(permission: Permission, code: str, names: str) -> None:
    viewer = Actor("4", "Bob", Role.VIEWER)
    with pytest.raises(Refusal) as refused:
        demand(viewer, permission)
    assert refused.value.code == code
    [reason] = closing(viewer, permission, PEOPLE)
    assert (reason.code, reason.remedy) == (code, Remedy("ask_buyer", {"names": names}))
    [alone] = closing(viewer, permission, PEOPLE[-1:])
    assert alone.remedy == Remedy("contact_support")


@pytest.mark.parametrize("permission", Permission)
def test_the_buyer_is_refused_nothing(permission: Permission) -> None:
    buyer = Actor("1", "Alice", Role.BUYER)
    demand(buyer, permission)
    assert closing(buyer, permission, PEOPLE) == ()
