"""Which accounts have something to renew: a queue of batches, claimed by leases, done, put off or parked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tenor.db.arrays import array
from tenor.db.leases import LEASE_SECONDS

MOST_CLAIMS = 4
"""A batch that was claimed so often without an end may hold the account that kills its workers: it is halved."""

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7319, 1)"
"""Two workers that look for what is due at the same time would find the same."""

# A term is due from the first instant of its renewal date in the account's own time zone (rules 1). Somewhere it is
# tomorrow already, so that the index is read once to the day after today, before any account is asked for its day:
# left to itself, the planner may search the index anew for each account of the book. A zone that nobody knows would
# raise for everybody: its account is found by UTC, and then fails alone.
_ENQUEUE = """
WITH candidates AS MATERIALIZED (
    SELECT account_id, id, renews_on, auto_renew
    FROM db_subscription
    WHERE renews_on <= least(%(until)s, %(tomorrow)s)
      AND status = 'active' AND processor = 'tenor' AND channel <> 'reseller' AND renewal_claimed_at IS NULL
      AND id NOT IN (SELECT subscription_id FROM db_renewalclaim WHERE subscription_id IS NOT NULL)),
due AS (
    SELECT s.account_id, max(s.renews_on) AS due_on
    FROM candidates s
    JOIN db_account a ON a.id = s.account_id
    LEFT JOIN db_timezone z ON z.name = a.time_zone
    LEFT JOIN db_scheduledchange c
        ON c.account_id = s.account_id AND c.subscription_id = s.id AND c.kind = 'auto_renew'
       AND c.undone_at IS NULL AND c.replaced_at IS NULL AND c.claimed_at IS NULL
    WHERE s.renews_on <= (%(now)s AT TIME ZONE coalesce(z.name, 'UTC'))::date AND coalesce(c.value = 'on', s.auto_renew)
    GROUP BY s.account_id),
fresh AS (
    SELECT account_id, due_on, (row_number() OVER (ORDER BY account_id) - 1) / %(batch)s AS place
    FROM due
    WHERE account_id NOT IN (SELECT unnest(account_ids) FROM db_renewalclaim WHERE subscription_id IS NULL))
INSERT INTO db_renewalclaim (id, account_ids, due_on, place, tries, error)
SELECT gen_random_uuid(), array_agg(account_id ORDER BY account_id), max(due_on), place, 0, ''
FROM fresh GROUP BY place
RETURNING cardinality(account_ids)
"""

_CLAIM = """
UPDATE db_renewalclaim
SET lease_until = statement_timestamp() + make_interval(secs => %(lease)s), tries = tries + 1
WHERE id = (
    SELECT id FROM db_renewalclaim
    WHERE parked_at IS NULL
      AND (lease_until IS NULL OR lease_until < statement_timestamp())
      AND (next_try_at IS NULL OR next_try_at <= statement_timestamp())
    ORDER BY place, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, account_ids, tries
"""

_ADD = """
INSERT INTO db_renewalclaim (id, account_ids, subscription_id, due_on, place, tries, error, next_try_at, parked_at)
SELECT gen_random_uuid(), %(account_ids)s::uuid[], %(subscription)s::uuid, due_on, place, 0, %(error)s,
       statement_timestamp() + make_interval(secs => %(seconds)s),
       CASE WHEN %(parked)s THEN statement_timestamp() END
FROM db_renewalclaim c
WHERE id = %(claim)s
  AND NOT EXISTS (SELECT FROM db_renewalclaim o WHERE o.id <> c.id AND o.account_ids = %(account_ids)s::uuid[]
                                                  AND o.subscription_id IS NOT DISTINCT FROM %(subscription)s::uuid)
"""

_PARK_ALONE = """
INSERT INTO db_renewalclaim (id, account_ids, subscription_id, due_on, place, tries, error, parked_at)
SELECT gen_random_uuid(), %(account_ids)s::uuid[], %(subscription)s::uuid,
       coalesce((SELECT min(s.renews_on) FROM db_subscription s
                 WHERE s.account_id = ANY(%(account_ids)s::uuid[]) AND s.status = 'active'
                   AND s.id = coalesce(%(subscription)s::uuid, s.id)), current_date),
       0, 0, %(error)s, statement_timestamp()
WHERE NOT EXISTS (SELECT FROM db_renewalclaim o WHERE o.account_ids = %(account_ids)s::uuid[]
                                                AND o.subscription_id IS NOT DISTINCT FROM %(subscription)s::uuid)
"""

_RELEASE = """
WITH mine AS (
    SELECT id, min(id::text) OVER () AS first FROM db_renewalclaim
    WHERE account_ids = ARRAY[%s]::uuid[] AND parked_at IS NOT NULL),
one AS (
    UPDATE db_renewalclaim SET parked_at = NULL, next_try_at = NULL, tries = 0, error = '', subscription_id = NULL
    WHERE id IN (SELECT id FROM mine WHERE id::text = first)),
others AS (DELETE FROM db_renewalclaim WHERE id IN (SELECT id FROM mine WHERE id::text <> first))
SELECT count(*) FROM mine
"""

_WAITING = """
SELECT coalesce(sum(cardinality(account_ids)) FILTER (WHERE parked_at IS NULL), 0),
       count(*) FILTER (WHERE parked_at IS NOT NULL),
       coalesce(sum(cardinality(account_ids))
                FILTER (WHERE parked_at IS NULL AND next_try_at > statement_timestamp() + interval '5 seconds'), 0)
FROM db_renewalclaim
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """Accounts that this worker holds until its lease runs out, in the order of their ids."""

    id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many accounts are in the queue: to be worked on, parked, and of the first those put off for a while."""

    open: int
    parked: int
    put_off: int


def enqueue(now: datetime, batch: int, until: date = date.max) -> int:
    """Put every account into the queue that has something to renew at `now`, on dates up to `until`.

    Returns how many came to it. An account that is in it already, even parked, is left where it is.
    """
    days = {"until": until, "tomorrow": now.date() + timedelta(days=1)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_ENQUEUE, {"now": now, "batch": batch, **days})
        return sum(count for (count,) in cursor.fetchall())


def claim() -> Claim | None:
    """Lease the next batch that nobody holds; None where there is none.

    A worker that is killed leaves it to others when the lease runs out. A batch that was claimed again and again
    without an end is halved, down to the account that may be what kills the workers: that one is parked.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, {"lease": LEASE_SECONDS})
            row = cursor.fetchone()
        if row is None:
            return None
        claimed = Claim(row[0], tuple(row[1]))
        if row[2] <= MOST_CLAIMS:
            return claimed
        _halve(claimed)


def _halve(claimed: Claim) -> None:
    middle = len(claimed.account_ids) // 2
    with transaction.atomic():
        if middle == 0:
            park(claimed, claimed.account_ids[0], f"claimed {MOST_CLAIMS} times without an end")
        else:
            put_off(claimed, claimed.account_ids[:middle], 0)
            put_off(claimed, claimed.account_ids[middle:], 0)
        finish(claimed)


def give_back(claimed: Claim, seconds: float) -> None:
    """Nothing was wrong with it: look at it again after a while, as if it had not been claimed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE db_renewalclaim SET lease_until = NULL, tries = greatest(tries - 1, 0),"
            " next_try_at = statement_timestamp() + make_interval(secs => %s) WHERE id = %s AND parked_at IS NULL",
            [seconds, claimed.id],
        )


def finish(claimed: Claim) -> None:
    """Nothing of it is left to do; in the transaction that did it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM db_renewalclaim WHERE id = %s", [claimed.id])


def put_off(claimed: Claim, account_ids: Collection[UUID], seconds: float) -> None:
    """Look at these of a claim again after a while: somebody else holds them. Call before `finish`."""
    if account_ids:
        _add(claimed, account_ids, {"error": "", "seconds": seconds, "parked": False, "subscription": None})


def park(claimed: Claim, account_id: UUID, error: str, subscription_id: UUID | None = None) -> None:
    """Set an account of a claim aside for a person to look at, with what was wrong. Call before `finish`.

    With a subscription, that one alone: whatever else the account renews goes on.
    """
    values = {"error": error, "seconds": 0, "parked": True, "subscription": subscription_id}
    _add(claimed, [account_id], values)


def park_alone(account_id: UUID, error: str, subscription_id: UUID | None = None) -> None:
    """The same for whoever renews an account without a claim."""
    ids = array([account_id])
    values = {"account_ids": ids, "subscription": subscription_id, "error": error}
    with connection.cursor() as cursor:
        cursor.execute(_PARK_ALONE, values)


def parked_accounts() -> frozenset[UUID]:
    """The accounts that wait for a person as a whole. Mostly none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_ids[1] FROM db_renewalclaim WHERE parked_at IS NOT NULL AND subscription_id IS NULL"
        )
        return frozenset(account_id for (account_id,) in cursor.fetchall())


def settled(subscription_ids: Collection[UUID | str]) -> None:
    """These are renewed now: none of them waits for a person any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM db_renewalclaim WHERE parked_at IS NOT NULL AND subscription_id = ANY(%s::uuid[])",
            [array(subscription_ids)],
        )


def _add(claimed: Claim, account_ids: Collection[UUID], values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"claim": claimed.id, "account_ids": array([*account_ids]), **values})


def release_parked(account_id: UUID) -> bool:
    """Let a parked account be tried again, with all of it that was parked. Returns whether there was anything."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [account_id])
        return bool(cursor.fetchone()[0])


def parked() -> Sequence[tuple[UUID, datetime, str]]:
    """The parked accounts with since when, and what was wrong; the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_ids[1], parked_at, error FROM db_renewalclaim WHERE parked_at IS NOT NULL"
            " ORDER BY parked_at DESC"
        )
        return [*cursor.fetchall()]


def waiting() -> Waiting:
    """How many accounts are in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return Waiting(*map(int, cursor.fetchone()))
