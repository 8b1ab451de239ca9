"""Send an invitation anew: with another link, for another seven days. The old link is dead."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Invitation
from tenor.domain.account import Actor, Role
from tenor.domain.permissions import Permission, demand, demand_role_to_give
from tenor.domain.refusals import Refusal
from tenor.usecases.invitation_token import digest_of, token_of
from tenor.usecases.invite_person import HOLDS, send_invitation
from tenor.usecases.tell import About, tell


def resend_invitation(*, account_id: UUID, invitation_id: UUID, actor: Actor, now: datetime) -> None:
    """Give the invitation a new token and mail it.

    Raises Refusal: `role_may_not_manage_users`; `unknown_invitation`; `role_not_yours_to_give`; `invitation_used` or
    `invitation_revoked` where it has ended.
    """
    demand(actor, Permission.MANAGE_USERS)
    retrying(lambda: _resend(account_id, invitation_id, actor, now))


def _resend(account_id: UUID, invitation_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        invitation = open_invitation(account_id, invitation_id)
        demand_role_to_give(actor, Role(invitation.role))
        invitation.serial += 1
        invitation.token_digest = digest_of(token_of(invitation.id, invitation.serial))
        invitation.expires_at = now + HOLDS
        invitation.save(update_fields=["serial", "token_digest", "expires_at"])
        tell(About(account_id), "invitation_sent_again", actor, now, after={"email": invitation.email})
        send_invitation(invitation, actor, now)


def open_invitation(account_id: UUID, invitation_id: UUID) -> Invitation:
    """An invitation that was neither accepted nor revoked; it may have expired. Raises Refusal, as above."""
    found = Invitation.objects.filter(account_id=account_id, id=invitation_id).first()
    if found is None:
        raise Refusal("unknown_invitation", {})
    if found.accepted_at is not None:
        raise Refusal("invitation_used", {})
    if found.revoked_at is not None:
        raise Refusal("invitation_revoked", {})
    return found
