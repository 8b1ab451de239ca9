"""What machines ask: does the process answer, and can it serve?"""

from django.db import connection
from django.test import Client


def test_the_process_answers(db: None) -> None:
    assert Client().get("/healthz/").json() == {"status": "ok"}


def test_ready_means_that_every_migration_is_there(db: None) -> None:
    assert Client().get("/readyz/").json() == {"status": "ok"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'db'")
        [newest] = cursor.fetchone()
        cursor.execute("DELETE FROM django_migrations WHERE app = 'db' AND name = %s", [newest])
    response = Client().get("/readyz/")
    assert response.status_code == 503
    assert response.json()["missing"] == [f"db.{newest}"]
