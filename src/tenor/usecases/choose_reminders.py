"""Whether a person wants the reminders that one may do without."""

from uuid import UUID

from tenor.db.models import User


def choose_reminders(*, user_id: UUID, optional: bool) -> None:
    """Store the choice; no account is concerned, so that nothing is locked or told. Safe to repeat."""
    User.objects.filter(id=user_id).exclude(optional_reminders=optional).update(optional_reminders=optional)
