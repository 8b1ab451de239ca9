"""A lost connection is nobody's fault: it is tried again, sets nobody aside, and leaves numbers without a gap."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from psycopg import errors

from tenor.db import models
from tenor.db.faults import is_lost, is_passing
from tenor.db.night.writing import write_renewals
from tenor.usecases import renew_accounts as bulk
from tenor.usecases import sweep_account as sweeping
from tenor.usecases.renew_due import Night, renew_due
from tenor.worker.run import _carry_out as carry_out
from tests.support.due_book import NIGHT
from tests.usecases.test_the_night import due_accounts, invoice_numbers

PASSING: dict[str, type[psycopg.Error]] = {
    "08000": errors.ConnectionException,
    "08001": errors.SqlclientUnableToEstablishSqlconnection,
    "08003": errors.ConnectionDoesNotExist,
    "08004": errors.SqlserverRejectedEstablishmentOfSqlconnection,
    "08006": errors.ConnectionFailure,
    "08007": errors.TransactionResolutionUnknown,
    "08P01": errors.ProtocolViolation,
    "57P01": errors.AdminShutdown,
    "57P02": errors.CrashShutdown,
    "57P03": errors.CannotConnectNow,
    "57P05": errors.IdleSessionTimeout,
    "40001": errors.SerializationFailure,
    "40P01": errors.DeadlockDetected,
    "55P03": errors.LockNotAvailable,
    "53100": errors.DiskFull,
    "53200": errors.OutOfMemory,
    "53300": errors.TooManyConnections,
    "58030": errors.IoError,
    "25006": errors.ReadOnlySqlTransaction,
}
AT_FAULT: list[type[psycopg.Error]] = [
    errors.UniqueViolation, errors.DivisionByZero, errors.CheckViolation, errors.UndefinedColumn,
    errors.InvalidParameterValue, errors.DatetimeFieldOverflow, psycopg.DataError,
]  # fmt: skip


def wrapped(cause: psycopg.Error) -> DatabaseError:
    """As Django raises it."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def silent(kind: type[Exception]) -> Exception:
    """What psycopg says by itself when nobody answers: there is no SQLSTATE."""
    error = InterfaceError("the connection is lost") if kind is psycopg.InterfaceError else OperationalError("lost")
    error.__cause__ = kind("the connection is lost")
    return error


@pytest.mark.parametrize("state", PASSING)
def test_what_passes_is_known_by_its_state(state: str) -> None:
    cause = PASSING[state]("away")
    assert cause.sqlstate == state
    assert is_passing(wrapped(cause))
    assert is_passing(cause)
    assert is_lost(cause) == state.startswith(("08", "57P"))


@pytest.mark.parametrize("kind", [psycopg.OperationalError, psycopg.InterfaceError])
def test_a_line_that_broke_has_no_state(kind: type[Exception]) -> None:
    assert is_lost(silent(kind))
    assert is_lost(kind("the connection is lost"))
    ours = RuntimeError("while doing something")
    ours.__cause__ = silent(kind)
    assert is_lost(ours), "whatever it was wrapped in"


@pytest.mark.parametrize("kind", AT_FAULT)
def test_what_fails_again_is_a_fault(kind: type[psycopg.Error]) -> None:
    assert not is_passing(wrapped(kind("wrong")))
    assert not is_passing(KeyError("product"))


def failing(times: int, fail: Callable[[], object]) -> Callable[..., None]:
    """Write as ever, but for the first times, when the batch is half written."""
    left = [times]

    def write(sheets: Any, seller_id: UUID, now: datetime) -> None:
        write_renewals(sheets, seller_id, now)
        if left[0] > 0:
            left[0] -= 1
            fail()

    return write


def raising(error: Exception) -> Callable[[], object]:
    def fail() -> None:
        raise error

    return fail


def hang_up() -> None:
    """The server ends this very connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


WAYS = {
    **{state: raising(wrapped(kind("away"))) for state, kind in PASSING.items()},
    "silence": raising(silent(psycopg.OperationalError)),
    "closed": raising(silent(psycopg.InterfaceError)),
    "hung up": hang_up,
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("times", [1, 5])
def test_in_the_middle_of_a_batch_it_parks_nobody(way: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and longer than a batch tries by itself: all are renewed once, and no number is missing."""
    accounts = due_accounts(4)
    monkeypatch.setattr(bulk, "write_renewals", failing(times, WAYS[way]))
    renewed = renew_due(now=NIGHT, batch=2, wait=lambda _: None)
    assert (renewed.done, renewed.parked) == (len(accounts), 0)
    assert not models.RenewalClaim.objects.exists()
    assert models.Order.objects.values("account_id").distinct().count() == len(accounts)
    numbers = invoice_numbers()
    assert numbers == [f"INV-{n:06d}" for n in range(1, len(numbers) + 1)]


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_met_it_often_goes_back_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not look as if one of its accounts killed its workers."""
    due_accounts(3)
    monkeypatch.setattr(bulk, "write_renewals", failing(1000, hang_up))
    night = Night(NIGHT)
    night.begin()
    for _ in range(7):
        models.RenewalClaim.objects.update(next_try_at=None)
        with pytest.raises((OperationalError, InterfaceError)):
            night.renew_batch()
    claim = models.RenewalClaim.objects.get()
    assert (claim.tries, claim.parked_at, claim.lease_until, len(claim.account_ids)) == (0, None, None, 3)


@pytest.mark.django_db(transaction=True)
def test_other_duties_set_nobody_aside_for_it_either(monkeypatch: pytest.MonkeyPatch) -> None:
    (account,) = due_accounts(1)
    models.Subscription.objects.filter(account=account).update(status="past_due", lapsed_on=NIGHT.date())

    def lost(**_: object) -> None:
        hang_up()

    with monkeypatch.context() as patched:
        patched.setattr(sweeping, "age_account", lost)
        assert carry_out(lambda now: sweeping.age_accounts(now=now)) == 0
        connection.close()  # as the worker does before its next duty
    assert not models.SetAside.objects.exists()
    assert sweeping.age_accounts(now=NIGHT) == 1
