"""What a book's customers were told of a day before it came, and whether the night kept it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from tenor.db.models import Account
from tenor.db.snapshots import load_accounts
from tenor.domain.forecast import UpcomingKind, forecast
from tenor.domain.quote import LineKind
from tenor.usecases.offered import offered

BATCH = 500
# What the night's orders say and what the provider was asked for, by subscription.
_CHARGED = """
SELECT l.subscription_id::text, l.seats, l.amount_minor
FROM db_orderline l JOIN db_order o ON o.account_id = l.account_id AND o.id = l.order_id
WHERE l.kind = 'term' AND l.starts_on = %s AND o.status IN ('processing', 'paid', 'fulfilled')
"""


@dataclass(frozen=True, slots=True)
class Promised:
    """Seats, and what they cost as priced, in minor units: what a page of upcoming payments says of a subscription."""

    seats: int
    minor: int


def promised_for(day: date) -> dict[str, Promised]:
    """What every customer's page of upcoming payments names for that day, as it stands now; by subscription."""
    return {key: promised for ids in _batches() for key, promised in _of_batch(ids, day)}


def broken(promised: dict[str, Promised], day: date) -> int:
    """How many of these promises were not kept, and how many terms were charged that nobody was told of."""
    with connection.cursor() as cursor:
        cursor.execute(_CHARGED, [day])
        charged = {key: Promised(seats, minor) for key, seats, minor in cursor.fetchall()}
    return sum(promised.get(key) != charged.get(key) for key in promised.keys() | charged.keys())


def _batches() -> Iterator[list[UUID]]:
    ids = list(Account.objects.order_by("id").values_list("id", flat=True))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _of_batch(ids: list[UUID], day: date) -> Iterator[tuple[str, Promised]]:
    for snapshot in load_accounts(ids).values():
        offer = offered(snapshot.seller_id, snapshot.catalog_revision)
        for one in forecast(snapshot.state, offer, day, months=1):
            if one.kind is UpcomingKind.PAYMENT and one.on == day and one.quote is not None:
                yield from (
                    (line.subscription_id, Promised(line.seats, line.amount.minor))
                    for line in one.quote.lines
                    if line.kind is LineKind.TERM
                )
