"""Starts programs, watches them, and stops them all: on Ctrl-C, on SIGTERM, and when one of them dies.

No orphans: each program is a process group of its own that we end as a whole; the kernel ends it when we are killed;
and what survives even that is written down and ended at the next start.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

import httpx
import psutil

from tenor.gateways.file_locks import try_lock
from tenor.gateways.plain_http import NO_AUTHORITIES
from tenor.gateways.processes.leftovers import end, is_alive
from tenor.gateways.processes.parent import ends_with_parent

BEAT = 0.1
"""Seconds between two looks at the children."""
LAST_LINES = 15


@dataclass(frozen=True)
class Program:
    """What to start. `environment` is the whole of it: nothing of ours is added."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    ready_url: str = ""
    """Asked until it answers anything below 500; empty: the program counts as ready at once."""


class SupervisorError(Exception):
    """What went wrong, in a sentence for the person at the terminal."""


class AlreadyRunning(SupervisorError):
    """Another supervisor works in the same folder."""


class ProgramEnded(SupervisorError):
    """A program that should have gone on has ended, or one that should have succeeded has failed."""


class NotReady(SupervisorError):
    """A program did not answer in time."""


class StopAsked(SupervisorError):
    """Ctrl-C or SIGTERM came while something was being started."""


class Supervisor:
    """To be used as a context manager in the main thread: leaving it stops everything, in the reverse order.

    `folder` holds logs and notes; `say` gets one line about each thing that happens; `grace` is how many seconds a
    program has between SIGTERM and SIGKILL.
    """

    def __init__(self, folder: Path, *, say: Callable[[str], None], grace: float = 10.0) -> None:
        self.folder = folder
        self._say = say
        self._grace = grace
        self._children: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self._stop_asked = False
        self._lock: IO[str] | None = None
        self._handlers: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        self._lock = try_lock(self.folder / "lock")
        if self._lock is None:
            raise AlreadyRunning(f"It runs already (in {self.folder}): stop it first.")
        end(self._leftovers())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)  # type: ignore[arg-type]
            if self._lock is not None:
                self._lock.close()

    def run(self, program: Program) -> None:
        """Runs a program to its end, its words on our terminal. Raises `ProgramEnded` when it fails, `StopAsked`."""
        child = self._spawn(program, None)
        while child.poll() is None:
            if self._stop_asked:
                self._end(program, child)
                raise StopAsked(f"Stopped during {program.name}.")
            time.sleep(BEAT / 4)
        self._forget(child)
        if child.returncode != 0:
            raise ProgramEnded(f"{program.name} failed ({_how(child.returncode)}), see above.")

    def start(self, program: Program, *, within: float = 60.0) -> None:
        """Starts a program and returns when it is ready. Its words go to `log_of`.

        Raises `ProgramEnded` when it dies, `NotReady` after `within` seconds, `StopAsked`.
        """
        with self.log_of(program.name).open("wb") as log:
            child = self._spawn(program, log)
        deadline = time.monotonic() + within
        while not (program.ready_url == "" or answers(program.ready_url)):
            self._raise_if_one_ended()
            if self._stop_asked:
                raise StopAsked(f"Stopped while {program.name} was starting.")
            if time.monotonic() > deadline:
                raise NotReady(f"{program.name} does not answer at {program.ready_url}.{self._log_note(program.name)}")
            time.sleep(BEAT)
        self._raise_if_one_ended()
        self._say(f"{program.name} runs (process {child.pid})")

    def wait(self) -> None:
        """Returns when Ctrl-C or SIGTERM asks us to stop. Raises `ProgramEnded` when a program ends before that."""
        while not self._stop_asked:
            self._raise_if_one_ended()
            time.sleep(BEAT)

    def stop(self) -> None:
        """Ends all programs, the last started first. Leaving the `with` does so, too."""
        while self._children:
            self._end(*self._children.pop())
        self._note()

    def log_of(self, name: str) -> Path:
        """The file with what the program says. Begun anew at each start."""
        folder = self.folder / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def _spawn(self, program: Program, log: IO[bytes] | None) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            program.argv,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a group of its own: Ctrl-C reaches us alone, and we end the whole group
            preexec_fn=ends_with_parent(signal.SIGTERM),
        )
        self._children.append((program, child))
        self._note()
        return child

    def _end(self, program: Program, child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            self._say(f"stopping {program.name}")
            _signal_group(child.pid, signal.SIGTERM)
            try:
                child.wait(self._grace)
            except subprocess.TimeoutExpired:
                self._say(f"{program.name} does not stop in {self._grace:g} seconds: killed")
        _signal_group(child.pid, signal.SIGKILL)  # also what it may have started and left
        child.wait()

    def _forget(self, child: subprocess.Popen[bytes]) -> None:
        self._children = [(program, other) for program, other in self._children if other is not child]
        self._note()

    def _raise_if_one_ended(self) -> None:
        for program, child in self._children:
            if child.poll() is not None:
                raise ProgramEnded(
                    f"{program.name} ended unasked ({_how(child.returncode)}).{self._log_note(program.name)}"
                )

    def _log_note(self, name: str) -> str:
        log = self.log_of(name)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:] if log.exists() else []
        return "".join([f" Its log is {log}; it ends so:\n", *(f"  {line}\n" for line in lines)])

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop_asked = True

    def _note(self) -> None:
        """Writes down who runs, for the next start."""
        notes = []
        for _, child in self._children:
            try:
                notes.append({"group": child.pid, "started": psutil.Process(child.pid).create_time()})
            except psutil.NoSuchProcess:
                continue
        (self.folder / "processes.json").write_text(json.dumps(notes), encoding="utf-8")

    def _leftovers(self) -> list[psutil.Process]:
        """Processes of the groups that were written down and never crossed out: the supervisor was killed."""
        path = self.folder / "processes.json"
        notes = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        started = {note["group"]: note["started"] for note in notes}
        return [process for process in psutil.process_iter() if _belongs(process, started)]


def answers(url: str) -> bool:
    """Whether a server answers there with anything but an error of its own."""
    try:
        return httpx.get(url, timeout=5.0, trust_env=False, verify=NO_AUTHORITIES).status_code < 500
    except httpx.TransportError:
        return False


def _belongs(process: psutil.Process, started: Mapping[int, float]) -> bool:
    """In a group that we made. A group's number may be given out anew: then its leader is younger than we noted."""
    try:
        group = os.getpgid(process.pid)
        if group not in started or not is_alive(process):
            return False
        leader_gone = not psutil.pid_exists(group)
        return leader_gone or abs(psutil.Process(group).create_time() - started[group]) < 0.05
    except (ProcessLookupError, psutil.Error):
        return False


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says the second of a group of zombies
        return


def _how(code: int) -> str:
    """How a process ended, in words: subprocess tells of a signal by a negative number."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
