"""Accept the buyer's role: the second half of handing it over. The old buyer becomes a billing admin."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Membership
from tenor.domain.account import Actor, Role
from tenor.domain.refusals import Refusal
from tenor.usecases.decline_handover import offered_to
from tenor.usecases.members import called, member, reader_of
from tenor.usecases.tell import About, Letter, tell, write_to


def accept_handover(*, account_id: UUID, actor: Actor, now: datetime) -> None:
    """Both have agreed: change both roles at once, and tell both.

    Raises Refusal: `nothing_to_hand_over` where no offer to the actor is pending (any more), or whoever made it is not
    the buyer any more.
    """
    retrying(lambda: _accept(account_id, actor, now))


def _accept(account_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        offer = offered_to(account_id, actor)
        old, new = member(account_id, offer.offered_by_id), member(account_id, offer.offered_to_id)
        if old.role != Role.BUYER:
            raise Refusal("nothing_to_hand_over", {})
        before = {"buyer": old.user.email, "role": new.role}
        _give(old, Role.BILLING_ADMIN)  # first: an account has one buyer at most, at every moment
        _give(new, Role.BUYER)
        offer.accepted_at = now
        offer.save(update_fields=["accepted_at"])
        after = {"buyer": new.user.email}
        tell(About(account_id), "handover_accepted", actor, now, before=before, after=after)
        for person in (old.user, new.user):
            letter = Letter("handover_accepted", offer.id, context={"person": called(new.user)})
            write_to(account_id, reader_of(person), now, letter)


def _give(membership: Membership, role: Role) -> None:
    membership.role = role.value
    membership.save(update_fields=["role"])
