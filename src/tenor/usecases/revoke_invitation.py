"""Take an invitation back: its link no longer opens anything."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Invitation
from tenor.domain.account import Actor, Role
from tenor.domain.permissions import Permission, demand, demand_role_to_give
from tenor.domain.refusals import Refusal
from tenor.usecases.tell import About, Letter, Reader, tell, write_to


def revoke_invitation(*, account_id: UUID, invitation_id: UUID, actor: Actor, now: datetime) -> None:
    """Revoke it, and tell who was invited. Safe to repeat.

    Raises Refusal: `role_may_not_manage_users`; `unknown_invitation`; `role_not_yours_to_give`; `invitation_used`.
    """
    demand(actor, Permission.MANAGE_USERS)
    retrying(lambda: _revoke(account_id, invitation_id, actor, now))


def _revoke(account_id: UUID, invitation_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        invitation = Invitation.objects.filter(account_id=account_id, id=invitation_id).first()
        if invitation is None:
            raise Refusal("unknown_invitation", {})
        if invitation.accepted_at is not None:
            raise Refusal("invitation_used", {})
        if invitation.revoked_at is not None:
            return
        demand_role_to_give(actor, Role(invitation.role))
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        tell(About(account_id), "invitation_revoked", actor, now, before={"email": invitation.email})
        letter = Letter("invitation_revoked", invitation.id, context={"by": actor.name})
        write_to(account_id, Reader(invitation.email, invitation.language), now, letter)
