"""Offer the buyer's role to a person of the account: the first half of handing it over."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Handover, User
from tenor.domain.account import Actor, Role
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.usecases.members import called, member, reader_of
from tenor.usecases.tell import About, Letter, tell, write_to


def offer_handover(*, account_id: UUID, user_id: UUID, actor: Actor, now: datetime) -> None:
    """Keep the offer and tell the person; nothing changes before they accept. Safe to repeat.

    Raises Refusal: `only_the_buyer_hands_over`; `unknown_person`; `handover_to_oneself`; `handover_pending` to
    somebody else.
    """
    demand(actor, Permission.HAND_OVER)
    retrying(lambda: _offer(account_id, user_id, actor, now))


def _offer(account_id: UUID, user_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        person = member(account_id, user_id).user
        if str(person.id) == actor.id:
            raise Refusal("handover_to_oneself", {})
        if member(account_id, UUID(actor.id)).role != Role.BUYER:  # handed over in another window
            raise Refusal("only_the_buyer_hands_over", {})
        pending = pending_handover(account_id)
        if pending is not None and pending.offered_to_id == person.id:
            return
        if pending is not None:
            other = User.objects.get(id=pending.offered_to_id)
            raise Refusal("handover_pending", {"person": called(other)})
        offer = Handover.objects.create(
            id=new_id(), account_id=account_id, offered_by_id=actor.id, offered_to=person, offered_at=now
        )
        tell(About(account_id), "handover_offered", actor, now, after={"email": person.email})
        write_to(account_id, reader_of(person), now, Letter("handover_offered", offer.id, context={"by": actor.name}))


def pending_handover(account_id: UUID) -> Handover | None:
    """The offer that waits for an answer, if there is one."""
    offers = Handover.objects.filter(account_id=account_id, accepted_at=None, declined_at=None, withdrawn_at=None)
    return offers.first()
