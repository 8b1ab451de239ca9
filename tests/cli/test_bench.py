"""`tenor bench renewals` on a small book: every part of the night is measured, and nothing is left behind."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ASKED = {
    "renewals", "invoiced_per_s", "ceiling_per_s", "ratio", "collected_per_s", "gateway_alone_per_s", "collect_ratio",
    "cpu_s_per_million", "peak_mb",
}  # fmt: skip


@pytest.mark.house
def test_every_figure_of_a_night_is_measured() -> None:
    before = set(Path(tempfile.gettempdir()).glob("tenor-bench-*"))
    command = [sys.executable, "-m", "tenor.cli.main", "bench", "renewals", "--subscriptions=120", "--collect=30"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert measured.keys() >= ASKED
    assert measured["renewals"] == 120
    assert all(measured[figure] > 0 for figure in ASKED)
    assert set(Path(tempfile.gettempdir()).glob("tenor-bench-*")) == before
