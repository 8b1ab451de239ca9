"""How much money waits to be asked for."""

from django.db import connection


def pending_payments() -> int:
    """Payments that nobody has sent yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM db_payment WHERE status = 'pending' AND parked_at IS NULL")
        return int(cursor.fetchone()[0])
