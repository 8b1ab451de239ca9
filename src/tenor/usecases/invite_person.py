"""Invite a colleague into the account, by e-mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Invitation, Membership, User
from tenor.domain.account import Actor, Role
from tenor.domain.codes import demand_language
from tenor.domain.permissions import Permission, demand, demand_role_to_give
from tenor.domain.refusals import Refusal
from tenor.usecases.invitation_token import digest_of, token_of
from tenor.usecases.tell import About, Letter, Reader, tell, write_to

HOLDS = timedelta(days=7)
"""How long an invitation can be accepted."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is asked to join, and as what. `language` is that of the mail; who is known already reads their own."""

    email: str
    role: Role
    language: str


def invite_person(*, account_id: UUID, invited: Invited, actor: Actor, now: datetime) -> UUID:
    """Keep the invitation and queue its mail; returns its id.

    Raises Refusal: `role_may_not_manage_users`; `role_not_yours_to_give` or `buyer_is_handed_over`;
    `already_a_member`; `already_invited` while an invitation to that address is open; `unknown_language`.
    """
    demand_language(invited.language)
    demand(actor, Permission.MANAGE_USERS)
    demand_role_to_give(actor, invited.role)
    invitation_id = new_id()
    retrying(lambda: _invite(account_id, invitation_id, invited, actor, now))
    return invitation_id


def _invite(account_id: UUID, invitation_id: UUID, invited: Invited, actor: Actor, now: datetime) -> None:
    email = invited.email.lower()
    with account_scope(account_id):
        lock_account(account_id)
        own = Invitation.objects.filter(account_id=account_id)
        if own.filter(id=invitation_id).exists():  # a repetition: the first run was committed
            return
        if Membership.objects.filter(account_id=account_id, user__email=email).exists():
            raise Refusal("already_a_member", {"email": email})
        if own.filter(email=email, accepted_at=None, revoked_at=None).exists():
            raise Refusal("already_invited", {"email": email})
        language = User.objects.filter(email=email).values_list("language", flat=True).first() or invited.language
        invitation = Invitation.objects.create(
            id=invitation_id,
            account_id=account_id,
            email=email,
            role=invited.role.value,
            language=language,
            token_digest=digest_of(token_of(invitation_id, 1)),
            invited_by_id=actor.id,
            invited_at=now,
            expires_at=now + HOLDS,
        )
        tell(About(account_id), "person_invited", actor, now, after={"email": email, "role": invited.role.value})
        send_invitation(invitation, actor, now)


def send_invitation(invitation: Invitation, actor: Actor, now: datetime) -> None:
    """Queue the mail with the link. The token is not in it: the worker works it out when it sends the mail."""
    letter = Letter(
        "invitation",
        invitation.id,
        str(invitation.serial),
        {
            "by": actor.name,
            "role": invitation.role,
            "serial": invitation.serial,
            "until": invitation.expires_at.isoformat(),
        },
    )
    write_to(invitation.account_id, Reader(invitation.email, invitation.language), now, letter)
