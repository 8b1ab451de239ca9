"""The files that say the same thing say the same thing: Makefile, CI, hooks, Python's version."""

import re
import tomllib

from tests.meta.rules import ROOT


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def recipe(target: str) -> str:
    """The commands of a target in the Makefile."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", read("Makefile"), re.MULTILINE)
    assert found, f"no target {target}"
    return found.group(1)


def test_ci_runs_what_people_run() -> None:
    commands = [line for line in read(".ci/run").splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec make test"]
    assert re.search(r"^test: check ", read("Makefile"), re.MULTILINE)


def test_every_test_is_run_once_by_make_test() -> None:
    assert 'pytest -m "not slow"' in recipe("check")
    assert "pytest -m slow" in recipe("test")


def test_hooks_check_a_part_of_what_make_check_checks() -> None:
    hooks = re.findall(r"entry: \.venv/bin/(.*?)(?: --force-exclude)?\n", read(".pre-commit-config.yaml"))
    assert len(hooks) >= 4
    for hook in hooks:
        assert f"$(BIN)/{hook}\n" in recipe("check")


def test_hooks_fetch_nothing() -> None:
    text = read(".pre-commit-config.yaml")
    assert re.findall(r"repo: (.*)", text) == ["local"]
    assert set(re.findall(r"language: (.*)", text)) == {"system"}


def test_python_s_oldest_version_is_the_same_everywhere() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert project["tool"]["mypy"]["python_version"] == "3.11"
    assert "sys.version_info < (3, 11)" in read("scripts/environment.sh")
    assert "--python-version 3.11" in recipe("lock")


def test_each_dependency_has_a_reason() -> None:
    lists = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", read("pyproject.toml"), re.MULTILINE | re.DOTALL)
    assert len(lists) == 2
    lines = [line for text in lists for line in text.splitlines()]
    assert lines
    assert [line for line in lines if not re.search(r'",\s*# \w', line)] == []


def test_each_dependency_is_locked() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in wanted}
    assert names <= set(re.findall(r"^([a-z0-9._-]+)==", read("requirements.lock"), re.MULTILINE))
