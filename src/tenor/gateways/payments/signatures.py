"""Check the signature of an incoming webhook by the Standard Webhooks scheme (HMAC-SHA256 over id.timestamp.body)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from tenor.gateways.payments.errors import InvalidEvent

TOLERANCE_SECONDS = 300
PREFIX = "whsec_"


def verify(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> str:
    """The id of the webhook, once its signature and age hold. Header names are compared without case.

    `secret` is "whsec_" + base64, or any other non-empty text taken as it is. Raises InvalidEvent.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        event_id, stamp, signatures = (given[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
    except KeyError as missing:
        raise InvalidEvent(f"header {missing} is missing") from None
    _check_age(stamp, now)
    signed = f"{event_id}.{stamp}.".encode() + body
    expected = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    # Several signatures may stand side by side while a secret is being changed; any one that fits is enough.
    if not any([hmac.compare_digest(expected, candidate) for candidate in _candidates(signatures)]):
        raise InvalidEvent("no signature fits")
    return event_id


def _check_age(stamp: str, now: datetime) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise InvalidEvent("the timestamp is not a whole number of seconds")
    if abs(int(now.timestamp()) - int(stamp)) > TOLERANCE_SECONDS:
        raise InvalidEvent("the timestamp is too far from now")


def _key(secret: str) -> bytes:
    if not secret:
        raise InvalidEvent("no secret is configured, so no webhook can be believed")
    return base64.b64decode(secret.removeprefix(PREFIX)) if secret.startswith(PREFIX) else secret.encode()


def _candidates(signatures: str) -> list[bytes]:
    found = []
    for part in signatures.split():
        version, _, encoded = part.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            continue
    return found
