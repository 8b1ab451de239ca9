"""Steps of duties that wait for a person: set aside with their error, and left alone until they are released."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from tenor.db.ids import new_id
from tenor.db.models import SetAside
from tenor.domain.duties import Duty


def set_aside(duty: Duty, account_id: UUID, subject_id: UUID, error: str) -> None:
    """Let the step wait for a person, with what was wrong. One that waits already gets the newest error."""
    with transaction.atomic():
        SetAside.objects.bulk_create(
            [
                SetAside(
                    id=new_id(),
                    duty=duty.value,
                    account_id=account_id,
                    subject_id=subject_id,
                    parked_at=Now(),
                    error=error or "no reason was told",
                )
            ],
            update_conflicts=True,
            unique_fields=["duty", "subject_id"],
            update_fields=["error", "parked_at"],
        )


def waiting(duty: Duty) -> frozenset[UUID]:
    """What the duty leaves alone: the subjects whose step waits for a person. Mostly none."""
    return frozenset(
        SetAside.objects.filter(duty=duty.value, parked_at__isnull=False).values_list("subject_id", flat=True)
    )
