"""The sandbox stays a program of its own, reads the time in one place; the registry builds its client."""

import ast
from pathlib import Path

import pytest
from pytest_django import Settings

from tenor.gateways.payments import registry
from tenor.gateways.payments.sandbox import server
from tenor.gateways.payments.sandbox.client import SandboxGateway

FOLDER = Path(server.__path__[0])
FILES = sorted(FOLDER.rglob("*.py"))


def imported_by(file: Path) -> set[str]:
    """Every module a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{file.name}: a relative import"
            names.add(node.module)
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_provider_imports_nothing_of_tenor(file: Path) -> None:
    own = server.__name__
    foreign = {name for name in imported_by(file) if name.split(".")[0] == "tenor" and not name.startswith(own)}
    assert foreign == set()
    assert not any(name.split(".")[0] in ("django", "psycopg") for name in imported_by(file))


def test_the_packages_above_it_import_nothing() -> None:
    above = [FOLDER.parents[depth] / "__init__.py" for depth in range(4)]
    assert [file.parent.name for file in above] == ["sandbox", "payments", "gateways", "tenor"]
    assert [imported_by(file) for file in above] == [set()] * 4


def test_only_its_clock_reads_the_time() -> None:
    words = ("time.time(", "datetime.now(", "date.today(")
    readers = {file.name for file in FILES if any(word in file.read_text() for word in words)}
    assert readers == {"clock.py"}


def test_the_registry_builds_a_gateway_once_per_configuration(settings: Settings) -> None:
    settings.SANDBOX_URL, settings.SANDBOX_KEY, settings.SANDBOX_WEBHOOK_SECRET = "http://127.0.0.1:9", "k", "s"
    first = registry.gateway("sandbox")
    assert isinstance(first, SandboxGateway)
    assert registry.gateway("sandbox") is first
    settings.SANDBOX_URL = "http://127.0.0.1:10"
    assert registry.gateway("sandbox") is not first


def test_an_unknown_gateway_is_named() -> None:
    with pytest.raises(registry.NoSuchGateway, match="'cash'"):
        registry.gateway("cash")
