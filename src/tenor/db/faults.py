"""Whose fault an error is: something that passes, and is tried again; or a row's own, which a person has to look at.

The one place that decides it (docs/adr 25). Whoever sets rows aside asks here first: what passes never does.
"""

from collections.abc import Iterator

import psycopg
from django.db import InterfaceError, OperationalError

LOST = ("08", "57P01", "57P02", "57P03", "57P05")
"""The connection, or the server behind it, went away: class 08 is the connection, 57P0x a server that is stopped, has
crashed, does not take anybody yet, or hung up on who was idle."""

COLLISIONS = ("40", "55P03")
"""Somebody was faster: serialization failures and deadlocks (class 40), a lock that was not had in time."""

IN_NEED = ("53", "58", "25006")
"""The server is in need: no memory, disk or connection left (class 53), its system fails (class 58), or it reads only,
because another one has become the leader."""


def is_passing(error: BaseException) -> bool:
    """Whether trying again may help, as it is no row's fault: the connection is lost, somebody was faster, or the
    database is in need."""
    return is_lost(error) or _is_one_of(error, COLLISIONS + IN_NEED)


def is_lost(error: BaseException) -> bool:
    """Whether the connection to the database is gone: nothing else will fare better until there is a new one."""
    return _is_one_of(error, LOST) or any(map(_never_answered, _chain(error)))


def _is_one_of(error: BaseException, states: tuple[str, ...]) -> bool:
    found = (one.sqlstate for one in _chain(error) if isinstance(one, psycopg.Error))
    return any(state is not None and state.startswith(states) for state in found)


def _never_answered(error: BaseException) -> bool:
    """psycopg's own word that the connection broke: such an error comes from no server, and so has no SQLSTATE."""
    if isinstance(error, psycopg.Error):
        return error.sqlstate is None and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from: Django wraps the errors of psycopg, and we those of Django."""
    while error is not None:
        yield error
        error = error.__cause__
