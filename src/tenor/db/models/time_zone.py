"""The time zones that an account may have: those that both PostgreSQL and Python know by that name."""

from django.db import models


class TimeZone(models.Model):
    """One name of the IANA database. Filled by `db.time_zones`; accounts point to it.

    A table that Django does not manage: what a test throws away with its rows would take every account's zone along.
    """

    name = models.TextField(primary_key=True)

    class Meta:
        managed = False
        db_table = "db_timezone"
