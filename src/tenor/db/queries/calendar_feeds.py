"""Calendar feeds: whose one is, by the token in its address; and a person's own."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from tenor.db.models import CalendarFeed


@dataclass(frozen=True, slots=True)
class FeedFound:
    """What an address leads to: the account, in the language of the person who gave it to their calendar program."""

    account_id: UUID
    language: str


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """A person's own feed, from which the token in its address is worked out."""

    id: UUID
    serial: int


def find_feed(token_digest: str) -> FeedFound | None:
    """The database's own function answers with its owner's rights (see migration 0032). None for one that is off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT f.account_id, f.language FROM calendar_feed_by_token(%s) f", [token_digest])
        row = cursor.fetchone()
    return None if row is None else FeedFound(*row)


def own_feed(account_id: UUID, user_id: UUID) -> OwnFeed | None:
    """The feed that the person has turned on. Call within `account_scope`."""
    found = CalendarFeed.objects.filter(account_id=account_id, user_id=user_id, turned_off_at=None)
    row = found.values_list("id", "serial").first()
    return None if row is None else OwnFeed(*row)
