"""The token in a mail's way to stop optional reminders: good for that and nothing else, of one person, for ever."""

from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "tenor.usecases.reminder_token"
ID_DIGITS = 32


def reminder_token(user_id: UUID) -> str:
    """The token of a person, worked out from Tenor's secret key: it can't be guessed, and is kept nowhere."""
    return f"{user_id.hex}{_signature(user_id)}"


def person_of(token: str) -> UUID | None:
    """Whose token that is; None for what is none."""
    try:
        user_id = UUID(token[:ID_DIGITS])
    except ValueError:
        return None
    return user_id if constant_time_compare(token, reminder_token(user_id)) else None


def _signature(user_id: UUID) -> str:
    return salted_hmac(SALT, user_id.hex, algorithm="sha256").hexdigest()
