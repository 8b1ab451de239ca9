"""Remember a person's language: mail is written in it, and the next browser starts with it."""

from uuid import UUID

from tenor.db.models import User
from tenor.domain.codes import demand_language


def choose_language(*, user_id: UUID, language: str) -> None:
    """Store the language code; no account is concerned, so that nothing is locked or told. Safe to repeat.

    Raises Refusal("unknown_language").
    """
    demand_language(language)
    User.objects.filter(id=user_id).exclude(language=language).update(language=language)
