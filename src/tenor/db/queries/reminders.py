"""Who may have to be told something: found by dates, for a whole book in one query a seller; and whom to write to."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.codec import decode_policy, decode_reminder
from tenor.domain.account import MANDATE_MONTHS, Role
from tenor.domain.offer import Policy
from tenor.domain.reminders import Reminder, ReminderKind
from tenor.domain.reminding import horizon
from tenor.domain.terms import boundary

# Which local day an account was last looked at decides whether anything came since. The dates that are compared are
# those of `domain.reminders`; what is found may prove to owe nothing, what is not found owes nothing.
_DUE = """
WITH of_seller AS NOT MATERIALIZED (
    SELECT a.id, (%(now)s AT TIME ZONE coalesce(z.name, 'UTC'))::date AS today,
           coalesce(a.reminded_on, '-infinity') AS last
    FROM db_account a LEFT JOIN db_timezone z ON z.name = a.time_zone  -- an unknown zone would raise for everybody
    WHERE a.seller_id = %(seller)s
), renewing AS (
    SELECT s.account_id, s.renews_on, s.product_code
    FROM db_subscription s
    WHERE s.renews_on = ANY(%(dates)s) AND s.seller_id = %(seller)s AND s.status = 'active'
      AND s.processor = 'tenor' AND s.channel <> 'reseller'
), news AS (
    SELECT e.product_code, array_agg(DISTINCT greatest(e.announced_on, e.valid_from - %(price_notice)s)) AS days
    FROM db_priceentry e
    WHERE e.seller_id = %(seller)s
      AND greatest(e.announced_on, e.valid_from - %(price_notice)s) BETWEEN %(since)s AND %(first)s + 2
    GROUP BY e.product_code
)
SELECT r.account_id FROM renewing r JOIN of_seller a ON a.id = r.account_id
WHERE EXISTS (SELECT FROM unnest(%(days)s::int[]) d WHERE r.renews_on - d <= a.today AND r.renews_on - d > a.last)
UNION
SELECT r.account_id FROM renewing r JOIN of_seller a ON a.id = r.account_id
WHERE r.renews_on BETWEEN %(first)s AND %(last_debit)s AND r.renews_on - %(pre_notice)s <= a.today AND a.last < a.today
  AND EXISTS (SELECT FROM db_paymentmethod m
              WHERE m.account_id = r.account_id AND m.kind = 'direct_debit' AND m.status = 'active')
UNION
SELECT s.account_id
FROM news n
JOIN db_subscription s ON s.seller_id = %(seller)s AND s.product_code = n.product_code
                      AND s.renews_on BETWEEN %(first)s AND %(last)s AND s.status = 'active'
JOIN of_seller a ON a.id = s.account_id
WHERE EXISTS (SELECT FROM unnest(n.days) d WHERE d > a.last AND d <= a.today)
UNION
SELECT m.account_id FROM db_paymentmethod m JOIN of_seller a ON a.id = m.account_id
WHERE m.status = 'active' AND m.expires_on BETWEEN %(first)s AND %(last_method)s AND m.mandate_reference = ''
  AND m.expires_on - %(expiry)s <= a.today AND m.expires_on - %(expiry)s > a.last
UNION
SELECT m.account_id FROM db_paymentmethod m JOIN of_seller a ON a.id = m.account_id
WHERE m.status = 'active' AND m.mandate_reference <> ''
  AND coalesce(m.mandate_used_on, m.mandate_signed_on) BETWEEN %(first_mandate)s AND %(last_mandate)s
  AND a.last < a.today
ORDER BY 1
"""

_TOLD = """
SELECT account_id, context FROM (
    SELECT DISTINCT ON (m.account_id, m.kind, m.subject_id, m.state) m.account_id, m.context, m.created_at, m.id
    FROM db_mail m
    WHERE m.account_id = ANY(%s) AND m.kind = ANY(%s) AND m.state >= %s
    ORDER BY m.account_id, m.kind, m.subject_id, m.state, m.created_at
) told ORDER BY account_id, created_at, id
"""

_READERS = """
SELECT m.account_id, u.email, u.language, u.optional_reminders
FROM db_membership m JOIN db_user u ON u.id = m.user_id
WHERE m.account_id = ANY(%s) AND m.role = ANY(%s) AND u.is_active
ORDER BY m.account_id, m.role DESC, u.email
"""


@dataclass(frozen=True, slots=True)
class ReminderReader:
    """Somebody who may buy: whom a reminder is for. `wants_optional`: those too that one may do without."""

    address: str
    language: str
    wants_optional: bool


def accounts_to_remind(now: datetime, since: date | None) -> list[UUID]:
    """The accounts that may be owed something now, in the order of their ids: one query a seller.

    `since` is the day up to which everybody was looked at, so that only the dates that came after it are read; None
    reads all dates that anything can be told of. For the worker: it reads everybody's rows.
    """
    found: list[UUID] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, policy FROM db_seller ORDER BY id")
        sellers = cursor.fetchall()
        for seller_id, policy in sellers:
            cursor.execute(_DUE, _asked(seller_id, _policy(policy), now, since))
            found += [account_id for (account_id,) in cursor.fetchall()]
    return found


def _policy(stored: str) -> Policy:
    """The seller's settings; the rules' own where they can't be read. Its accounts are found, and then fail alone."""
    try:
        return decode_policy(json.loads(stored))
    except (ValueError, TypeError):
        return Policy()


def told_reminders(account_ids: Sequence[UUID], since: date) -> dict[UUID, list[Reminder]]:
    """What each account was told already about days from `since` on, the oldest first. One query."""
    found: dict[UUID, list[Reminder]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [list(account_ids), [str(kind) for kind in ReminderKind], since.isoformat()])
        for account_id, context in cursor.fetchall():
            found[account_id].append(decode_reminder(json.loads(context)))
    return found


def readers_of(account_ids: Sequence[UUID]) -> dict[UUID, list[ReminderReader]]:
    """The buyer and the billing admins of each account. One query."""
    found: dict[UUID, list[ReminderReader]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_READERS, [list(account_ids), [str(role) for role in Role if role.may_buy]])
        for account_id, *reader in cursor.fetchall():
            found[account_id].append(ReminderReader(*reader))
    return found


def mark_reminded(days: Iterable[tuple[UUID, date]]) -> None:
    """Write down on which local day each account was looked at. One statement."""
    pairs = list(days)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE db_account a SET reminded_on = seen.day FROM unnest(%s::uuid[], %s::date[]) AS seen (id, day)"
            " WHERE a.id = seen.id",
            [[account_id for account_id, _ in pairs], [day for _, day in pairs]],
        )


def _asked(seller_id: UUID, policy: Policy, now: datetime, since: date | None) -> dict[str, Any]:
    """The dates that the query compares. Somewhere it is still yesterday, and somewhere tomorrow already."""
    first, tomorrow = now.date() - timedelta(days=1), now.date() + timedelta(days=1)
    last = tomorrow + timedelta(days=horizon(policy))
    stages = (*policy.reminder_days, policy.early_reminder_days, policy.monthly_reminder_days)
    days = [days for days in (*stages, policy.price_notice_days, policy.pre_notice_days) if days]
    return {
        "now": now,
        "seller": seller_id,
        "dates": _dates(days, policy.pre_notice_days, first, since) if since else list(_days(first, last)),
        "days": days,
        "first": first,
        "last": last,
        "since": since - timedelta(days=1) if since else date.min,
        "pre_notice": policy.pre_notice_days,
        "last_debit": tomorrow + timedelta(days=policy.pre_notice_days),
        "price_notice": policy.price_notice_days,
        "expiry": policy.method_expiry_days,
        "last_method": tomorrow + timedelta(days=policy.method_expiry_days),
        "first_mandate": boundary(first, -MANDATE_MONTHS) - timedelta(days=3),
        "last_mandate": boundary(tomorrow, -MANDATE_MONTHS) + timedelta(days=policy.method_expiry_days + 3),
    }


def _dates(stages: Iterable[int], pre_notice: int, first: date, since: date) -> list[date]:
    """The renewal dates of which a reminder's day came after `since`, and those of debits that may be announced."""
    came = list(_days(min(since, first) - timedelta(days=1), first + timedelta(days=2)))
    near = {day + timedelta(days=days) for day in came for days in stages}
    return sorted(near | set(_days(first, first + timedelta(days=pre_notice + 2))))


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
