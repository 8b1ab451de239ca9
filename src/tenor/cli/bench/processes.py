"""Work in processes of its own: what one needs of memory and CPU is its own, and a connection is nobody else's."""

import resource
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from django.db import connections

Result = TypeVar("Result")


class WorkFailed(RuntimeError):
    """A process ended without a result."""


@dataclass(frozen=True, slots=True)
class Done(Generic[Result]):
    """What a process returned, the CPU seconds that it took, and its greatest size in megabytes."""

    result: Result
    cpu_seconds: float
    peak_mb: float


def in_processes(work: Callable[..., Result], shares: Sequence[tuple[Any, ...]]) -> list[Done[Result]]:
    """Call `work` once for each share, all at the same time, each in a process of its own. Raises WorkFailed."""
    connections.close_all()
    context, running = get_context("fork"), []
    for share in shares:
        reading, writing = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(writing, work, share))
        process.start()
        writing.close()
        running.append((process, reading))
    return [_result(process, reading) for process, reading in running]


def _work(answer: Connection, work: Callable[..., Any], share: tuple[Any, ...]) -> None:
    try:
        result = work(*share)
    except BaseException:  # noqa: BLE001 - told to the one who waits
        answer.send(traceback.format_exc())
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer.send(Done(result, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))


def _result(process: Any, reading: Connection) -> Done[Any]:
    try:
        found = reading.recv()
    except EOFError:
        found = "it ended without a word"
    process.join()
    if not isinstance(found, Done):
        raise WorkFailed(found)
    return found
