"""Whole databases, made and dropped: for tests, which copy a prepared one in a fraction of a second."""

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def create_database(url: str, name: str, *, template: str = "template1") -> str:
    """A new database `name`, a copy of `template`, on the server of `url`; returns its address.

    `url` must not point to the template: PostgreSQL copies only what nobody is connected to.
    """
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
    _run(url, statement.format(sql.Identifier(name), sql.Identifier(template)))
    return with_database(url, name)


def drop_database(url: str, name: str) -> None:
    """Drops `name` and ends the sessions in it. Harmless when there is no such database."""
    _run(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def with_database(url: str, name: str) -> str:
    """The same address, pointing to another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def with_user(url: str, user: str, password: str) -> str:
    """The same address for another role. `password` must need no quoting in an address."""
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{place}"))


def _run(url: str, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
        connection.execute(statement)
