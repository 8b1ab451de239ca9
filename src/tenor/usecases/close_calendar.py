"""Turn a person's calendar feed off: its address leads nowhere from then on."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.models import CalendarFeed


def close_calendar(*, account_id: UUID, user_id: UUID, now: datetime) -> None:
    """Safe to repeat: what is off stays off. Turned on again, it gets another address."""
    with account_scope(account_id):
        own = CalendarFeed.objects.filter(account_id=account_id, user_id=user_id, turned_off_at=None)
        own.update(turned_off_at=now)
