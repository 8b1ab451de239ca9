"""`tenor bench storm` on a small night: it ends well, and the same storm is lost where the provider forgets keys."""

import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.house

STORM = [sys.executable, "-m", "tenor.cli.main", "bench", "storm", "--renewals=600", "--seconds=10", "--seed=3"]


def let_loose(*more: str) -> subprocess.CompletedProcess[str]:
    """The storm, to its verdict."""
    return subprocess.run([*STORM, *more], capture_output=True, text=True, timeout=300, check=False)


def test_every_term_is_charged_once_whoever_dies() -> None:
    done = let_loose()
    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert "400 charges" in said
    killed = re.search(r"(\d+) workers and (\d+) databases killed", said)
    assert killed is not None, said
    assert all(int(many) > 0 for many in killed.groups()), said


def test_control_without_keys_some_are_charged_twice_and_the_verdict_says_so() -> None:
    done = let_loose("--without-idempotency")
    assert done.returncode == 1, done.stdout + done.stderr
    [row] = [line for line in done.stdout.splitlines() if "charged more than once" in line]
    assert int(row.strip("\u2502 ").split("\u2502")[1]) > 0
