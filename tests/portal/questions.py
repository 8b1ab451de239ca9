"""How many statements a page asks of the database; what only opens and closes transactions is not counted."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

MOST = 8
BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


def questions(client: Client, path: str) -> list[str]:
    """The statements of a second look at the page: at the first one the seller's offer is read and kept."""
    assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(BOOKKEEPING)]
