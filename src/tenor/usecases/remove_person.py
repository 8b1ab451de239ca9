"""Remove a person from the account: no role and no seat is left to them."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Handover, Membership, SeatAssignment, User
from tenor.domain.account import Actor, Role
from tenor.domain.permissions import Permission, demand, demand_role_to_give
from tenor.domain.refusals import Refusal
from tenor.usecases.close_calendar import close_calendar
from tenor.usecases.members import reader_of
from tenor.usecases.release_seats import release
from tenor.usecases.tell import About, Letter, tell, write_to
from tenor.usecases.withdraw_handover import withdraw


def remove_person(*, account_id: UUID, user_id: UUID, actor: Actor, now: datetime) -> None:
    """Take role and seats, and tell the person; an offer of the buyer's role to them is withdrawn.

    The membership is deleted, for it says what somebody may do now; the event keeps what it was.
    Raises Refusal: `role_may_not_manage_users`; `unknown_person` who has neither role nor seat; `buyer_is_handed_over`;
    `role_not_yours_to_give` where their role includes more than the actor's.
    """
    demand(actor, Permission.MANAGE_USERS)
    retrying(lambda: _remove(account_id, user_id, actor, now))


def _remove(account_id: UUID, user_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        membership = Membership.objects.filter(account_id=account_id, user_id=user_id).first()
        seated = SeatAssignment.objects.select_related("user").filter(account_id=account_id, released_at=None)
        seats = list(seated.filter(user_id=user_id))
        if membership is None and not seats:
            raise Refusal("unknown_person", {"person": str(user_id)})
        if membership is not None:
            demand_role_to_give(actor, Role(membership.role))
            _end(membership, actor, now)
        release(seats, actor, now)


def _end(membership: Membership, actor: Actor, now: datetime) -> None:
    account_id = membership.account_id
    person = User.objects.get(id=membership.user_id)
    offers = Handover.objects.filter(account_id=account_id, offered_to=person)
    for offer in offers.filter(accepted_at=None, declined_at=None, withdrawn_at=None):
        withdraw(offer, actor, now)
    tell(About(account_id), "person_removed", actor, now, before={"email": person.email, "role": membership.role})
    letter = Letter("person_removed", membership.id, context={"by": actor.name})
    write_to(account_id, reader_of(person), now, letter)
    close_calendar(account_id=account_id, user_id=person.id, now=now)
    membership.delete()
