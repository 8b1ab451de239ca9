"""The test clock of rules 1: one row, or none where business time is the system's."""

from django.db import models

from tenor.db.constraints import Check


class Clock(models.Model):
    """Either `ahead_by` (it ticks, that far ahead of the system's clock) or `stands_at` (it stands still)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    ahead_by = models.DurationField(null=True, blank=True)
    stands_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            Check(name="there_is_one_clock", sql="id = 1"),
            Check(name="a_clock_ticks_or_stands", sql="num_nonnulls(ahead_by, stands_at) = 1"),
        ]
