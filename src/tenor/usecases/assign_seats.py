"""Give and take many seats at once, as a list says, and exactly as it was shown."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import retrying
from tenor.db.models import SeatAssignment, Subscription
from tenor.db.queries.people import people_of
from tenor.db.queries.seats import seat_users
from tenor.domain.account import Actor
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.domain.seat_lists import SeatLine, SeatPlan, plan_seats
from tenor.usecases.assign_seat import give_seat
from tenor.usecases.load import Loaded, load, lock_and_load
from tenor.usecases.release_seats import release


def look_at_seats(*, account_id: UUID, lines: Sequence[SeatLine], now: datetime) -> SeatPlan:
    """What the list would change now; nothing is written."""
    with account_scope(account_id):
        return _plan(account_id, load(account_id, now), lines)


def assign_seats(
    *, account_id: UUID, lines: Sequence[SeatLine], shown: Sequence[Sequence[str]], actor: Actor, now: datetime
) -> SeatPlan:
    """Carry the list out, and tell whoever it concerns. `shown` are the changes as they were confirmed (`changes`).

    All or nothing, with the account locked. Raises Refusal: `role_may_not_manage_users`; `seat_list_changed` where it
    would do something else by now.
    """
    demand(actor, Permission.MANAGE_USERS)
    return retrying(lambda: _assign(account_id, lines, shown, actor, now))


def _assign(
    account_id: UUID, lines: Sequence[SeatLine], shown: Sequence[Sequence[str]], actor: Actor, now: datetime
) -> SeatPlan:
    with account_scope(account_id):
        plan = _plan(account_id, lock_and_load(account_id, now), lines)
        if [list(change) for change in plan.changes] != [list(change) for change in shown]:
            raise Refusal("seat_list_changed", {})
        own = SeatAssignment.objects.select_related("user").filter(account_id=account_id, released_at=None)
        release(own.filter(id__in=[taken.user.id for taken in plan.taken]).order_by("id"), actor, now)
        subscriptions = Subscription.objects.filter(account_id=account_id).in_bulk(
            [UUID(given.subscription_id) for given in plan.given]
        )
        for given in plan.given:
            give_seat(subscriptions[UUID(given.subscription_id)], given.email, actor, now)
        return plan


def _plan(account_id: UUID, loaded: Loaded, lines: Sequence[SeatLine]) -> SeatPlan:
    known = frozenset(person.email for person in people_of(account_id))
    seated = {str(key): users for key, users in seat_users(account_id).items()}
    return plan_seats(lines, loaded.state.subscriptions, seated, known)
