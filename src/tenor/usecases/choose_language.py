"""Remember a person's language: mail is written in it, and the next browser starts with it."""

from uuid import UUID

from tenor.db.models import User


def choose_language(*, user_id: UUID, language: str) -> None:
    """Store the language code; no account is concerned, so that nothing is locked or told. Safe to repeat."""
    User.objects.filter(id=user_id).exclude(language=language).update(language=language)
