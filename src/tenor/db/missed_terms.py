"""Terms that nobody charged in time: written down once, in the transaction that moves the renewal date past them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from tenor.db.arrays import array
from tenor.db.ids import new_id
from tenor.db.models import MissedTerm as Row
from tenor.db.transitions import ChangedMeanwhile
from tenor.domain.missed import MissedTerm

Missed = tuple[UUID, Sequence[MissedTerm]]
"""An account with what one of its subscriptions missed, the first first."""

_MOVE = """
UPDATE db_subscription s SET renews_on = moved.after
FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::date[]) AS moved (account_id, id, before, after)
WHERE s.account_id = moved.account_id AND s.id = moved.id AND s.renews_on = moved.before AND s.status = 'active'
"""


def write_missed(missed: Iterable[Missed], now: datetime) -> None:
    """Write the terms down, and move the renewal dates to the end of the last of them. Two statements for all.

    Call with the accounts locked. Raises ChangedMeanwhile where a renewal date is another one by now.
    """
    found = list(missed)
    if not found:
        return
    Row.objects.bulk_create(_row(account_id, term, now) for account_id, terms in found for term in terms)
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            [
                array(account_id for account_id, _ in found),
                array(UUID(terms[0].subscription_id) for _, terms in found),
                [terms[0].period.start for _, terms in found],
                [terms[-1].period.end for _, terms in found],
            ],
        )
        if cursor.rowcount != len(found):
            raise ChangedMeanwhile(f"{len(found) - cursor.rowcount} renewal dates are not what they were")


def _row(account_id: UUID, term: MissedTerm, now: datetime) -> Row:
    return Row(
        id=new_id(),
        account_id=account_id,
        subscription_id=term.subscription_id,
        starts_on=term.period.start,
        ends_on=term.period.end,
        months=term.item.term.months,
        plan_code=term.item.plan,
        seats=term.seats,
        found_at=now,
    )
