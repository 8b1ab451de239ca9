"""The embedded server: durable, closed to others, and startable again after whatever ended the last run."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tenor.gateways.postgres import places
from tenor.gateways.postgres.embedded import EmbeddedServer, ServerBusy, ServerFailed
from tenor.gateways.postgres.orphans import processes_in
from tenor.gateways.postgres.places import known_place
from tenor.gateways.postgres.server_user import server_user
from tenor.gateways.processes.leftovers import is_alive

pytestmark = pytest.mark.slow
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server to another user")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a server's state. pytest's own is closed to other users, as a checkout in /root would be."""
    return tmp_path / "state"


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(folder)
    yield server
    server.destroy()


def ask(server: EmbeddedServer, query: str) -> object:
    with psycopg.connect(server.url, connect_timeout=5, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def remember(server: EmbeddedServer, word: str) -> None:
    with psycopg.connect(server.url, connect_timeout=5) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def data_of(server: EmbeddedServer) -> Path:
    place = known_place(server.folder)
    assert place is not None
    return place / "data"


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in 20 seconds"
        time.sleep(0.02)


def test_it_is_durable_and_its_owner_is_no_superuser(server: EmbeddedServer) -> None:
    server.start()
    assert ask(server, "SELECT current_setting('server_version_num')::int >= 160000") is True
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(server, f"SHOW {setting}") == "on"
    assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
    rights = "rolsuper::text || rolbypassrls || rolcreatedb || rolcreaterole"
    assert ask(server, f"SELECT {rights} FROM pg_roles WHERE rolname = current_user") == "falsefalsetruetrue"
    assert ask(server, "SELECT current_user || ' ' || current_database()") == "tenor_owner tenor"


def test_it_asks_for_the_password(server: EmbeddedServer) -> None:
    server.start()
    wrong = f"postgresql://tenor_owner:wrong@127.0.0.1:{server.port}/tenor"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong, connect_timeout=5)
    mode = (server.folder / "passwords.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_data_outlives_a_stop(server: EmbeddedServer) -> None:
    server.start()
    remember(server, "kept")
    server.stop()
    assert server.pid is None
    server.start()
    assert ask(server, "SELECT word FROM words") == "kept"


def test_a_second_one_in_the_same_folder_is_refused(server: EmbeddedServer) -> None:
    server.start()
    with pytest.raises(ServerBusy):
        EmbeddedServer(server.folder).start()
    assert ask(server, "SELECT 1") == 1


def test_after_kill_9_of_the_postmaster_it_starts_again(server: EmbeddedServer) -> None:
    server.start()
    remember(server, "committed")
    idle = psycopg.connect(server.url, connect_timeout=5)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    wait_for(lambda: server.pid is None)
    server.start()
    assert ask(server, "SELECT word FROM words") == "committed"
    idle.close()


def start_in_another_process(folder: Path, *, watched: bool) -> "subprocess.Popen[str]":
    """A process that starts a server, says its number, and waits. `watched`: the kernel ends the one with the other."""
    code = f"""
        import signal
        from pathlib import Path
        from tenor.gateways.postgres import embedded
        if not {watched}:
            embedded.ends_with_parent = lambda number: None
        server = embedded.EmbeddedServer(Path({str(folder)!r}))
        server.start()
        print(server.pid, flush=True)
        signal.pause()
    """
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)


def kill_9_its_starter(folder: Path, *, watched: bool) -> psutil.Process:
    """The postmaster, after the process that started it was killed."""
    starter = start_in_another_process(folder, watched=watched)
    assert starter.stdout is not None
    postmaster = psutil.Process(int(starter.stdout.readline()))
    assert is_alive(postmaster)
    starter.kill()
    starter.communicate()
    return postmaster


@pytest.mark.skipif(sys.platform != "linux", reason="a service of Linux; elsewhere the next test's way is the way")
def test_it_ends_when_the_process_that_started_it_is_killed(server: EmbeddedServer) -> None:
    postmaster = kill_9_its_starter(server.folder, watched=True)
    wait_for(lambda: not is_alive(postmaster))
    wait_for(lambda: processes_in(data_of(server)) == [])
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_an_orphan_is_found_and_stopped(server: EmbeddedServer) -> None:
    orphan = kill_9_its_starter(server.folder, watched=False)
    assert is_alive(orphan)
    server.start()
    assert not is_alive(orphan)
    assert ask(server, "SELECT 1") == 1


@pytest.mark.parametrize("lock_of", ["dead", "alive but no server", "zombie"])
def test_a_stale_lock_is_taken_away(server: EmbeddedServer, lock_of: str) -> None:
    """PostgreSQL itself refuses to start in the second and third case."""
    server.start()
    lock = data_of(server) / "postmaster.pid"
    text = lock.read_text(encoding="utf-8")
    server.stop()
    other = subprocess.Popen(["sleep", "60"])
    if lock_of != "alive but no server":
        other.kill()
        wait_for(lambda: psutil.Process(other.pid).status() == psutil.STATUS_ZOMBIE)
    if lock_of == "dead":
        other.wait()
    lock.write_text(text.replace(text.split("\n")[0], str(other.pid), 1), encoding="utf-8")
    server.start()
    assert ask(server, "SELECT 1") == 1
    other.kill()
    other.wait()


def test_a_broken_setting_is_told_in_its_own_words(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules["tenor.gateways.postgres.embedded"].SETTINGS, "shared_buffers", "much")
    with pytest.raises(ServerFailed, match="shared_buffers"):
        server.start()
    assert server.pid is None


@ROOT_ONLY
def test_in_a_closed_folder_the_data_lies_outside_and_no_folder_is_opened(folder: Path, server: EmbeddedServer) -> None:
    user = server_user()
    assert user is not None
    folder.mkdir(mode=0o700)
    folder.parent.chmod(0o700)
    server.start()
    place = known_place(folder)
    assert place is not None
    assert place.parent == places.OUTSIDE
    assert (place.stat().st_uid, stat.S_IMODE(place.stat().st_mode)) == (user.uid, 0o700)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)] == [0o700, 0o700]
    assert psutil.Process(server.pid).username() == user.name
    server.destroy()
    assert not place.exists()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@ROOT_ONLY
def test_in_an_open_folder_the_data_lies_inside(open_folder: Path) -> None:
    folder = open_folder / "state"
    folder.mkdir()
    folder.chmod(0o755)  # whatever the umask says
    server = EmbeddedServer(folder)
    try:
        server.start()
        assert known_place(server.folder) == server.folder / "server"
    finally:
        server.destroy()


@ROOT_ONLY
def test_binaries_out_of_reach_are_copied_once(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case of a checkout in /root: the server's user can't enter the folder that .venv lies in."""
    user, site = server_user(), tmp_path / "site-packages"
    assert user is not None
    tmp_path.chmod(0o700)
    for part in (places.INSTALLATION, places.LIBRARIES):
        shutil.copytree(places.site_packages() / part, site / part)
    monkeypatch.setattr(places, "site_packages", lambda: site)
    found = places.binaries(user, open_folder / "outside")
    assert found.is_relative_to(open_folder)
    assert user.succeeds([str(found / "postgres"), "--version"])
    made = found.stat().st_ino
    assert places.binaries(user, open_folder / "outside").stat().st_ino == made
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@ROOT_ONLY
def test_a_copied_folder_does_not_take_the_original_s_data(folder: Path, server: EmbeddedServer) -> None:
    folder.mkdir(mode=0o700)
    server.start()
    copy = folder.with_name("copy")
    copy.mkdir()
    for name in ("place", "identity"):
        (copy / name).write_bytes((folder / name).read_bytes())
    assert known_place(copy) is None
