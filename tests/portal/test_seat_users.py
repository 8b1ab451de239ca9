"""Seats are given to people, taken back, and never given twice; fewer seats take them from who is chosen."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client

from tenor.db import models
from tenor.db.seats import release_surplus
from tenor.domain.account import Role
from tenor.usecases.release_seats import tell_released
from tests.portal.conftest import House
from tests.portal.people import events, letters, page, posted, said
from tests.support import factories, people

MIA = "mia@elsewhere.example"


def address(house: House) -> str:
    return f"/subscriptions/{house.subscription.id}/users/"


def seated(house: House) -> set[str]:
    """The addresses of those who have a seat."""
    rows = models.SeatAssignment.objects.filter(subscription=house.subscription, released_at=None)
    return set(rows.values_list("user__email", flat=True))


def test_a_colleague_gets_a_seat_and_loses_it(house: House) -> None:
    alice = house.as_(house.alice)
    assert "Seats in use: 0 of 3." in page(alice, address(house))
    for _ in range(2):
        answer = alice.post(address(house), {"assign": str(house.bob.id)}, follow=True)
        assert "The seat is assigned." in said(answer)
    assert seated(house) == {house.bob.email}
    assert "Seats in use: 1 of 3." in said(answer)
    assert "Alice Andersson has given you a seat of Draft Standard." in posted("seat_assigned", house.bob.email)
    for _ in range(2):
        answer = alice.post(address(house), {"unassign": str(house.bob.id)}, follow=True)
        assert "The seat is free again." in said(answer)
    assert seated(house) == set()
    assert events() == ["seat_assigned", "seat_released"]
    assert [kind for kind, _ in letters()] == ["seat_assigned", "seat_released"]


def test_an_address_is_enough_and_opens_no_door(house: House) -> None:
    house.as_(house.alice).post(address(house), {"email": "Mia@elsewhere.example"})
    assert seated(house) == {MIA}
    mia = models.User.objects.get(email=MIA)
    assert not models.Membership.objects.filter(user=mia).exists()
    assert house.as_(mia).get("/").status_code == 403
    assert posted("seat_assigned", MIA).startswith("Hello,\n")


def test_never_more_people_than_seats(house: House) -> None:
    for _ in range(3):
        people.make_seat(subscription=house.subscription)
    alice = house.as_(house.alice)
    seen = page(alice, address(house))
    assert "No seat is free." in seen
    answer = alice.post(address(house), {"assign": str(house.bob.id)})
    assert answer.status_code == 409
    assert "No seat is free." in said(answer)
    assert house.bob.email not in seated(house)


def test_a_wrong_address_is_said(house: House) -> None:
    answer = house.as_(house.alice).post(address(house), {"email": "mia"})
    assert "Enter a valid email address." in said(answer)
    assert seated(house) == set()


def test_without_access_no_seat_is_given_but_taken_back(house: House) -> None:
    people.make_seat(subscription=house.subscription, user=house.bob)
    models.Subscription.objects.update(status="suspended", lapsed_on=date(2026, 11, 1))
    alice = house.as_(house.alice)
    assert "There is no access with this subscription now" in page(alice, address(house))
    assert alice.post(address(house), {"email": MIA}).status_code == 409
    alice.post(address(house), {"unassign": str(house.bob.id)})
    assert seated(house) == set()


@pytest.mark.parametrize("field", ["assign", "unassign", "leaves"])
def test_people_of_others_are_not_there(house: House, field: str) -> None:
    alice, sent = (
        house.as_(house.alice),
        {field: str(house.charlie.id), **({"leavers": "1"} if field == "leaves" else {})},
    )
    assert alice.post(address(house), sent).status_code == 404
    assert alice.post(address(house), {**sent, field: "nobody"}).status_code == 404
    assert house.as_(house.charlie).get(address(house)).status_code == 404
    assert house.as_(house.charlie).post(address(house), {"email": MIA}).status_code == 404
    assert seated(house) == set()


@pytest.fixture
def three(house: House) -> list[models.SeatAssignment]:
    """Three people on three seats, of which two are to be renewed."""
    users = [
        factories.make_user(email=f"{name}@fjord.example", name=name.capitalize()) for name in ("ann", "ben", "cleo")
    ]
    for user in users:
        factories.make_member(account=house.account, user=user, role=Role.VIEWER)
    factories.make_change(subscription=house.subscription, kind="seats", value="2")
    return [people.make_seat(subscription=house.subscription, user=user) for user in users]


def marked(client: Client, house: House) -> list[str]:
    """Who the page says will lose their seat."""
    words = page(client, address(house)).split(" Who should lose")[0]
    return [
        name for name in ("Ann", "Ben", "Cleo") if "Loses the seat" in words.split(f"{name} ")[1].split("Take back")[0]
    ]


def test_fewer_seats_name_who_loses_theirs_and_let_the_admin_choose(
    house: House, three: list[models.SeatAssignment]
) -> None:
    alice = house.as_(house.alice)
    assert "Seats from the next renewal on: 2" in page(alice, address(house))
    assert marked(alice, house) == ["Cleo"], "who was assigned last"
    answer = alice.post(address(house), {"leavers": "1", "leaves": str(three[0].user_id)}, follow=True)
    assert "Your choice is saved." in said(answer)
    assert marked(alice, house) == ["Ann"]
    alice.post(address(house), {"leavers": "1"})
    assert marked(alice, house) == ["Cleo"], "the choice is taken back"
    assert events() == ["leavers_chosen", "leavers_chosen"]


def test_who_loses_a_seat_at_the_renewal_is_told(house: House, three: list[models.SeatAssignment]) -> None:
    released = release_surplus(house.account.id, house.subscription.id, 2, factories.NOW)
    tell_released(house.account.id, released, factories.NOW)
    assert seated(house) == {"ann@fjord.example", "ben@fjord.example"}
    assert "fewer seats of Draft Standard now" in posted("seat_released", "cleo@fjord.example")
    assert events() == ["seat_released"]


def test_with_the_portals_rights_alone(house: House, acting_as: Callable[[str], AbstractContextManager[None]]) -> None:
    alice = house.as_(house.alice)
    with acting_as("tenor_app"):
        alice.post(address(house), {"email": MIA})
        assert MIA in page(alice, address(house))
        assert MIA in page(alice, "/users/")
        alice.post(address(house), {"assign": str(house.bob.id)})
        alice.post(address(house), {"unassign": str(house.bob.id)})
    assert seated(house) == {MIA}


def test_the_subscriptions_page_leads_there_and_tells_of_it(house: House) -> None:
    alice = house.as_(house.alice)
    alice.post(address(house), {"email": MIA})
    response = alice.get(f"/subscriptions/{house.subscription.id}/").content.decode()
    assert f'href="{address(house)}"' in response
    assert "Seat assigned" in response
