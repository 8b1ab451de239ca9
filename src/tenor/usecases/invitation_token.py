"""The secret in an invitation's link: in no table and in no queue, and yet every mail can carry it."""

from hashlib import sha256
from uuid import UUID

from django.utils.crypto import salted_hmac

SALT = "tenor.usecases.invitation_token"


def token_of(invitation_id: UUID, serial: int) -> str:
    """The token of the invitation's mail with that serial, worked out from Tenor's secret key whenever it is needed.

    It can't be guessed without the key, and another serial gives another token.
    """
    return salted_hmac(SALT, f"{invitation_id.hex}:{serial}", algorithm="sha256").hexdigest()


def digest_of(token: str) -> str:
    """What is stored of a token: its SHA-256, in hexadecimal."""
    return sha256(token.encode()).hexdigest()
