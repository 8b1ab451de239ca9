"""Makes Django ready before anything of ours that needs it is imported. The only place that may import late."""

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from tenor.gateways.secret_files import read_private

SETTINGS = "tenor.project.settings"
RUNNING_DEMO = "environment.json"
"""In TENOR_HOME while the demo runs: the environment of its processes."""


@dataclass(frozen=True)
class Command:
    """Where a command lives: a module with a typer application named `app`."""

    module: str
    summary: str
    django: bool = False


def load(command: Command) -> Callable[..., Any]:
    """The command, ready to be called. Ends the process with a sentence when it needs settings and they are wrong."""
    if command.django:
        set_up_django()
    application: Callable[..., Any] = importlib.import_module(command.module).app
    return application


def set_up_django() -> None:
    """Reads the settings, once. Raises SystemExit with a sentence when the environment is not complete."""
    join_running_demo()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def join_running_demo() -> None:
    """Lets `tenor clock` and the like reach the demo that runs in this folder, unless told of another database."""
    if "DATABASE_URL" in os.environ:
        return
    home = Path(os.environ.get("TENOR_HOME", ".tenor"))
    for name, value in read_private(home / RUNNING_DEMO).items():
        os.environ.setdefault(name, value)
