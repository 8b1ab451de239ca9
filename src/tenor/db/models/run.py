"""Duties that are done once a business day, however many workers there are: who does it, and what came of it."""

from django.db import models

from tenor.db.constraints import Check
from tenor.db.models.base import Row


class Run(Row):
    """One day's run of a duty. Unfinished, it belongs to whoever holds the lease (the database's clock)."""

    duty = models.TextField()
    day = models.DateField()
    started_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    summary = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "day"], name="a_duty_runs_once_a_day"),
            Check(name="a_run_is_of_a_duty", sql="duty <> ''"),
            Check(name="a_run_ends_after_it_started", sql="finished_at >= started_at"),
        ]
