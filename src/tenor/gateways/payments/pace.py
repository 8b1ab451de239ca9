"""A rate limit: so many requests a second at most, evenly, by a clock that is handed in."""

import time
from collections.abc import Callable
from threading import Lock


class Pace:
    """Gives each caller the next free turn; safe to share between threads. `clock` counts seconds."""

    def __init__(self, per_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = Lock()
        self._clock = clock
        self._step = 1 / per_second if per_second else 0.0
        self._next = clock()

    def pause(self) -> float:
        """Take a turn: the seconds to wait for it. Without a limit (0 a second) there is nothing to wait for."""
        if not self._step:
            return 0.0
        with self._lock:
            now = self._clock()
            turn = max(self._next, now)
            self._next = turn + self._step
        return turn - now
