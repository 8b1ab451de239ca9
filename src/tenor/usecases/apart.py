"""Each account's part of a duty apart from all others: what fails alone is set aside alone (docs/adr 25).

Every duty of the worker goes through one of these two, so that no account, whatever is wrong with it, harms another.
"""

import logging
from collections.abc import Callable, Iterable
from uuid import UUID

from tenor.db.faults import is_lost, is_passing
from tenor.db.leases import Row, give_back, park, release, wait_for_others
from tenor.db.night.queue import park_alone, parked_accounts
from tenor.db.set_aside import set_aside, waiting
from tenor.domain.duties import Duty
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayError, GatewayRefused
from tenor.usecases.reconcile_payment import StillUnclear

log = logging.getLogger(__name__)

Step = tuple[UUID, UUID]
"""Whose it is, and what it is about: the account itself, or an order of it."""


def each_apart(duty: Duty, steps: Iterable[Step], work: Callable[[UUID, UUID], object]) -> int:
    """Do `work(account_id, subject_id)` for each step; returns how many answered neither None nor False.

    A step that fails waits for a person, with its error, and is not tried before it is released. What passes is no
    row's fault and is tried another time: a collision, a gateway without an answer. Raises when the connection to the
    database is lost: then nobody can go on.
    """
    left_alone = parked_accounts() if duty is Duty.RENEW else waiting(duty)
    return sum(_apart(duty, step, work) for step in steps if step[1] not in left_alone)


def is_silent(error: Exception) -> bool:
    """Whether a gateway gave no answer: that is not the row's fault."""
    return isinstance(error, GatewayError) and not isinstance(error, GatewayRefused)


def each_row_apart(
    rows: Iterable[Row], work: Callable[[Row], object], is_away: Callable[[Exception], bool] = lambda _: False
) -> int:
    """Do `work` for each claimed row; returns how many were done.

    One that fails is tried later, and parked with its error after some tries; at once where only a person can tell
    (`StillUnclear`). A collision is not counted as a try. Where `is_away` says that somebody else is the reason, the
    row has days before it is parked. Raises when the connection to the database is lost.
    """
    return sum(_row_apart(row, work, is_away) for row in rows)


def _apart(duty: Duty, step: Step, work: Callable[[UUID, UUID], object]) -> bool:
    account_id, subject_id = step
    try:
        return work(account_id, subject_id) not in (None, False)
    except Exception as error:
        if is_lost(error):
            raise
        if is_passing(error) or _is_unclear(error):
            log.warning("%s of account %s is tried again: %s", duty, account_id, error)
            return False
        log.exception("%s of account %s is set aside: %s", duty, account_id, subject_id)
        if duty is Duty.RENEW:
            park_alone(account_id, told(error))
        else:
            set_aside(duty, account_id, subject_id, told(error))
        return False


def _is_unclear(error: Exception) -> bool:
    """Whether a gateway has to be asked again, about this or about an earlier try."""
    return isinstance(error, GatewayError) or (isinstance(error, Refusal) and error.code == "payment_unclear")


def _row_apart(row: Row, work: Callable[[Row], object], is_away: Callable[[Exception], bool]) -> bool:
    try:
        work(row)
    except StillUnclear as unclear:
        park(row, str(unclear))
    except Exception as error:
        if is_lost(error):
            raise
        if is_passing(error):
            give_back(row)
        elif is_away(error):
            log.warning("%s %s waits: %s", type(row).__name__, row.pk, error)
            wait_for_others(row, told(error))
        else:
            log.exception("%s %s failed", type(row).__name__, row.pk)
            release(row, error=told(error))
    else:
        return True
    return False


def told(error: Exception) -> str:
    """What a person reads of it."""
    return str(error) if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
