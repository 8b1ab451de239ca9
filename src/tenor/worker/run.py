"""The worker's loop: through all duties, then a short rest; stops between two duties when asked to."""

import logging
import signal
from threading import Event

from django.db import DatabaseError, InterfaceError, close_old_connections

from tenor.gateways.clock import now
from tenor.worker.duties import Duty, all_duties

log = logging.getLogger(__name__)
REST_SECONDS = 0.5


def run() -> None:
    """Work until SIGTERM or Ctrl-C; what is begun is finished. A lost database is waited for."""
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    duties = all_duties()
    while not stop.is_set():
        busy = any([_carry_out(duty) for duty in duties if not stop.is_set()])
        if not busy:
            stop.wait(REST_SECONDS)


def run_once() -> int:
    """Each duty once. Returns how much was done; for tests, and for a moved clock."""
    return sum(_carry_out(duty) for duty in all_duties())


def _carry_out(duty: Duty) -> int:
    close_old_connections()
    try:
        return duty(now())
    except (DatabaseError, InterfaceError):
        log.exception("the database did not answer; trying again")
    except Exception:  # a duty sees to each account apart; what it did not foresee must not stop the other duties
        log.exception("%s failed as a whole; the other duties go on", getattr(duty, "__name__", duty))
    return 0
