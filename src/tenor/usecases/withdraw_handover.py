"""Take the offer of the buyer's role back, while it is not accepted."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Handover, User
from tenor.domain.account import Actor
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.usecases.members import reader_of
from tenor.usecases.offer_handover import pending_handover
from tenor.usecases.tell import About, Letter, tell, write_to


def withdraw_handover(*, account_id: UUID, actor: Actor, now: datetime) -> None:
    """Withdraw what is pending, and tell who was offered it.

    Raises Refusal: `only_the_buyer_hands_over`; `nothing_to_hand_over` where no offer is pending (any more).
    """
    demand(actor, Permission.HAND_OVER)
    retrying(lambda: _withdraw(account_id, actor, now))


def _withdraw(account_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        offer = pending_handover(account_id)
        if offer is None:
            raise Refusal("nothing_to_hand_over", {})
        withdraw(offer, actor, now)


def withdraw(offer: Handover, actor: Actor, now: datetime) -> None:
    """End the offer. Call with the account locked."""
    person = User.objects.get(id=offer.offered_to_id)
    offer.withdrawn_at = now
    offer.save(update_fields=["withdrawn_at"])
    tell(About(offer.account_id), "handover_withdrawn", actor, now, before={"email": person.email})
    write_to(
        offer.account_id, reader_of(person), now, Letter("handover_withdrawn", offer.id, context={"by": actor.name})
    )
