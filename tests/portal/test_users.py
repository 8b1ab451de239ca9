"""Users: everybody is shown to everybody; roles are changed and people removed by who may."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tenor.db import models
from tenor.domain.account import Role
from tests.portal.conftest import House
from tests.portal.people import events, letters, page, posted, said
from tests.portal.questions import MOST, questions
from tests.support import factories, people

SEATS_ONLY = "mia@elsewhere.example"


def member(house: House, role: Role, name: str = "Dana Dahl") -> models.User:
    """Another person of Alice's company."""
    user = factories.make_user(name=name)
    factories.make_member(account=house.account, user=user, role=role)
    return user


def role_of(user: models.User) -> str:
    """The role that the database knows; "" for none."""
    return models.Membership.objects.filter(user=user).values_list("role", flat=True).first() or ""


def test_everybody_sees_everybody_with_roles_and_seats(house: House) -> None:
    people.make_seat(subscription=house.subscription, user=house.bob)
    people.make_seat(subscription=house.subscription, user=factories.make_user(email=SEATS_ONLY, name="Mia Moe"))
    people.make_invitation(account=house.account, invited_by=house.alice, email="new@fjord.example")
    for person in (house.alice, house.bob):
        seen = page(house.as_(person), "/users/")
        assert f"Alice Andersson {house.alice.email} Buyer –" in seen
        assert f"Bob Berg {house.bob.email} Viewer Draft" in seen
        assert f"{SEATS_ONLY} seats only Draft" in seen
        assert "Mia Moe" not in seen, "the name of who has no role here is nobody's business"
        assert "new@fjord.example Viewer Alice Andersson" in seen
        assert "2 of 3" in seen
    assert "Charlie" not in page(house.as_(house.alice), "/users/")


def test_who_may_not_manage_sees_why_and_whom_to_ask(house: House) -> None:
    bob = house.as_(house.bob)
    why = "Your role (viewer) does not include managing users and seats. Ask Alice Andersson"
    assert why in page(bob, "/users/")
    assert why in page(bob, f"/users/{house.alice.id}/")
    assert why in page(bob, f"/subscriptions/{house.subscription.id}/users/")
    for path in ("/users/", f"/users/{house.alice.id}/", f"/users/{house.alice.id}/remove/"):
        answer = bob.post(path, {"role": "buyer"})
        assert answer.status_code == 403
        assert why in said(answer)
    assert events() == []


def test_a_role_is_changed_and_told(house: House) -> None:
    alice, address = house.as_(house.alice), f"/users/{house.bob.id}/"
    for _ in range(2):
        assert "The role is changed." in said(alice.post(address, {"role": "billing_admin"}, follow=True))
    assert role_of(house.bob) == "billing_admin"
    assert events() == ["role_changed"]
    told = models.Event.objects.get()
    assert (told.before["role"], told.after["role"], told.actor_name) == ("viewer", "billing_admin", "Alice Andersson")
    assert "Alice Andersson has given you another role: billing admin." in posted("role_changed", house.bob.email)
    alice.post(address, {"role": "viewer"})
    assert letters().count(("role_changed", house.bob.email)) == 2


def test_a_removed_person_has_neither_role_nor_seat(house: House) -> None:
    people.make_seat(subscription=house.subscription, user=house.bob)
    alice, bob = house.as_(house.alice), house.as_(house.bob)
    assert "The 1 seat that they use becomes free." in page(alice, f"/users/{house.bob.id}/")
    answer = alice.post(f"/users/{house.bob.id}/remove/", follow=True)
    assert "The person is removed, and their seats are free." in said(answer)
    assert role_of(house.bob) == ""
    assert models.SeatAssignment.objects.get().released_at is not None
    assert sorted(events()) == ["person_removed", "seat_released"]
    assert bob.get("/").status_code == 403, "at once, with the session they have"
    assert "Alice Andersson has removed you from the account." in posted("person_removed", house.bob.email)
    assert "Alice Andersson has taken your seat of Draft Standard back." in posted("seat_released", house.bob.email)
    assert alice.post(f"/users/{house.bob.id}/remove/").status_code == 404


def test_who_only_uses_a_seat_can_be_removed(house: House) -> None:
    seat = people.make_seat(subscription=house.subscription)
    assert house.as_(house.alice).post(f"/users/{seat.user_id}/remove/").status_code == 302
    assert models.SeatAssignment.objects.get().released_at is not None


def test_the_buyer_is_neither_changed_nor_removed(house: House) -> None:
    admin = member(house, Role.USER_ADMIN)
    for client in (house.as_(admin), house.as_(house.alice)):
        assert "The buyer's role is neither given nor taken" in page(client, f"/users/{house.alice.id}/")
        for path, sent in ((f"/users/{house.alice.id}/", {"role": "viewer"}), (f"/users/{house.alice.id}/remove/", {})):
            assert "The buyer's role is neither given nor taken" in said(client.post(path, sent, follow=True))
        answer = client.post(f"/users/{house.bob.id}/", {"role": "buyer"}, follow=True)
        assert "The buyer's role is neither given nor taken" in said(answer)
    assert (role_of(house.alice), role_of(house.bob)) == ("buyer", "viewer")


def test_a_user_admin_reaches_nobody_above_themselves(house: House) -> None:
    client, dana = house.as_(member(house, Role.USER_ADMIN)), member(house, Role.BILLING_ADMIN)
    assert "includes more than yours does" in page(client, f"/users/{dana.id}/")
    for path, sent in ((f"/users/{dana.id}/", {"role": "viewer"}), (f"/users/{dana.id}/remove/", {})):
        assert "includes more than yours does" in said(client.post(path, sent, follow=True))
    client.post(f"/users/{house.bob.id}/", {"role": "billing_admin"})
    assert (role_of(dana), role_of(house.bob)) == ("billing_admin", "viewer")
    assert client.post(f"/users/{house.bob.id}/", {"role": "user_admin"}).status_code == 302
    assert role_of(house.bob) == "user_admin"


@pytest.mark.parametrize("role", ["", "owner"])
def test_what_is_no_role_is_not_given(house: House, role: str) -> None:
    answer = house.as_(house.alice).post(f"/users/{house.bob.id}/", {"role": role}, follow=True)
    assert "Choose a role." in said(answer)
    assert role_of(house.bob) == "viewer"


def test_people_of_others_are_not_there(house: House) -> None:
    alice = house.as_(house.alice)
    assert alice.get(f"/users/{house.charlie.id}/").status_code == 404
    for path in ("", "remove/", "hand-over/"):
        assert alice.post(f"/users/{house.charlie.id}/{path}", {"role": "viewer"}).status_code == 404
    assert role_of(house.charlie) == "buyer"


def test_with_the_portals_rights_alone(house: House, acting_as: Callable[[str], AbstractContextManager[None]]) -> None:
    alice = house.as_(house.alice)
    with acting_as("tenor_app"):
        assert "Bob Berg" in page(alice, "/users/")
        alice.post(f"/users/{house.bob.id}/", {"role": "user_admin"})
        assert "User admin" in page(alice, f"/users/{house.bob.id}/")
        alice.post(f"/users/{house.bob.id}/remove/")
    assert role_of(house.bob) == ""


def test_forty_people_ask_no_more_than_eight_questions(house: House) -> None:
    for number in range(40):
        user = member(house, Role.VIEWER, f"Person {number}")
        people.make_seat(subscription=factories.make_subscription(account=house.account), user=user)
    paths = ("/users/", f"/users/{house.bob.id}/", "/users/hand-over/", f"/users/{house.bob.id}/hand-over/")
    for path in (*paths, f"/subscriptions/{house.subscription.id}/users/"):
        asked = questions(house.as_(house.alice), path)
        assert len([sql for sql in asked if "set_config" not in sql]) + 1 <= MOST, (path, asked)
