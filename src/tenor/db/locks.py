"""One writer an account, and when to try again.

The lock order is account, subscription, invoice, payment. Whoever writes takes the account's lock first and needs no
other, as long as everybody does; a number of a series (numbers.py) is taken last, for it is held until the commit.
"""

import time
from collections.abc import Callable
from random import SystemRandom
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from tenor.db.arrays import array
from tenor.db.faults import is_passing
from tenor.db.models import Account
from tenor.db.statements import run

Result = TypeVar("Result")

TRIES = 3
PATIENT_TRIES, FIRST_PAUSE, LONGEST_PAUSE = 10, 0.2, 8.0
_jitter = SystemRandom()
_LOCK = "SELECT id FROM db_account WHERE id = ANY(%(ids)s::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"


class AccountGone(LookupError):
    """There is no such account, or this transaction may not see it."""


def lock_account(account_id: UUID) -> None:
    """Wait until this transaction is the account's only writer. Raises AccountGone; needs a transaction."""
    locked = Account.objects.select_for_update(no_key=True).filter(id=account_id).values_list("id", flat=True)
    if not list(locked):
        raise AccountGone(str(account_id))


def lock_accounts(account_ids: list[UUID]) -> list[UUID]:
    """Lock those of the accounts that nobody else holds, in the order of their ids; returns them. For batches."""
    return [account_id for (account_id,) in run(_LOCK, {"ids": array(account_ids)}).rows]


def retrying(use_case: Callable[[], Result], *, sleep: Callable[[float], None] = time.sleep) -> Result:
    """Run a whole use case, again after a collision or a lost connection: three times at most, a moment apart.

    Only for what is safe to repeat: the use case opens its own transaction and its ids are made by the caller, so that
    a repetition finds what the first run may have committed. Inside a transaction it is run once.
    """
    for attempt in range(1, TRIES):
        try:
            return use_case()
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or not is_passing(error):
                raise
            connection.close_if_unusable_or_obsolete()
            sleep(_jitter.uniform(0.02, 0.1) * attempt)
    return use_case()


def patiently(step: Callable[[], Result], *, sleep: Callable[[float], None] = time.sleep) -> Result:
    """Run it, again while the database is away: for about half a minute, with longer and longer pauses.

    For whoever has nothing else to do meanwhile, and for what is safe to repeat.
    """
    for attempt in range(PATIENT_TRIES - 1):
        try:
            return step()
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or not is_passing(error):
                raise
            connection.close_if_unusable_or_obsolete()
            sleep(min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE))
    return step()
