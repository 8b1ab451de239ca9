"""What people see when a page fails: with and without a database, and never a promise that nobody can keep."""

from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from psycopg import errors

from tenor.db.queries.readiness import is_database_away
from tenor.portal import visit
from tests.portal.conftest import House

CHECKING = {
    "en": "you will not be charged twice",
    "sv": "dras pengarna inte två gånger",
    "nl": "niet twee keer afgeschreven",
}


def failing_with(error: Exception) -> Callable[..., object]:
    """Stands in for the first thing that a page reads."""

    def fail(*_arguments: object, **_named: object) -> object:
        raise error

    return fail


def lost() -> OperationalError:
    """As Django tells of a connection that is gone."""
    error = OperationalError("the connection is lost")
    error.__cause__ = psycopg.OperationalError("the connection is lost")
    return error


@pytest.fixture
def alice(house: House) -> Client:
    """Alice's browser, which shows the page for an error instead of raising it."""
    client = house.as_(house.alice)
    client.raise_request_exception = False
    return client


def in_language(client: Client, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language


@pytest.mark.parametrize("language", ["en", "sv", "nl"])
@pytest.mark.parametrize(("error", "status"), [(RuntimeError("a fault of ours"), 500), (lost(), 503)])
def test_who_sent_something_is_told_that_it_is_being_checked(
    alice: Client, monkeypatch: pytest.MonkeyPatch, language: str, error: Exception, status: int
) -> None:
    monkeypatch.setattr(visit, "read_visitor", failing_with(error))
    in_language(alice, language)
    response = alice.post(f"/quotes/{uuid4()}/")
    page = response.content.decode()
    assert (response.status_code, f'lang="{language}"' in page) == (status, True)
    assert CHECKING[language] in page
    assert "/orders/" in page
    assert "charged nothing" not in page


def test_a_page_that_is_looked_at_charges_nothing(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "read_visitor", failing_with(RuntimeError("a fault of ours")))
    response = alice.get("/subscriptions/")
    assert response.status_code == 500
    assert "it charged nothing" in response.content.decode()
    assert CHECKING["en"] not in response.content.decode()


def test_without_a_database_a_page_says_when_to_come_again(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "read_visitor", failing_with(lost()))
    response = alice.get("/subscriptions/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "Nothing is lost" in response.content.decode()


def test_the_page_needs_no_database_at_all(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions and people are not readable either; whatever asks the database fails."""
    with monkeypatch.context() as without:
        without.setattr(connection, "cursor", failing_with(lost()))
        said = {path: alice.get(path).status_code for path in ("/", "/orders/", "/help/")}
    assert set(said.values()) == {503}


@pytest.mark.parametrize(
    "cause",
    [
        psycopg.OperationalError("never reached"),
        errors.ConnectionFailure("08006"),
        errors.ConnectionException("08000"),
        errors.SqlclientUnableToEstablishSqlconnection("08001"),
        errors.AdminShutdown("57P01"),
        errors.CrashShutdown("57P02"),
        errors.CannotConnectNow("57P03"),
        errors.TooManyConnections("53300"),
        errors.DiskFull("53100"),
    ],
)
def test_what_counts_as_a_database_that_is_away(cause: psycopg.Error) -> None:
    told = OperationalError("Django's words")
    told.__cause__ = cause
    assert is_database_away(told)
    inside = RuntimeError("while something else was done")
    inside.__context__ = told
    assert is_database_away(inside)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("ours"), InterfaceError("misused"), errors.UniqueViolation("23505"), errors.DeadlockDetected()],
)
def test_what_does_not(error: Exception) -> None:
    assert not is_database_away(error)
