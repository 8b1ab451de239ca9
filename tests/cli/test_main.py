"""The command line: what exists can be loaded, what doesn't is said in a sentence."""

import pytest
import typer

from tenor.cli.bootstrap import load
from tenor.cli.main import COMMANDS, run


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_there_and_explains_itself(name: str) -> None:
    command = COMMANDS[name]
    assert command.summary.endswith(".")
    assert isinstance(load(command), typer.Typer)


def test_a_slip_of_the_finger_gets_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(["migrat"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "There is no command `migrat`. Did you mean `tenor migrate`?\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)
