"""Tasks begun at the same instant by threads with a database connection each, as the portal's role."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from django.db import connection

Task = Callable[[], Any]
PATIENCE_SECONDS = 30


def together(tasks: Sequence[Task], *, role: str = "tenor_app") -> list[Any]:
    """What each task returned or raised, in the order of the tasks."""
    outcomes: list[Any] = [None] * len(tasks)
    start = Barrier(len(tasks), timeout=PATIENCE_SECONDS)

    def run(place: int, task: Task) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f'SET ROLE "{role}"')
            start.wait()
            outcomes[place] = task()
        except Exception as error:  # noqa: BLE001 - an outcome like any other
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, task)) for place, task in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive(), "a task waits for another for ever"
    return outcomes


def failures(outcomes: Sequence[Any]) -> list[Exception]:
    """Those that raised."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
