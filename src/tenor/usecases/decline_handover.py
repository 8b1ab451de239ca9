"""Decline the buyer's role that was offered."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Handover, User
from tenor.domain.account import Actor
from tenor.domain.refusals import Refusal
from tenor.usecases.members import reader_of
from tenor.usecases.offer_handover import pending_handover
from tenor.usecases.tell import About, Letter, tell, write_to


def decline_handover(*, account_id: UUID, actor: Actor, now: datetime) -> None:
    """End the offer that was made to the actor, and tell the buyer.

    Raises Refusal: `nothing_to_hand_over` where no offer to the actor is pending (any more).
    """
    retrying(lambda: _decline(account_id, actor, now))


def _decline(account_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        offer = offered_to(account_id, actor)
        offer.declined_at = now
        offer.save(update_fields=["declined_at"])
        tell(About(account_id), "handover_declined", actor, now)
        buyer = User.objects.get(id=offer.offered_by_id)
        letter = Letter("handover_declined", offer.id, context={"person": actor.name})
        write_to(account_id, reader_of(buyer), now, letter)


def offered_to(account_id: UUID, actor: Actor) -> Handover:
    """The pending offer to the actor. Raises Refusal("nothing_to_hand_over") where there is none."""
    offer = pending_handover(account_id)
    if offer is None or str(offer.offered_to_id) != actor.id:
        raise Refusal("nothing_to_hand_over", {})
    return offer
