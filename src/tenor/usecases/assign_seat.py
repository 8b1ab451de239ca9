"""Give somebody a seat of a subscription."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Account, SeatAssignment, Subscription, User
from tenor.db.people import person_with_address
from tenor.domain.account import Actor
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.domain.seat_lists import WITH_ACCESS
from tenor.usecases.members import reader_of
from tenor.usecases.tell import About, Letter, tell, write_to


def assign_seat(*, account_id: UUID, subscription_id: UUID, email: str, actor: Actor, now: datetime) -> None:
    """Assign a seat to the person with that address, and tell them. Safe to repeat.

    Who has no role in the account gets none by this: an address is enough to use a seat. Never more people than seats:
    the account is locked while they are counted.
    Raises Refusal: `role_may_not_manage_users`; `unknown_subscription`; `seats_without_access`; `no_seat_left`.
    """
    demand(actor, Permission.MANAGE_USERS)
    retrying(lambda: _assign(account_id, subscription_id, email.lower(), actor, now))


def _assign(account_id: UUID, subscription_id: UUID, email: str, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        subscription = Subscription.objects.filter(account_id=account_id, id=subscription_id).first()
        if subscription is None:
            raise Refusal("unknown_subscription", {"subscription": str(subscription_id)})
        if subscription.status not in WITH_ACCESS:
            raise Refusal("seats_without_access", {})
        seated = SeatAssignment.objects.filter(account_id=account_id, subscription=subscription, released_at=None)
        if seated.filter(user__email=email).exists():
            return
        if seated.count() >= subscription.seats:
            raise Refusal("no_seat_left", {"seats": subscription.seats})
        give_seat(subscription, email, actor, now)


def give_seat(subscription: Subscription, email: str, actor: Actor, now: datetime) -> None:
    """Give a free seat to whoever has that address, and tell them. Call with the account locked."""
    account_id = subscription.account_id
    language = Account.objects.values_list("language", flat=True).get(id=account_id)
    person = User.objects.get(id=person_with_address(email, language=language))
    seat = SeatAssignment.objects.create(
        id=new_id(), account_id=account_id, subscription=subscription, user=person, assigned_at=now
    )
    about = About(account_id, subscription=subscription.id)
    tell(about, "seat_assigned", actor, now, after={"email": person.email})
    context = {"by": actor.name, "subscription": str(subscription.id)}
    write_to(account_id, reader_of(person), now, Letter("seat_assigned", seat.id, context=context))
