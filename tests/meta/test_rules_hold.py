"""The rules of the house hold in every file of it."""

import subprocess
from pathlib import Path

import pytest

from tests.meta.rules import ROOT, RULES, Rule, lock_without_index, no_machine_of_ours, sources

SOURCES = sources()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds_everywhere(rule: Rule) -> None:
    assert SOURCES, "no file was looked at"
    faults = [fault for source in SOURCES for fault in rule(source)]
    assert not faults, "\n".join([rule.__doc__ or "", *faults])


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_place_on_somebody_s_machine() -> None:
    faults = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture
            continue
        faults += no_machine_of_ours(path.relative_to(ROOT).as_posix(), text)
    assert not faults, "\n".join(faults)


def test_the_lock_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") > 100
    assert not lock_without_index("requirements.lock", text)
