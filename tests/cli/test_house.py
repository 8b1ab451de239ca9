"""What the demo's processes are told, and what they are not."""

import json
import stat
from pathlib import Path

import pytest

from tenor.cli.house import House
from tenor.gateways.processes.supervisor import Program

OWNERS = "only-the-owner-knows"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, f"postgresql://tenor_owner:{OWNERS}@127.0.0.1:5432/tenor", web_port=8000, sandbox_port=8001)


def program(house: House, name: str) -> Program:
    return next(program for program in house.programs() if program.name == name)


def test_the_web_server_does_not_know_the_owner_s_password(house: House) -> None:
    web = program(house, "web")
    assert OWNERS not in json.dumps([web.argv, dict(web.environment)])
    assert web.environment["TENOR_DATABASE_ROLE"] == "app"
    assert web.environment["DATABASE_URL"].startswith("postgresql://tenor_app:")


def test_the_sandbox_knows_nothing_of_the_database(house: House) -> None:
    sandbox = program(house, "sandbox")
    assert not [name for name in sandbox.environment if name.startswith("TENOR_") or name == "DATABASE_URL"]


def test_what_our_shell_says_to_tenor_does_not_count(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENOR_SECRET_KEY", "the shell's")
    monkeypatch.setenv("TENOR_PSEUDO_LOCALE", "the shell's")
    assert "the shell's" not in program(house, "web").environment.values()


def test_the_secrets_are_made_once_and_closed_to_others(house: House, tmp_path: Path) -> None:
    first = house.settings()
    assert house.settings() == first
    assert len(first["TENOR_SECRET_KEY"]) >= 32
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
