"""Accept an invitation: whoever has the link of the mail has the mailbox it was sent to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Invitation, Membership, User
from tenor.db.people import person_with_address
from tenor.db.queries.invitations import InvitationFound, find_invitation
from tenor.domain.account import Actor, Role
from tenor.domain.refusals import Refusal
from tenor.domain.texts import one_line
from tenor.usecases.invitation_token import digest_of
from tenor.usecases.members import called, reader_of
from tenor.usecases.resend_invitation import open_invitation
from tenor.usecases.tell import About, Letter, tell, write_to


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who joined which account. `is_new`: nobody was known by that address before."""

    account_id: UUID
    person_id: UUID
    is_new: bool


def accept_invitation(*, token: str, name: str, now: datetime) -> Accepted:
    """Give the person their role; who was not known is added, under `name` on one line. A link opens the account once.

    Raises Refusal: `unknown_invitation`; `invitation_used`, `invitation_revoked` or `invitation_expired`.
    """
    found = find_invitation(digest_of(token))
    if found is None:
        raise Refusal("unknown_invitation", {})
    said = one_line(name)
    return retrying(lambda: _accept(found, token, said, now))


def _accept(found: InvitationFound, token: str, name: str, now: datetime) -> Accepted:
    with account_scope(found.account_id):
        lock_account(found.account_id)
        invitation = open_invitation(found.account_id, found.id)
        if invitation.token_digest != digest_of(token):  # sent anew while this one waited
            raise Refusal("unknown_invitation", {})
        if invitation.expires_at <= now:
            raise Refusal("invitation_expired", {})
        person = _person(invitation, name)
        _join(invitation, person, now)
    return Accepted(found.account_id, person.id, is_new=found.person_id is None)


def _person(invitation: Invitation, name: str) -> User:
    """Whose address it is. A name that was never said is filled in; one that was stays."""
    person_id = person_with_address(invitation.email, name=name, language=invitation.language)
    person = User.objects.get(id=person_id)
    if not person.name and name:
        person.name = name
        person.save(update_fields=["name"])
    return person


def _join(invitation: Invitation, person: User, now: datetime) -> None:
    account_id, role = invitation.account_id, Role(invitation.role)
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    if Membership.objects.filter(account_id=account_id, user=person).exists():  # staff were faster: that role stays
        return
    Membership.objects.create(id=new_id(), account_id=account_id, user=person, role=role.value)
    actor = Actor(str(person.id), called(person), role)
    tell(About(account_id), "invitation_accepted", actor, now, after={"email": person.email, "role": role.value})
    inviter = User.objects.get(id=invitation.invited_by_id)
    letter = Letter("invitation_accepted", invitation.id, context={"person": called(person), "role": role.value})
    write_to(account_id, reader_of(inviter), now, letter)
