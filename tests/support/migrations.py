"""Fails when a model has changed and no migration says so: `python -m tests.support.migrations`. Asks no database."""

import warnings

import django
from django.core.management import call_command

from tests.support.environment import set_values_for_tools


def check_migrations() -> None:
    """Exits with code 1, and says what is missing."""
    set_values_for_tools()
    django.setup()
    with warnings.catch_warnings():  # that it found no database to compare the history with
        warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
        call_command("makemigrations", check=True, dry_run=True)


if __name__ == "__main__":
    check_migrations()
