"""What an operator looks at: the last runs, open differences, and rows that wait for a person."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

# Every table with a `parked_at`, what people call its rows, and what is known of one besides its error.
_PARKED = {
    "renewal": "SELECT c.id, c.account_ids[1] AS account_id, c.parked_at, c.error,"
    " concat_ws(', ', s.number, format('due on %s', c.due_on)) AS about"
    " FROM db_renewalclaim c LEFT JOIN db_subscription s ON s.id = c.subscription_id",
    "step": "SELECT id, account_id, parked_at, error, format('%s, about %s', duty, subject_id) AS about"
    " FROM db_setaside",
    "payment": "SELECT id, account_id, parked_at, error, format('%s, %s %s in minor units', status, amount_minor,"
    " currency) AS about FROM db_payment",
    "refund": "SELECT id, account_id, parked_at, error, format('%s, %s %s in minor units', status, amount_minor,"
    " currency) AS about FROM db_refund",
    "mail": "SELECT id, account_id, parked_at, error, format('%s to %s', kind, \"to\") AS about FROM db_mail",
    "event": "SELECT id, account_id, parked_at, error, kind AS about FROM db_event",
    "webhook": "SELECT id, NULL::uuid AS account_id, parked_at, error, format('%s %s', gateway, kind) AS about"
    " FROM db_gatewayevent",
}
KINDS = tuple(_PARKED)

MISSED_TERM = "missed term"

# What a person decides upon, and is not tried again.
_TO_DECIDE = {
    MISSED_TERM: "SELECT m.id, m.account_id, CASE WHEN m.forgiven_at IS NULL AND (m.order_id IS NULL OR o.status IN"
    " ('failed', 'canceled', 'expired')) THEN m.found_at END AS parked_at,"
    " 'it was over before anybody charged it: forgive it, or bill it' AS error,"
    " format('%s, %s to %s, %s seats', s.number, m.starts_on, m.ends_on, m.seats) AS about"
    " FROM db_missedterm m JOIN db_subscription s ON s.account_id = m.account_id AND s.id = m.subscription_id"
    " LEFT JOIN db_order o ON o.account_id = m.account_id AND o.id = m.order_id",
}

_LAST_RUN = """
SELECT finished_at, summary::text FROM db_run WHERE duty = %s AND finished_at IS NOT NULL ORDER BY day DESC LIMIT 1
"""

_ALL_PARKED = " UNION ALL ".join(
    f"SELECT '{kind}' AS kind, r.* FROM ({rows}) r WHERE parked_at IS NOT NULL"  # noqa: S608 - our own text
    for kind, rows in (_PARKED | _TO_DECIDE).items()
)
_LIST = f"""
SELECT p.kind, p.id, coalesce(a.number, ''), p.parked_at, p.about, p.error
FROM ({_ALL_PARKED.replace("%", "%%")}) p LEFT JOIN db_account a ON a.id = p.account_id
ORDER BY p.parked_at DESC, p.id LIMIT %s
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a duty that was finished, and what came of it."""

    finished_at: datetime
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parked:
    """A row that was set aside for a person. `kind` as in KINDS, `account` its number ("" where it has none)."""

    kind: str
    id: UUID
    account: str
    parked_at: datetime
    about: str
    error: str


def find_last_run(duty: str) -> LastRun | None:
    """None where it has never been finished."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_RUN, [duty])
        row = cursor.fetchone()
    return LastRun(row[0], json.loads(row[1])) if row else None


def count_differences() -> int:
    """Differences from a gateway's books that no later look has resolved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM db_difference WHERE resolved_at IS NULL")
        return int(cursor.fetchone()[0])


def count_parked() -> dict[str, int]:
    """How many rows of each kind are parked; kinds without any are left out."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT kind, count(*) FROM ({_ALL_PARKED}) p GROUP BY kind")  # noqa: S608 - our own text
        found = dict(cursor.fetchall())
    return {kind: found[kind] for kind in (*KINDS, *_TO_DECIDE) if kind in found}


def list_parked(limit: int) -> tuple[Parked, ...]:
    """Parked rows, those that were parked last first."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST, [limit])
        return tuple(Parked(*row) for row in cursor.fetchall())
