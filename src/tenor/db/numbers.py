"""Gap-free numbers: the next one of a series, given back when the transaction is (rules 10)."""

from uuid import UUID

from django.db import connection

DIGITS = 6


class SeriesMissing(LookupError):
    """The seller has no such series of numbers."""


def take_number(seller_id: UUID, series: str) -> str:
    """The next number of the seller's series, such as "INV-000042". Raises SeriesMissing."""
    return take_numbers(seller_id, series, 1)[0]


def take_numbers(seller_id: UUID, series: str, count: int) -> list[str]:
    """That many numbers in order.

    Nobody else gets a number of this series until this transaction ends: take it late, and be brief.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE db_numberseries SET next_number = next_number + %s WHERE seller_id = %s AND series = %s"
            " RETURNING prefix, next_number",
            [count, seller_id, series],
        )
        row = cursor.fetchone()
    if row is None:
        raise SeriesMissing(f"seller {seller_id} has no series {series!r}")
    prefix, following = row
    return [f"{prefix}{number:0{DIGITS}d}" for number in range(following - count, following)]
