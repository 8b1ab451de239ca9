"""Invitations: by mail, in the language of who is invited, accepted once, by nobody who merely opens links."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client

from tenor.db import models
from tenor.db.access import account_scope
from tenor.domain.account import Role
from tenor.usecases.invitation_token import digest_of
from tests.portal.conftest import House
from tests.portal.people import events, letters, link_in, page, posted, said
from tests.support import factories, people
from tests.support.factories import NOW

MIA = "mia@fjord.example"


def invite(client: Client, email: str = MIA, role: str = "viewer", language: str = "en") -> object:
    return client.post("/users/", {"email": email, "role": role, "language": language}, follow=True)


def invited(house: House, role: str = "viewer", language: str = "en") -> str:
    """The path of the link in the mail to Mia."""
    assert "The invitation is on its way to mia@fjord.example." in said(
        invite(house.as_(house.alice), role=role, language=language)
    )
    return link_in(posted("invitation", MIA))


def signed_in_as(client: Client) -> str:
    return str(client.session.get("_auth_user_id", ""))


def test_somebody_new_accepts_and_is_in(house: House) -> None:
    link, mia = invited(house, role="user_admin"), Client()
    seen = page(mia, link)
    assert "Join Fjord Arkitekter AB" in seen
    assert "Alice Andersson invites mia@fjord.example." in seen
    assert "Your role: user admin (manages users and seats)." in seen
    answer = mia.post(link, {"name": "Mia Moe"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    person = models.User.objects.get(email=MIA)
    assert (person.name, person.is_staff, person.has_usable_password()) == ("Mia Moe", False, False)
    assert models.Membership.objects.get(user=person).role == Role.USER_ADMIN
    assert signed_in_as(mia) == str(person.id)
    assert "Fjord Arkitekter AB" in page(mia, "/")
    assert events() == ["person_invited", "invitation_accepted"]
    assert "Mia Moe has accepted your invitation. Role: user admin." in posted("invitation_accepted", house.alice.email)


def test_it_all_works_with_the_portals_rights_alone(
    house: House, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    alice, mia = house.as_(house.alice), Client()
    with acting_as("tenor_app"):
        invite(alice)
    link = link_in(posted("invitation", MIA))
    with acting_as("tenor_app"):
        assert "Join Fjord Arkitekter AB" in page(mia, link)
        mia.post(link, {"name": "Mia Moe"})
        assert "Fjord Arkitekter AB" in page(mia, "/")
        with account_scope(house.account.id):
            assert models.Membership.objects.filter(user__email=MIA).exists()


def test_looking_changes_nothing(house: House) -> None:
    link = invited(house)
    for _ in range(3):
        assert Client().get(link).status_code == 200
        assert Client().head(link).status_code == 200
    assert not models.User.objects.filter(email=MIA).exists()
    assert models.Invitation.objects.get().accepted_at is None


def test_the_mail_is_in_the_language_of_who_is_invited(house: House) -> None:
    invite(house.as_(house.alice), language="sv")
    assert "Alice Andersson bjuder in dig" in posted("invitation", MIA)
    factories.make_user(email="known@fjord.example", name="Kees", language="nl")
    invite(house.as_(house.alice), email="known@fjord.example", language="sv")
    assert "Alice Andersson nodigt u uit" in posted("invitation", "known@fjord.example")


def test_the_token_is_nowhere_in_the_database(house: House) -> None:
    link = invited(house)
    token = link.removeprefix("/invitations/").strip("/")
    kept = models.Invitation.objects.get()
    assert kept.token_digest == digest_of(token)
    everything = [str(row) for row in models.Mail.objects.values_list("context", "state", "subject_id")]
    everything += [str(row) for row in models.Event.objects.values_list("before", "after")]
    assert all(token not in each for each in everything)


def test_a_link_works_once(house: House) -> None:
    link = invited(house)
    Client().post(link, {"name": "Mia Moe"})
    second = Client().post(link, {"name": "Somebody Else"})
    assert second.status_code == 409
    assert "This invitation was accepted already." in said(second)
    assert models.User.objects.filter(email=MIA).count() == 1
    assert models.Membership.objects.filter(user__email=MIA).count() == 1


def test_somebody_new_says_their_name(house: House) -> None:
    link, mia = invited(house), Client()
    for name in ("", "   "):
        answer = mia.post(link, {"name": name})
        assert answer.status_code == 400
        assert "Write your name." in said(answer)
    assert models.Invitation.objects.get().accepted_at is None


def test_who_is_known_signs_in_as_always(house: House) -> None:
    known = factories.make_user(email=MIA, name="Mia Moe")
    link, mia = invited(house), Client()
    assert "You sign in afterwards, as always." in page(mia, link)
    answer = mia.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/")
    assert signed_in_as(mia) == ""
    assert models.Membership.objects.filter(user=known, account=house.account).exists()
    mia.post("/accounts/login/", {"login": MIA, "password": "correct horse"})
    assert "Fjord Arkitekter AB" in page(mia, "/")


def test_who_is_signed_in_goes_on_in_the_new_account(house: House) -> None:
    invite(house.as_(house.alice), email=house.charlie.email)
    charlie = house.as_(house.charlie)
    answer = charlie.post(link_in(posted("invitation", house.charlie.email)), follow=True)
    assert "Fjord Arkitekter AB" in said(answer)


def test_somebody_else_who_is_signed_in_accepts_nothing(house: House) -> None:
    link, charlie = invited(house), house.as_(house.charlie)
    assert "You are signed in as charlie@other.example." in page(charlie, link)
    assert charlie.post(link, {"name": "Mia Moe"}).status_code == 409
    assert models.Invitation.objects.get().accepted_at is None


def test_an_invitation_expires(house: House) -> None:
    link = invited(house)
    models.Clock.objects.update(stands_at=NOW + timedelta(days=7))
    assert "This invitation has expired." in page(Client(), link)
    assert Client().post(link, {"name": "Mia Moe"}).status_code == 409
    assert "Expired" in page(house.as_(house.alice), "/users/")


def test_sent_again_it_has_another_link(house: House) -> None:
    old, alice = invited(house), house.as_(house.alice)
    models.Clock.objects.update(stands_at=NOW + timedelta(days=8))
    answer = alice.post(f"/users/invitations/{models.Invitation.objects.get().id}/resend/", follow=True)
    assert "The invitation is sent again." in said(answer)
    new = link_in(posted("invitation", MIA))
    assert new != old
    assert Client().get(old).status_code == 404
    assert Client().post(old, {"name": "Mia Moe"}).status_code == 404
    assert Client().post(new, {"name": "Mia Moe"}).status_code == 302
    assert events() == ["person_invited", "invitation_sent_again", "invitation_accepted"]


def test_a_withdrawn_invitation_opens_nothing(house: House) -> None:
    link, alice = invited(house), house.as_(house.alice)
    address = f"/users/invitations/{models.Invitation.objects.get().id}/revoke/"
    for _ in range(2):
        assert "The invitation is withdrawn." in said(alice.post(address, follow=True))
    assert "This invitation was withdrawn." in page(Client(), link)
    assert Client().post(link, {"name": "Mia Moe"}).status_code == 409
    assert letters().count(("invitation_revoked", MIA)) == 1
    assert "Its link no longer works" in posted("invitation_revoked", MIA)
    assert MIA not in page(alice, "/users/")
    assert MIA in said(invite(alice)), "the address can be invited again"


def test_what_cannot_be_invited(house: House) -> None:
    alice = house.as_(house.alice)
    assert "bob@fjord.example belongs to this account already." in said(invite(alice, email="Bob@fjord.example"))
    invite(alice)
    assert "mia@fjord.example is invited already." in said(invite(alice, email="MIA@fjord.example"))
    assert "Enter a valid email address." in said(invite(alice, email="mia"))
    assert invite(alice, email="x@fjord.example", role="buyer").status_code == 400  # type: ignore[attr-defined]
    assert models.Invitation.objects.count() == 1


def test_a_user_admin_gives_no_more_than_they_have(house: House) -> None:
    admin = factories.make_member(account=house.account, role=Role.USER_ADMIN).user
    client = house.as_(admin)
    assert "Billing admin:" not in page(client, "/users/")
    assert invite(client, role="billing_admin").status_code == 400  # type: ignore[attr-defined]
    people.make_invitation(account=house.account, invited_by=house.alice, email=MIA, role="billing_admin")
    invitation = models.Invitation.objects.get()
    for verb in ("resend", "revoke"):
        answer = client.post(f"/users/invitations/{invitation.id}/{verb}/", follow=True)
        assert "The role “billing admin” includes more than yours does." in said(answer)
    assert "Send again" not in page(client, "/users/")
    invitation.refresh_from_db()
    assert (invitation.serial, invitation.revoked_at) == (1, None)


@pytest.mark.parametrize("verb", ["resend", "revoke"])
def test_invitations_of_others_are_not_there(house: House, verb: str) -> None:
    invited(house)
    address = f"/users/invitations/{models.Invitation.objects.get().id}/{verb}/"
    assert house.as_(house.charlie).post(address).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 64])
def test_a_token_that_never_was_opens_nothing(house: House, token: str) -> None:
    assert Client().get(f"/invitations/{token}/").status_code == 404
    assert Client().post(f"/invitations/{token}/", {"name": "Mia"}).status_code == 404


@pytest.mark.parametrize("name", ["Mia\r\nMoe", "Mia\nMoe", " Mia\tMoe\0 ", "Mia\u2028Moe"])
def test_a_name_is_one_line_and_the_inviter_hears_of_it(house: House, name: str) -> None:
    link, mia = invited(house), Client()
    assert mia.post(link, {"name": name}).status_code == 302
    assert models.User.objects.get(email=MIA).name == "Mia Moe"
    assert "Mia Moe has accepted your invitation." in posted("invitation_accepted", house.alice.email)
