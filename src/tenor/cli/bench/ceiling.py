"""The ceiling: the rows that the night would write, worked out before the clock starts, written and nothing else.

The same tables with all their indexes and constraints, the same batches and connections: COPY, and one UPDATE from
arrays a batch. What the night needs beyond this time is ours: claiming, loading, planning, packing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from time import perf_counter
from uuid import UUID

from django.db import connection, transaction

from tenor.db.night.rows import Sheets
from tenor.db.night.writing import NumberBlocks, write_claims
from tenor.db.numbers import take_numbers
from tenor.usecases.renew_accounts import pack_renewals


@dataclass(frozen=True, slots=True)
class _Batch:
    sheets: Sheets
    packed: Sequence[bytes]


def write_ceiling(
    seller_id: UUID, renews_on: date, now: datetime, batch: int, share: tuple[int, int]
) -> tuple[int, float]:
    """Write the rows of every account that renews on that day; of those, the share (n, of so many) of one worker.

    Returns how many terms that were, and the seconds of writing alone.
    """
    batches = [*_prepared(seller_id, renews_on, now, batch, share)]
    began = perf_counter()
    for each in batches:
        with transaction.atomic(), connection.cursor() as cursor:
            write_claims(cursor, each.sheets, now)
            for rows, packed in zip(each.sheets.in_order(), each.packed, strict=True):
                if rows:
                    rows.copy_packed(cursor, packed)
    return sum(len(each.sheets.claimed) for each in batches), perf_counter() - began


def _prepared(seller_id: UUID, renews_on: date, now: datetime, batch: int, share: tuple[int, int]) -> Iterator[_Batch]:
    number, of = share
    ids = iter(_accounts(renews_on)[number::of])
    while chunk := list(islice(ids, batch)):
        sheets = pack_renewals(chunk, now, NumberBlocks(), renews_on)[seller_id]
        sheets.number_invoices(take_numbers(seller_id, "invoice", len(sheets.invoices)))
        yield _Batch(sheets, [rows.packed() for rows in sheets.in_order()])


def _accounts(renews_on: date) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT account_id FROM db_subscription WHERE renews_on = %s ORDER BY 1", [renews_on])
        return [account_id for (account_id,) in cursor.fetchall()]
