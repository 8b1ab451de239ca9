"""Processes of an earlier run that was killed: still there, or dead and unburied."""

import signal
import time
from collections.abc import Iterable, Sequence

import psutil

Step = tuple[signal.Signals, float]
"""A signal, and how many seconds to wait for it to work."""

POLITELY: Sequence[Step] = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs. A zombie does not: it waits for a parent (often process 1) that never fetches it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Waits for all to end, at most `seconds`; returns those that did not."""
    deadline = time.monotonic() + seconds
    alive = [process for process in processes if is_alive(process)]
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        alive = [process for process in alive if is_alive(process)]
    return alive


def end(processes: Iterable[psutil.Process], steps: Sequence[Step] = POLITELY) -> list[psutil.Process]:
    """Sends each signal in turn to those that are still alive; returns those that survived even the last."""
    alive = [process for process in processes if is_alive(process)]
    for number, seconds in steps:
        for process in alive:
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue
        alive = wait_until_gone(alive, seconds)
    return alive


def find(pid: int, started: float) -> psutil.Process | None:
    """The process with this number, if it is the one that started then (seconds since 1970)."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < 0.05
    except psutil.NoSuchProcess:
        return None
    return process if same and is_alive(process) else None
