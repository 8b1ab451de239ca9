"""Who sits on which seat. Call within `account_scope`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from tenor.domain.seats import SeatUser

# Only members are shown by name: what somebody's name is, is nothing to learn by typing in their address.
_SEATED = """
SELECT s.subscription_id, s.id, s.user_id, CASE WHEN m.id IS NULL THEN '' ELSE u.name END, u.email, s.assigned_at,
       s.leaves_at_renewal
FROM db_seatassignment s
JOIN db_user u ON u.id = s.user_id
LEFT JOIN db_membership m ON m.account_id = s.account_id AND m.user_id = s.user_id
WHERE s.account_id = %s AND s.released_at IS NULL
ORDER BY s.assigned_at DESC, s.id DESC
"""

_SEATING = """
SELECT s.id, u.id, CASE WHEN m.id IS NULL THEN '' ELSE u.name END, u.email, s.assigned_at, s.leaves_at_renewal
FROM (SELECT user_id FROM db_membership WHERE account_id = %(account)s
      UNION SELECT user_id FROM db_seatassignment WHERE account_id = %(account)s AND released_at IS NULL) known
JOIN db_user u ON u.id = known.user_id
LEFT JOIN db_membership m ON m.account_id = %(account)s AND m.user_id = u.id
LEFT JOIN db_seatassignment s ON s.account_id = %(account)s AND s.user_id = u.id
     AND s.subscription_id = %(subscription)s AND s.released_at IS NULL
ORDER BY s.assigned_at DESC NULLS LAST, s.id DESC, lower(u.name), u.email
"""


@dataclass(frozen=True, slots=True)
class Unseated:
    """Somebody of the account without a seat of the subscription; `name` as of a SeatUser."""

    user_id: str
    name: str
    email: str

    @property
    def label(self) -> str:
        """What people call them."""
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class Seating:
    """Who has a seat of a subscription, who was assigned last first; and who of the account could be given one."""

    users: tuple[SeatUser, ...]
    others: tuple[Unseated, ...]


def seating(account_id: UUID, subscription_id: UUID) -> Seating:
    """Everybody with a role or a seat in the account, apart by whether they have a seat of this one. One query."""
    users: list[SeatUser] = []
    others: list[Unseated] = []
    with connection.cursor() as cursor:
        cursor.execute(_SEATING, {"account": account_id, "subscription": subscription_id})
        for seat_id, user_id, name, email, assigned_at, leaves in cursor.fetchall():
            if seat_id is None:
                others.append(Unseated(str(user_id), name, email))
            else:
                users.append(SeatUser(str(seat_id), str(user_id), name, email, assigned_at, leaves))
    return Seating(tuple(users), tuple(others))


def seat_users(account_id: UUID) -> Mapping[UUID, tuple[SeatUser, ...]]:
    """The users of every subscription that has some, by its id, who was assigned last first. One query."""
    found: dict[UUID, list[SeatUser]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SEATED, [account_id])
        for subscription_id, id_, user_id, name, email, assigned_at, leaves in cursor.fetchall():
            found[subscription_id].append(SeatUser(str(id_), str(user_id), name, email, assigned_at, leaves))
    return {subscription_id: tuple(users) for subscription_id, users in found.items()}


def users_of(account_id: UUID, subscription_id: UUID) -> tuple[SeatUser, ...]:
    """The users of one subscription, who was assigned last first. One query."""
    return seat_users(account_id).get(subscription_id, ())
