"""Steps of a duty that failed for one account, and wait for a person."""

from django.db import models

from tenor.db.constraints import Check, one_of
from tenor.db.models.base import Attempt, Row
from tenor.domain.duties import Duty


class SetAside(Row, Attempt):
    """One step that is not done until somebody releases it. `subject_id` is what it was about: an account, an order.

    Global, like the queue of the night: no page of a customer's shows it.
    """

    duty = models.TextField()
    account_id = models.UUIDField()
    subject_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "subject_id"], name="a_step_is_set_aside_once"),
            one_of("a_step_set_aside_is_of_a_known_duty", "duty", Duty),
            Check(name="a_step_set_aside_says_why", sql="parked_at IS NULL OR error <> ''"),
        ]
