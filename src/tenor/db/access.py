"""The one door to a customer's rows: a transaction for one account, and no other account in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

SETTING = "tenor.account_id"


@contextmanager
def account_scope(account_id: UUID | str) -> Iterator[None]:
    """A transaction in which the portal's role sees the rows of that account, and no others.

    The setting ends with the transaction, so that nothing leaks to whoever uses the connection next. Inside another
    scope it is a savepoint, and that scope's account is back afterwards. Raises ValueError for what is no id.
    """
    is_inner = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(%s, true), set_config(%s, %s, true)", [SETTING, SETTING, str(_id(account_id))]
        )
        before = (cursor.fetchone() or (None,))[0]
        yield
        if is_inner:  # else the transaction's end takes it away
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, before or ""])


def scoped_account() -> UUID | None:
    """The account of the current transaction; None outside a scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting(%s, true), '')::uuid", [SETTING])
        row = cursor.fetchone()
    return row[0] if row else None


def _id(account_id: UUID | str) -> UUID:
    return account_id if isinstance(account_id, UUID) else UUID(account_id)
