"""The buyer's role goes from one person to another when both have agreed, and not before."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from tenor.db import models
from tenor.domain.account import Role
from tests.portal.conftest import House
from tests.portal.people import events, letters, page, posted, said
from tests.support import factories

ANSWER = "/users/hand-over/"


def offer_url(house: House) -> str:
    return f"/users/{house.bob.id}/hand-over/"


def offered(house: House) -> None:
    """Alice offers her role to Bob."""
    answer = house.as_(house.alice).post(offer_url(house), follow=True)
    assert "The buyer's role is offered to Bob Berg." in said(answer)


def roles(house: House) -> tuple[str, str]:
    """Alice's and Bob's."""
    rows = dict(models.Membership.objects.filter(account=house.account).values_list("user_id", "role"))
    return rows[house.alice.id], rows[house.bob.id]


def test_accepted_by_both(house: House) -> None:
    alice, bob = house.as_(house.alice), house.as_(house.bob)
    assert "Nothing changes before the other person accepts." in page(alice, offer_url(house))
    assert roles(house) == ("buyer", "viewer"), "looking is no offer"
    offered(house)
    assert roles(house) == ("buyer", "viewer"), "an offer is no change"
    assert "Alice Andersson offers you the buyer's role" not in page(bob, "/users/")
    assert "Alice Andersson offers it to Bob Berg." in page(bob, "/users/")
    assert "/users/hand-over/" in posted("handover_offered", house.bob.email)
    assert "If you accept, you are the buyer at once." in page(bob, ANSWER)
    assert "You are the buyer now." in said(bob.post(ANSWER, {"answer": "accept"}, follow=True))
    assert roles(house) == ("billing_admin", "buyer")
    assert events() == ["handover_offered", "handover_accepted"]
    for person in (house.alice, house.bob):
        assert "The buyer's role was handed over." in posted("handover_accepted", person.email)
    assert "Nothing is on offer at the moment." in page(alice, ANSWER)


def test_an_offer_is_made_once(house: House) -> None:
    offered(house)
    offered(house)
    other = factories.make_member(account=house.account, role=Role.BILLING_ADMIN).user
    answer = house.as_(house.alice).post(f"/users/{other.id}/hand-over/", follow=True)
    assert "The buyer's role is offered to Bob Berg already." in said(answer)
    assert models.Handover.objects.count() == 1
    assert [kind for kind, _ in letters()] == ["handover_offered"]


def test_withdrawn_nothing_can_be_accepted(house: House) -> None:
    offered(house)
    answer = house.as_(house.alice).post(ANSWER, {"answer": "withdraw"}, follow=True)
    assert "The offer is withdrawn. You are still the buyer." in said(answer)
    answer = house.as_(house.bob).post(ANSWER, {"answer": "accept"}, follow=True)
    assert "This offer of the buyer's role has ended." in said(answer)
    assert roles(house) == ("buyer", "viewer")
    assert "has withdrawn the offer" in posted("handover_withdrawn", house.bob.email)
    offered(house)


def test_declined_the_buyer_is_told(house: House) -> None:
    offered(house)
    answer = house.as_(house.bob).post(ANSWER, {"answer": "decline"}, follow=True)
    assert "You declined. Nothing has changed." in said(answer)
    assert roles(house) == ("buyer", "viewer")
    assert "You are still the buyer" in posted("handover_declined", house.alice.email)


def test_nobody_else_answers(house: House) -> None:
    offered(house)
    other = factories.make_member(account=house.account, role=Role.USER_ADMIN).user
    client = house.as_(other)
    assert "Only Bob Berg can accept it." in page(client, ANSWER)
    for person in (client, house.as_(house.alice), house.as_(house.charlie)):
        for answer in ("accept", "decline"):
            assert "This offer of the buyer's role has ended." in said(
                person.post(ANSWER, {"answer": answer}, follow=True)
            )
    for person in (client, house.as_(house.bob)):
        assert "Only the buyer can hand over" in said(person.post(ANSWER, {"answer": "withdraw"}, follow=True))
    assert house.as_(house.bob).post(ANSWER, {"answer": "steal"}).status_code == 404
    assert roles(house) == ("buyer", "viewer")


def test_only_the_buyer_offers_and_to_others_with_a_role(house: House) -> None:
    admin = house.as_(factories.make_member(account=house.account, role=Role.USER_ADMIN).user)
    assert "does not include handing over the buyer's role. Ask Alice Andersson" in page(admin, offer_url(house))
    assert admin.post(offer_url(house)).status_code == 403
    alice = house.as_(house.alice)
    assert "You are the buyer already." in page(alice, f"/users/{house.alice.id}/hand-over/")
    assert "You are the buyer already." in said(alice.post(f"/users/{house.alice.id}/hand-over/", follow=True))
    for person in (house.charlie, factories.make_user()):
        assert alice.get(f"/users/{person.id}/hand-over/").status_code == 404
        assert alice.post(f"/users/{person.id}/hand-over/").status_code == 404
    assert models.Handover.objects.count() == 0


def test_who_is_removed_is_offered_nothing_any_more(house: House) -> None:
    offered(house)
    house.as_(house.alice).post(f"/users/{house.bob.id}/remove/")
    assert models.Handover.objects.get().withdrawn_at is not None


def test_with_the_portals_rights_alone(house: House, acting_as: Callable[[str], AbstractContextManager[None]]) -> None:
    alice, bob = house.as_(house.alice), house.as_(house.bob)
    with acting_as("tenor_app"):
        alice.post(offer_url(house))
        alice.post(ANSWER, {"answer": "withdraw"})
        alice.post(offer_url(house))
        bob.post(ANSWER, {"answer": "decline"})
        alice.post(offer_url(house))
        bob.post(ANSWER, {"answer": "accept"})
    assert roles(house) == ("billing_admin", "buyer")
