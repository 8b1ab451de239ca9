"""The secret in a calendar feed's address: in no table, and yet it can be shown again to whoever it belongs to."""

from uuid import UUID

from django.utils.crypto import salted_hmac

SALT = "tenor.usecases.calendar_token"


def calendar_token(feed_id: UUID, serial: int) -> str:
    """The token of the feed with that serial, worked out from Tenor's secret key; another serial gives another one."""
    return salted_hmac(SALT, f"{feed_id.hex}:{serial}", algorithm="sha256").hexdigest()
