"""Claims of work: a lease by the database's clock, so that a killed worker's rows come free by themselves."""

from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from tenor.db.models.base import Attempt
from tenor.db.models.payment import Payment, Refund

LEASE_SECONDS = 60
"""Longer than any call of a gateway may take."""

MOST_TRIES = 12
"""A row that failed as often is parked with its error, shown to staff, and blocks nobody."""

MOST_WAITS = 84
"""A row that waits for somebody who is away is parked after so many tries: the first twelve take an hour together, and
the others an hour each, so that it is three days."""

LONGEST_PAUSE_SECONDS = 3600

Row = TypeVar("Row", bound=Attempt)


def seconds_from_now(seconds: int) -> CombinedExpression:
    """An instant by the database's clock, as an expression to save."""
    return Now() + timedelta(seconds=seconds)


def lease_ends() -> CombinedExpression:
    """When a lease taken now runs out."""
    return seconds_from_now(LEASE_SECONDS)


def claim(model: type[Row], due: Q, limit: int) -> list[Row]:
    """Lease up to `limit` rows that are due, unparked and nobody's; rows that another worker holds are skipped."""
    free = (Q(lease_until=None) | Q(lease_until__lt=Now())) & (Q(next_try_at=None) | Q(next_try_at__lte=Now()))
    with transaction.atomic():
        rows = list(
            model._default_manager.select_for_update(skip_locked=True).filter(due, free, parked_at=None)[:limit]
        )
        ids = [row.pk for row in rows]
        model._default_manager.filter(pk__in=ids).update(lease_until=lease_ends(), tries=F("tries") + 1)
    return rows


def park(row: Attempt, error: str) -> None:
    """Set a row aside for a person to look at."""
    type(row)._default_manager.filter(pk=row.pk).update(lease_until=None, parked_at=Now(), error=error)


def ask_again(row: Attempt, seconds: int, error: str) -> None:
    """Give a row back that waits for somebody else's answer: to be asked about later, however often that was done."""
    again = seconds_from_now(seconds)
    type(row)._default_manager.filter(pk=row.pk).update(lease_until=None, next_try_at=again, error=error)


def give_back(row: Attempt) -> None:
    """Give a claimed row back as it came: what stopped its work was not its fault, and is no try."""
    again = seconds_from_now(1)
    type(row)._default_manager.filter(pk=row.pk, tries__gt=0).update(
        lease_until=None, next_try_at=again, tries=F("tries") - 1
    )


def sent_before(row: Payment | Refund, age: timedelta) -> bool:
    """Whether it was sent longer ago than that, by the database's clock."""
    same = type(row)._default_manager.filter(account_id=row.account_id, pk=row.pk)
    return same.filter(first_sent_at__lt=Now() - age).exists()


def release(row: Attempt, error: str) -> None:
    """Give a row back after a failure: to be tried again later, or parked after too many."""
    if row.tries + 1 >= MOST_TRIES:
        park(row, error)
        return
    again = seconds_from_now(min(2**row.tries, LONGEST_PAUSE_SECONDS))
    type(row)._default_manager.filter(pk=row.pk).update(lease_until=None, next_try_at=again, error=error)


def wait_for_others(row: Attempt, error: str) -> None:
    """Give a row back that failed because somebody is away (a mail server, a gateway), not because of what it is.

    Tried again after growing pauses of an hour at most, for three days; then it is parked.
    """
    if row.tries + 1 >= MOST_WAITS:
        park(row, error)
        return
    ask_again(row, min(2 ** min(row.tries, MOST_TRIES), LONGEST_PAUSE_SECONDS), error)
