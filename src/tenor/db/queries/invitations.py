"""An invitation by the token in its link: before any account is set, by somebody who may not be known yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

_FIND = """
SELECT i.id, i.account_id, i.account_name, i.country, i.email, i.role, i.language, i.invited_by,
       i.expires_at, i.accepted_at, i.revoked_at, i.person_id, i.person_name
FROM invitation_by_token(%s) i
"""


@dataclass(frozen=True, slots=True)
class InvitationFound:
    """What the invited person may know. `person_id` and `person_name` are those of who has the address already."""

    id: UUID
    account_id: UUID
    account_name: str
    country: str
    email: str
    role: str
    language: str
    invited_by: str
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None
    person_id: UUID | None
    person_name: str | None


def find_invitation(token_digest: str) -> InvitationFound | None:
    """The database's own function answers with its owner's rights (see migration 0011)."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [token_digest])
        row = cursor.fetchone()
    return None if row is None else InvitationFound(*row)
