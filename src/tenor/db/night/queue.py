"""Which accounts have something to renew: put into a queue, claimed from it by leases, done or parked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from tenor.db.leases import LEASE_SECONDS, MOST_TRIES

# A term is due from the first instant of its renewal date in the account's own time zone (rules 1). Somewhere it is
# tomorrow already, so that the index is read to the day after today and the time zone decides.
_ENQUEUE = """
INSERT INTO db_renewalclaim (id, account_id, due_on, tries, error)
SELECT gen_random_uuid(), s.account_id, min(s.renews_on), 0, ''
FROM db_subscription s JOIN db_account a ON a.id = s.account_id
WHERE s.renews_on <= %(tomorrow)s
  AND s.renews_on <= least(%(until)s, (%(now)s AT TIME ZONE a.time_zone)::date)
  AND s.status = 'active' AND s.processor = 'tenor' AND s.channel <> 'reseller' AND s.renewal_claimed_at IS NULL
  AND coalesce((SELECT c.value = 'on' FROM db_scheduledchange c
                WHERE c.account_id = s.account_id AND c.subscription_id = s.id AND c.kind = 'auto_renew'
                  AND c.undone_at IS NULL AND c.replaced_at IS NULL AND c.claimed_at IS NULL), s.auto_renew)
GROUP BY s.account_id
ORDER BY s.account_id
ON CONFLICT (account_id) DO NOTHING
"""

_FREE = """
c.parked_at IS NULL AND c.due_on <= %(until)s
AND (c.lease_until IS NULL OR c.lease_until < statement_timestamp())
AND (c.next_try_at IS NULL OR c.next_try_at <= statement_timestamp())
"""

_CLAIM = f"""
UPDATE db_renewalclaim
SET lease_until = statement_timestamp() + make_interval(secs => %(lease)s), tries = tries + 1
WHERE account_id IN (
    SELECT c.account_id FROM db_renewalclaim c
    WHERE c.account_id > %(after)s AND {_FREE}
    ORDER BY c.account_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING account_id, tries
"""  # noqa: S608 - both parts are ours

_WAITING = """
SELECT count(*) FILTER (WHERE parked_at IS NULL), count(*) FILTER (WHERE parked_at IS NOT NULL),
       count(*) FILTER (WHERE parked_at IS NULL AND next_try_at > statement_timestamp() + interval '5 seconds')
FROM db_renewalclaim WHERE due_on <= %s
"""

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many accounts are in the queue: to be worked on, parked, and of the first those put off for a while."""

    open: int
    parked: int
    put_off: int


def enqueue(now: datetime, until: date = date.max) -> int:
    """Put every account into the queue that has something to renew at `now`, on dates up to `until`.

    Returns how many came to it. An account that is in it already stays as it is.
    """
    tomorrow = now.date() + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE, {"now": now, "until": until, "tomorrow": tomorrow})
        return int(cursor.rowcount)


def claim(limit: int, *, after: UUID = NOBODY, until: date = date.max) -> list[UUID]:
    """Lease that many accounts that nobody holds, in the order of their ids, from behind the account `after` on.

    A worker that is killed leaves them to others when the lease runs out; an account that was claimed too often without
    being done is parked: it may be what kills the workers.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"limit": limit, "after": after, "until": until, "lease": LEASE_SECONDS})
        claimed = sorted(cursor.fetchall())
    worn_out = [account_id for account_id, tries in claimed if tries > MOST_TRIES]
    for account_id in worn_out:
        park(account_id, f"claimed {MOST_TRIES} times without an end")
    return [account_id for account_id, tries in claimed if tries <= MOST_TRIES]


def finish(account_ids: Iterable[UUID]) -> None:
    """Nothing is left to do for these; in the transaction that did it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM db_renewalclaim WHERE account_id = ANY(%s)", [list(account_ids)])


def put_off(account_ids: Iterable[UUID], seconds: float) -> None:
    """Try these again after a while: somebody else holds them. That is no failure, and is not counted as one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE db_renewalclaim SET lease_until = NULL, tries = greatest(tries - 1, 0),"
            " next_try_at = statement_timestamp() + make_interval(secs => %s) WHERE account_id = ANY(%s)",
            [seconds, list(account_ids)],
        )


def park(account_id: UUID, error: str) -> None:
    """Set an account aside for a person to look at, with what was wrong."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE db_renewalclaim SET lease_until = NULL, parked_at = statement_timestamp(), error = %s"
            " WHERE account_id = %s",
            [error, account_id],
        )


def release_parked(account_id: UUID) -> bool:
    """Let a parked account be tried again. Returns whether there was one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE db_renewalclaim SET parked_at = NULL, next_try_at = NULL, tries = 0, error = ''"
            " WHERE account_id = %s AND parked_at IS NOT NULL",
            [account_id],
        )
        return bool(cursor.rowcount)


def waiting(until: date = date.max) -> Waiting:
    """How much is in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [until])
        return Waiting(*cursor.fetchone())
