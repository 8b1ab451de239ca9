"""The server of a run that was killed: found by the folder it works in, stopped, its lock taken away."""

import signal
from pathlib import Path

import psutil

from tenor.gateways.processes.leftovers import Step, end, is_alive

FAST_SHUTDOWN: tuple[Step, ...] = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""What PostgreSQL calls a fast shutdown, then an immediate one, then none at all (it recovers from its log)."""

ABANDONED: tuple[Step, ...] = ((signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""For servants whose postmaster is gone: there is nothing left that they could do well."""

LOCK = "postmaster.pid"


class OrphanSurvives(Exception):
    """A server of an earlier run holds the data and can't be ended by us (another user's, or stuck in the kernel)."""


def stop_orphans(data: Path) -> int:
    """Ends every process of PostgreSQL that works in `data`, then removes the lock file. Returns how many there were.

    PostgreSQL's own test of its lock asks only whether the number is taken. It is fooled by a zombie that process 1
    never fetches, and by any other process that got the number since; so the lock is ours to take away.
    Call it only while holding the lock on the server's folder.
    """
    orphans = processes_in(data)
    postmaster = _postmaster(data)
    survivors = end([process for process in orphans if process.pid == postmaster], FAST_SHUTDOWN)
    survivors += end([process for process in orphans if process.pid != postmaster], ABANDONED)
    if survivors:
        numbers = ", ".join(str(process.pid) for process in survivors)
        raise OrphanSurvives(f"A PostgreSQL server of an earlier run won't end: stop process {numbers} by hand.")
    (data / LOCK).unlink(missing_ok=True)
    return len(orphans)


def processes_in(data: Path) -> list[psutil.Process]:
    """PostgreSQL's processes that have `data` as their working folder: postmaster and servants alike."""
    return [process for process in psutil.process_iter() if _works_in(process, data)]


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        if not process.name().startswith("postgres") or not is_alive(process):
            return False
        return Path(process.cwd()) == data.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _postmaster(data: Path) -> int | None:
    lock = data / LOCK
    if not lock.exists():
        return None
    first = lock.read_text(encoding="utf-8").partition("\n")[0].strip()
    return int(first) if first.isdigit() else None
