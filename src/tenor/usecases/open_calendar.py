"""Give a person's calendar program an address of its own; where it had one, that is dead from then on."""

from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import CalendarFeed
from tenor.usecases.calendar_token import calendar_token
from tenor.usecases.invitation_token import digest_of


def open_calendar(*, account_id: UUID, user_id: UUID) -> None:
    """Turn the feed on, or renew its address. Whoever belongs to the account may: it tells what they may look at."""
    retrying(lambda: _open(account_id, user_id))


def _open(account_id: UUID, user_id: UUID) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        found = CalendarFeed.objects.filter(account_id=account_id, user_id=user_id).first()
        feed = found or CalendarFeed(account_id=account_id, user_id=user_id, serial=0)
        feed.serial += 1
        feed.token_digest = digest_of(calendar_token(feed.id, feed.serial))
        feed.turned_off_at = None
        if found is None:
            feed.save(force_insert=True)
        else:
            feed.save(update_fields=["serial", "token_digest", "turned_off_at"])
