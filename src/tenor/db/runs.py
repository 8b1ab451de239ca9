"""Who carries out today's run of a duty: one worker of all, by a lease that it renews; after a crash another one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from tenor.db.ids import new_id
from tenor.db.leases import seconds_from_now
from tenor.db.models import Run

LEASE_SECONDS = 300
"""A run renews its lease as it goes on; one that failed is tried again when the lease has run out."""

_CLAIM = """
INSERT INTO db_run (id, duty, day, started_at, lease_until, summary)
VALUES (%(id)s, %(duty)s, %(day)s, %(now)s, now() + make_interval(secs => %(lease)s), '{}')
ON CONFLICT (duty, day) DO UPDATE SET lease_until = excluded.lease_until
WHERE db_run.finished_at IS NULL AND db_run.lease_until < now()
RETURNING id
"""


def claim_run(duty: str, day: date, now: datetime) -> UUID | None:
    """Take the day's run of the duty; None where another worker has it, or has done it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"id": new_id(), "duty": duty, "day": day, "now": now, "lease": LEASE_SECONDS})
        row = cursor.fetchone()
    return row[0] if row else None


def is_done(duty: str, day: date) -> bool:
    """Whether somebody has finished the day's run."""
    return Run.objects.filter(duty=duty, day=day).exclude(finished_at=None).exists()


def keep_run(run_id: UUID) -> None:
    """We are still at it."""
    Run.objects.filter(id=run_id).update(lease_until=seconds_from_now(LEASE_SECONDS))


def finish_run(run_id: UUID, now: datetime, summary: Mapping[str, Any]) -> None:
    """The run is done, and this came of it."""
    Run.objects.filter(id=run_id).update(finished_at=Greatest("started_at", Value(now)), summary=summary)
