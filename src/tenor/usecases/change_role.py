"""Give a person of the account another role."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.domain.account import Actor, Role
from tenor.domain.permissions import Permission, demand, demand_role_to_give
from tenor.usecases.members import member, reader_of
from tenor.usecases.tell import About, Letter, tell, write_to


def change_role(*, account_id: UUID, user_id: UUID, role: Role, actor: Actor, now: datetime) -> None:
    """Change it from now on, and tell the person. Safe to repeat.

    Raises Refusal: `role_may_not_manage_users`; `unknown_person`; `buyer_is_handed_over` from or to the buyer's role;
    `role_not_yours_to_give` where the old or the new role includes more than the actor's.
    """
    demand(actor, Permission.MANAGE_USERS)
    demand_role_to_give(actor, role)
    retrying(lambda: _change(account_id, user_id, role, actor, now))


def _change(account_id: UUID, user_id: UUID, role: Role, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        membership = member(account_id, user_id)
        before = Role(membership.role)
        demand_role_to_give(actor, before)
        if before is role:
            return
        membership.role = role.value
        membership.save(update_fields=["role"])
        person = {"email": membership.user.email}
        told = {"before": {**person, "role": before.value}, "after": {**person, "role": role.value}}
        tell(About(account_id), "role_changed", actor, now, **told)
        context = {"by": actor.name, "role": role.value}
        write_to(
            account_id,
            reader_of(membership.user),
            now,
            Letter("role_changed", membership.id, f"{role} {now.isoformat()}", context),
        )
