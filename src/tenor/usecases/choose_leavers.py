"""Choose who loses their seat first when fewer seats are renewed (rules 6)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import SeatAssignment
from tenor.domain.account import Actor
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.usecases.tell import About, tell


def choose_leavers(
    *, account_id: UUID, subscription_id: UUID, user_ids: Collection[UUID], actor: Actor, now: datetime
) -> None:
    """From now on exactly these are chosen; nobody loses anything yet, so that nobody is told. Safe to repeat.

    Raises Refusal: `role_may_not_manage_users`; `unknown_person` for who has no seat of the subscription.
    """
    demand(actor, Permission.MANAGE_USERS)
    retrying(lambda: _choose(account_id, subscription_id, frozenset(user_ids), actor, now))


def _choose(account_id: UUID, subscription_id: UUID, chosen: frozenset[UUID], actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        seated = SeatAssignment.objects.filter(account_id=account_id, subscription_id=subscription_id, released_at=None)
        before = dict(seated.order_by("id").values_list("user_id", "leaves_at_renewal"))
        if unknown := chosen - set(before):
            raise Refusal("unknown_person", {"person": str(min(unknown))})
        were = {user_id for user_id, leaves in before.items() if leaves}
        if were == chosen:
            return
        seated.filter(user_id__in=chosen).update(leaves_at_renewal=True)
        seated.exclude(user_id__in=chosen).update(leaves_at_renewal=False)
        told = {"before": {"people": sorted(map(str, were))}, "after": {"people": sorted(map(str, chosen))}}
        tell(About(account_id, subscription=subscription_id), "leavers_chosen", actor, now, **told)
