"""Who sits on which seat. Call within `account_scope`."""

from collections import defaultdict
from collections.abc import Mapping
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
