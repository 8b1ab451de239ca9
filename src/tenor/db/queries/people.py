"""Who belongs to an account and who uses its seats, who is invited, the buyer's role on its way. Within the scope."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tenor.db.models import Handover, Invitation, Membership
from tenor.domain.account import Person, Role

# Who has no role in the account is shown by address: a name is nothing to learn by giving an address a seat.
_PEOPLE = """
WITH seated AS (
    SELECT s.user_id, jsonb_agg(
        jsonb_build_array(b.id, p.name, concat_ws(' · ', nullif(b.label, ''), b.number)) ORDER BY p.name, b.number
    ) AS seats
    FROM db_seatassignment s
    JOIN db_subscription b ON b.account_id = s.account_id AND b.id = s.subscription_id
    JOIN db_product p ON p.seller_id = b.seller_id AND p.code = b.product_code
    WHERE s.account_id = %(account)s AND s.released_at IS NULL
    GROUP BY s.user_id
)
SELECT u.id, CASE WHEN m.id IS NULL THEN '' ELSE u.name END, u.email, coalesce(m.role, ''), seated.seats
FROM (SELECT id, user_id, role FROM db_membership WHERE account_id = %(account)s) m
FULL JOIN seated ON seated.user_id = m.user_id
JOIN db_user u ON u.id = coalesce(m.user_id, seated.user_id)
"""

_SEATS_IN_USE = """
SELECT b.id, p.name, concat_ws(' · ', nullif(b.label, ''), b.number), b.seats,
       (SELECT count(*) FROM db_seatassignment s
        WHERE s.account_id = b.account_id AND s.subscription_id = b.id AND s.released_at IS NULL)
FROM db_subscription b
JOIN db_product p ON p.seller_id = b.seller_id AND p.code = b.product_code
WHERE b.account_id = %s AND b.status IN ('active', 'past_due')
ORDER BY p.name, b.number
"""

_RANKS = {str(role): rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat that somebody uses: the subscription, its product's name, its number after its label."""

    subscription_id: UUID
    product: str
    number: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of the account. `role` is "" for who only uses seats; so is their name then."""

    id: UUID
    name: str
    email: str
    role: str
    seats: tuple[Seat, ...]

    @property
    def label(self) -> str:
        """What people call them."""
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that was neither accepted nor withdrawn; it may have expired."""

    id: UUID
    email: str
    role: str
    invited_by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """The buyer's role on its way: whose it is, and to whom it is offered."""

    offered_by: UUID
    offered_by_name: str
    offered_to: UUID
    offered_to_name: str
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class SeatsInUse:
    """How many of a subscription's seats have a user. Only subscriptions with access have seats to use."""

    subscription_id: UUID
    product: str
    number: str
    seats: int
    used: int

    @property
    def free(self) -> int:
        """Seats without a user."""
        return max(0, self.seats - self.used)


def people_of(account_id: UUID) -> tuple[PersonRow, ...]:
    """Everybody: by role, the buyer first and seat users last, then by name. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"account": account_id})
        found = cursor.fetchall()
    rows = [PersonRow(id_, name, email, role, _seats(seats)) for id_, name, email, role, seats in found]
    return tuple(sorted(rows, key=lambda row: (_RANKS.get(row.role, len(_RANKS)), row.label.lower(), row.email)))


def colleagues(account_id: UUID) -> tuple[Person, ...]:
    """Those with a role, as the domain knows them. One query."""
    rows = Membership.objects.filter(account_id=account_id).order_by("id")
    found = rows.values_list("user_id", "user__name", "role")
    return tuple(Person(str(user_id), name, Role(role)) for user_id, name, role in found)


def open_invitations(account_id: UUID) -> tuple[InvitationRow, ...]:
    """Invitations that wait, the newest first. One query."""
    waiting = Invitation.objects.filter(account_id=account_id, accepted_at=None, revoked_at=None)
    rows = waiting.order_by("-invited_at", "-id").values_list("id", "email", "role", "invited_by__name", "expires_at")
    return tuple(InvitationRow(*row) for row in rows)


def pending_handover(account_id: UUID) -> HandoverRow | None:
    """The offer of the buyer's role that waits for an answer. One query."""
    waiting = Handover.objects.filter(account_id=account_id, accepted_at=None, declined_at=None, withdrawn_at=None)
    names = ("offered_by_id", "offered_by__name", "offered_to_id", "offered_to__name", "offered_at")
    return next((HandoverRow(*row) for row in waiting.values_list(*names)), None)


def seats_in_use(account_id: UUID) -> tuple[SeatsInUse, ...]:
    """Every subscription with access, by product and number. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SEATS_IN_USE, [account_id])
        return tuple(SeatsInUse(*row) for row in cursor.fetchall())


def _seats(column: str | None) -> tuple[Seat, ...]:
    return tuple(Seat(UUID(id_), product, number) for id_, product, number in json.loads(column or "[]"))
