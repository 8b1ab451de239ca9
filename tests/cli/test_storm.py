"""`tenor bench storm` on a small night: it ends well, and the same storm is lost where the provider forgets keys."""

import re
import subprocess
import sys

import pytest

from tenor.cli.bench.storm import Verdict

pytestmark = pytest.mark.house

STORM = [sys.executable, "-m", "tenor.cli.main", "bench", "storm", "--renewals=600", "--seconds=10", "--seed=3"]


def let_loose(*more: str) -> subprocess.CompletedProcess[str]:
    """The storm, to its verdict."""
    return subprocess.run([*STORM, *more], capture_output=True, text=True, timeout=900, check=False)


def counted(done: subprocess.CompletedProcess[str], what: str) -> int:
    """The number that stands beside `what` in the verdict."""
    [row] = [line for line in done.stdout.splitlines() if what in line]
    return int(row.strip("\u2502 ").split("\u2502")[1].replace(",", ""))


def test_every_term_is_charged_once_whoever_dies() -> None:
    done = let_loose()
    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert "400 charges" in said
    killed = re.search(r"(\d+) workers and (\d+) databases killed", said)
    assert killed is not None, said
    assert all(int(many) > 0 for many in killed.groups()), said
    assert counted(done, "charged under fire") * 5 >= 400, "a fifth at least, or it would not be called a storm"
    assert counted(done, "sent twice under fire") > 0, "what only its key kept from being charged twice"


def test_control_without_keys_some_are_charged_twice_and_the_verdict_says_so() -> None:
    done = let_loose("--without-idempotency")
    assert done.returncode == 1, done.stdout + done.stderr
    assert counted(done, "charged more than once") > 0
    assert counted(done, "sent twice under fire") >= counted(done, "charged more than once")
    assert "Not a storm" not in done.stdout


@pytest.mark.parametrize(
    ("charges", "under_fire", "sent_twice", "faults", "code"),
    [
        (400, 80, 1, 0, 0),
        (400, 79, 1, 0, 3),
        (400, 0, 0, 0, 3),
        (400, 400, 0, 0, 3),
        (400, 0, 0, 1, 1),
        (400, 400, 9, 2, 1),
    ],
)
def test_a_night_without_a_storm_proves_nothing(
    charges: int, under_fire: int, sent_twice: int, faults: int, code: int
) -> None:
    verdict = Verdict(600, charges=charges, under_fire=under_fire, sent_twice=sent_twice, faults={"wrong": faults})
    assert verdict.exit_code == code
    assert bool(verdict.not_a_storm) == (under_fire * 5 < charges or not sent_twice)
