"""What payment providers tell us, stored before it is understood: twice, late and out of order."""

from django.db import models
from django.db.models import Q

from tenor.db.constraints import Check
from tenor.db.models.base import Attempt, Row


class GatewayEvent(Row, Attempt):
    """One webhook. Global: which account it is about is known only once it is processed."""

    gateway = models.TextField()
    event_id = models.TextField()
    kind = models.TextField(default="", blank=True)
    body = models.JSONField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="a_gateways_event_is_stored_once"),
            Check(name="a_gateways_event_has_an_id", sql="gateway <> '' AND event_id <> ''"),
        ]
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(processed_at=None, parked_at=None), name="gateway_events_to_process"
            )
        ]
