"""Read the JSON of a request into checked values; anything wrong is Refused with the field's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tenor.gateways.payments.sandbox.server.errors import Refused

LONGEST_TEXT = 500
LARGEST_AMOUNT = 10**12


@dataclass(frozen=True, slots=True)
class Amount:
    """Whole minor units of a currency."""

    minor: int
    currency: str


def text(body: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    """A text field; `empty` allows "" and its absence."""
    value = body.get(name, "" if empty else None)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not (value or empty):
        raise Refused("invalid_request", f"{name} must be a text of at most {LONGEST_TEXT} characters")
    return value


def flag(body: Mapping[str, Any], name: str) -> bool:
    """A true or false field."""
    value = body.get(name)
    if not isinstance(value, bool):
        raise Refused("invalid_request", f"{name} must be true or false")
    return value


def whole(body: Mapping[str, Any], name: str, default: int, *, most: int) -> int:
    """A whole number from 0 to `most`."""
    value = body.get(name, default)
    if type(value) is not int or not 0 <= value <= most:
        raise Refused("invalid_request", f"{name} must be a whole number from 0 to {most}")
    return value


def amount(body: Mapping[str, Any]) -> Amount:
    """The field `amount`: {"minor": 1250, "currency": "EUR"}."""
    value = body.get("amount")
    minor, currency = (value.get("minor"), value.get("currency")) if isinstance(value, dict) else (None, None)
    if type(minor) is not int or not 0 < minor <= LARGEST_AMOUNT:
        raise Refused("invalid_request", "amount.minor must be a whole number above 0")
    if not (isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise Refused("invalid_request", "amount.currency must be three capital letters")
    return Amount(minor, currency)


def address(body: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    """A web address to send a browser back to."""
    value = text(body, name, empty=empty)
    if value and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).hostname):
        raise Refused("invalid_request", f"{name} must be an http or https address")
    return value


def instant(value: object, name: str) -> datetime:
    """An instant with its offset, in ISO 8601."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused("invalid_request", f"{name} must be an instant with an offset, as 2026-01-31T12:00:00Z")
    return found.astimezone(UTC)
