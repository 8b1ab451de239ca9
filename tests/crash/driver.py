"""A program for tests that plays Tenor's processes: each task runs in a child of its own, which may die of it.

Run as `python -m tests.crash.driver`; reads tasks as lines of JSON, answers each with a line: the child's exit code
(137 for a crash point, -9 for a kill) and what it returned. Forking spares each of them the second that Django takes.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import django

django.setup()  # before anything that needs models

from tenor.domain.account import Actor, Role  # noqa: E402
from tenor.domain.lifecycle import OrderStatus  # noqa: E402
from tenor.domain.requests import AddSeats, Request  # noqa: E402
from tenor.usecases.close_order import close_order  # noqa: E402
from tenor.usecases.collect_payment import collect_payment  # noqa: E402
from tenor.usecases.pass_day import pass_day  # noqa: E402
from tenor.usecases.preview_change import preview_change  # noqa: E402
from tenor.usecases.session import Session  # noqa: E402
from tenor.usecases.submit_quote import submit_quote  # noqa: E402
from tenor.worker.run import run_once  # noqa: E402

Task = Mapping[str, Any]


def buy_seats(task: Task) -> str:
    """Preview, submit and collect, as the portal does."""
    account_id, now, actor = _who(task)
    request = Request(actor, AddSeats(task["subscription"], task["seats"]))
    stored = preview_change(account_id=account_id, request=request, now=now)
    session = Session(return_url="http://127.0.0.1:8000/orders/{order}/", locale="en")
    submitted = submit_quote(account_id=account_id, quote_id=stored.id, actor=actor, session=session, now=now)
    if submitted.payment_id is None:
        return "nothing to collect"
    return str(collect_payment(account_id=account_id, payment_id=submitted.payment_id, now=now))


def cancel_order(task: Task) -> str:
    """As the portal's button does."""
    account_id, now, actor = _who(task)
    order_id = UUID(task["order"])
    close_order(account_id=account_id, order_id=order_id, actor=actor, status=OrderStatus.CANCELED, now=now)
    return "canceled"


def work(task: Task) -> int:
    """All the worker's duties, once."""
    return run_once()


def pass_days(task: Task) -> int:
    """As the command that moves the clock does for each day on the way."""
    return pass_day(now=datetime.fromisoformat(task["now"]))


def _who(task: Task) -> tuple[UUID, datetime, Actor]:
    actor = Actor(task["person"], "Alice Admin", Role.BUYER)
    return UUID(task["account"]), datetime.fromisoformat(task["now"]), actor


TASKS: Mapping[str, Callable[[Task], object]] = {
    "buy_seats": buy_seats,
    "cancel_order": cancel_order,
    "pass_days": pass_days,
    "work": work,
}


def run(task: Task) -> dict[str, object]:
    """Fork, let the child do the task, and kill it after `kill_after` seconds if that is asked for."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(task, writing)
    os.close(writing)
    code = _wait(child, task.get("kill_after"))
    with os.fdopen(reading) as answer:
        return {"code": code, "returned": answer.read()}


def _be_the_child(task: Task, writing: int) -> None:
    os.environ["TENOR_CRASH_AT"] = task.get("crash_at", "")
    try:
        os.write(writing, str(TASKS[task["do"]](task)).encode())
    except BaseException as error:  # noqa: BLE001 - told to the test, which decides what it means
        os.write(writing, f"{type(error).__name__}: {error}".encode())
        os._exit(1)
    os._exit(0)


def _wait(child: int, kill_after: float | None) -> int:
    deadline = None if kill_after is None else time.monotonic() + kill_after
    while deadline is not None:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            os.kill(child, signal.SIGKILL)
            break
        time.sleep(0.001)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """One task a line, until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
