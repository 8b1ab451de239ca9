"""The supervisor with real processes: it starts, watches, tells, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tenor.gateways.postgres.embedded import free_port
from tenor.gateways.processes.leftovers import find, is_alive
from tenor.gateways.processes.supervisor import (
    AlreadyRunning,
    NotReady,
    Program,
    ProgramEnded,
    StopAsked,
    Supervisor,
)

pytestmark = pytest.mark.slow
SLEEPS = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


def program(code: str, *, name: str = "child", ready_url: str = "") -> Program:
    return Program(name, [sys.executable, "-c", code], dict(os.environ), ready_url)


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in 20 seconds"
        time.sleep(0.02)


class Heard(list[str]):
    """What the supervisor said."""

    def process(self) -> psutil.Process:
        """The process that it last said it had started."""
        line = next(line for line in reversed(self) if "(process " in line)
        return psutil.Process(int(line.partition("(process ")[2].rstrip(")")))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def house(tmp_path: Path, heard: Heard) -> Supervisor:
    return Supervisor(tmp_path, say=heard.append, grace=0.5)


def test_a_server_is_started_when_it_answers_and_stopped_on_leaving(house: Supervisor, heard: Heard) -> None:
    port = free_port()
    serves = f"""
import http.server as http
http.ThreadingHTTPServer(("127.0.0.1", {port}), http.SimpleHTTPRequestHandler).serve_forever()
"""
    with house:
        house.start(program(serves, ready_url=f"http://127.0.0.1:{port}/"))
        child = heard.process()
        assert is_alive(child)
    assert not is_alive(child)
    assert heard[-1] == "stopping child"


def test_a_child_that_dies_is_told_with_its_last_words(house: Supervisor) -> None:
    with house, pytest.raises(ProgramEnded, match=r"child ended unasked \(exit code 3\)(.|\n)*it was the cable"):
        house.start(program("import sys; print('it was the cable'); sys.exit(3)"))
        house.wait()


def test_a_child_that_dies_before_it_answers_is_not_waited_for(house: Supervisor) -> None:
    with house, pytest.raises(ProgramEnded, match="signal SIGKILL"):
        code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        house.start(program(code, ready_url=f"http://127.0.0.1:{free_port()}/"))


def test_a_child_that_never_answers_is_given_up(house: Supervisor) -> None:
    with house, pytest.raises(NotReady, match="does not answer"):
        house.start(program(SLEEPS, ready_url=f"http://127.0.0.1:{free_port()}/"), within=0.2)


def test_a_step_that_fails_stops_the_rest(house: Supervisor) -> None:
    with house:
        house.run(program("pass", name="step"))
        with pytest.raises(ProgramEnded, match=r"step failed \(exit code 4\)"):
            house.run(program("raise SystemExit(4)", name="step"))


def test_a_stubborn_child_is_killed_after_the_grace(house: Supervisor, heard: Heard) -> None:
    with house:
        house.start(program(STUBBORN))
        child = heard.process()
        wait_for(lambda: "deaf" in house.log_of("child").read_text(encoding="utf-8"))
    assert not is_alive(child)
    assert heard[-1] == "child does not stop in 0.5 seconds: killed"


def test_grandchildren_go_with_their_group(house: Supervisor, heard: Heard) -> None:
    code = f"""
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", {STUBBORN!r}]).pid, flush=True)
time.sleep(60)
"""
    log = house.log_of("child")
    with house:
        house.start(program(code))
        wait_for(lambda: log.read_text(encoding="utf-8").count("\n") == 2)
        numbers = [line for line in log.read_text(encoding="utf-8").split() if line.isdigit()]
        grandchild = psutil.Process(int(numbers[0]))
        assert is_alive(grandchild)
    wait_for(lambda: not is_alive(grandchild))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_the_wait(house: Supervisor, heard: Heard, number: signal.Signals) -> None:
    with house:
        house.start(program(SLEEPS))
        child = heard.process()
        threading.Timer(0.2, os.kill, (os.getpid(), number)).start()
        house.wait()
    assert not is_alive(child)


def test_ctrl_c_ends_a_step_under_way(house: Supervisor) -> None:
    with house, pytest.raises(StopAsked, match="Stopped during step"):
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        house.run(program(SLEEPS, name="step"))


def test_two_supervisors_in_one_folder_are_one_too_many(house: Supervisor, tmp_path: Path) -> None:
    with house, pytest.raises(AlreadyRunning), Supervisor(tmp_path, say=print):
        raise AssertionError("the second must not get in")


def start_another(folder: Path, *, watched: bool) -> tuple["subprocess.Popen[str]", psutil.Process]:
    """A supervisor in a process of its own, and its child. `watched`: the kernel ends the child with it."""
    code = f"""
        import os, sys
        from pathlib import Path
        from tenor.gateways.processes import supervisor
        if not {watched}:
            supervisor.ends_with_parent = lambda number: None
        house = supervisor.Supervisor(Path({str(folder)!r}), say=lambda line: print(line, flush=True))
        with house:
            house.start(supervisor.Program("child", [sys.executable, "-c", {SLEEPS!r}], dict(os.environ)))
            house.wait()
    """
    other = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    heard = Heard([other.stdout.readline().strip()])
    return other, heard.process()


@pytest.mark.skipif(sys.platform != "linux", reason="a service of Linux; elsewhere the next test's way is the way")
def test_children_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    other, child = start_another(tmp_path, watched=True)
    other.kill()
    other.communicate()
    wait_for(lambda: not is_alive(child))


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(tmp_path: Path, house: Supervisor) -> None:
    other, child = start_another(tmp_path, watched=False)
    other.kill()
    other.communicate()
    assert is_alive(child)
    with house:
        assert not is_alive(child)


def test_a_number_given_out_anew_is_left_in_peace(tmp_path: Path, house: Supervisor) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEPS], start_new_session=True)
    born = psutil.Process(stranger.pid).create_time()
    assert find(stranger.pid, born) is not None
    assert find(stranger.pid, born - 100) is None
    (tmp_path / "processes.json").write_text(
        f'[{{"group": {stranger.pid}, "started": {born - 100}}}]', encoding="utf-8"
    )
    with house:
        assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
