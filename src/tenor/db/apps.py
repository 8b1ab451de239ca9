"""Tenor's tables as one Django app."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """One app, one linear migration history."""

    name = "tenor.db"
    label = "db"
    verbose_name = "Tenor"
