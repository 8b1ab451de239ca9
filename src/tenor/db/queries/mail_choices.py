"""What mail a person wants."""

from uuid import UUID

from tenor.db.models import User


def wants_optional_reminders(user_id: UUID) -> bool | None:
    """Whether they get the reminders that one may do without; None where there is no such person."""
    return User.objects.filter(id=user_id, is_active=True).values_list("optional_reminders", flat=True).first()
