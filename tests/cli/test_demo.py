"""The whole demo as a person runs it: it serves, keeps its data, and leaves no process behind however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tenor.gateways.postgres.embedded import EmbeddedServer, free_port
from tenor.gateways.processes.leftovers import is_alive
from tests.support import plain_http

pytestmark = pytest.mark.house
PATIENCE = 180.0
"""Seconds. The first start also builds the demo's history."""


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not come about in {seconds:g} seconds"
        time.sleep(0.1)


class Demo:
    """A demo in a folder of its own, started as a child process."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.with_suffix(".log")

    def start(self) -> None:
        told = {name: value for name, value in os.environ.items() if not name.startswith(("TENOR_", "DATABASE_URL"))}
        argv = [sys.executable, "-m", "tenor.cli.main", "demo", "--home", str(self.home), "--port", str(free_port())]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log, env=told, start_new_session=True)
        wait_for(lambda: "Tenor's demo: " in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        self.family = psutil.Process(self.process.pid).children(recursive=True)
        self.url = self.said().partition("Tenor's demo: ")[2].split()[0]

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def all_gone(self) -> bool:
        return not any(is_alive(process) for process in self.family)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path / "home")
    yield demo
    if demo.process.poll() is None:
        demo.process.terminate()
        demo.process.wait()
    EmbeddedServer(demo.home / "postgres").destroy()


def test_it_serves_survives_kill_9_and_stops_cleanly(demo: Demo) -> None:
    demo.start()
    assert plain_http.get(demo.url, timeout=30).status_code < 400
    assert any("postgres" in process.name() for process in demo.family)
    secrets = (demo.home / "secrets.json").read_bytes()

    demo.process.kill()
    demo.process.wait()
    wait_for(demo.all_gone, 30)

    demo.start()
    assert (demo.home / "secrets.json").read_bytes() == secrets
    assert plain_http.get(demo.url, timeout=30).status_code < 400
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(60) == 0
    assert demo.all_gone()
    assert "Stopped." in demo.said()
