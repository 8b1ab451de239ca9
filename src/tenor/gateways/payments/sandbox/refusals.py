"""Which answers of the sandbox are errors of its own, and what each stands for.

Between the provider and Tenor stand balancers, firewalls and maintenance pages, which answer in its place: a 404 in
plain text, a 302, a 403 of HTML may well come after a charge was made. So only a whole error object of the provider,
with the status that belongs to its code, tells that nothing moved. Anything else tells nothing.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from tenor.gateways.payments.errors import (
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    GatewayUnknown,
    KeyInUse,
    KeyReused,
)

_ASKED_WRONGLY = frozenset({400})
_NOT_THERE = frozenset({404})

STATUSES: Mapping[str, frozenset[int]] = {
    "unauthorized": frozenset({401}),
    "invalid_request": _ASKED_WRONGLY,
    "http_error": frozenset({400, 404, 405, 413, 415}),
    "no_such_kind": _ASKED_WRONGLY,
    "no_such_behaviour": _ASKED_WRONGLY,
    "no_such_charge": _NOT_THERE,
    "no_such_setup": _NOT_THERE,
    "no_such_method": _NOT_THERE,
    "currency_mismatch": _ASKED_WRONGLY,
    "more_than_is_left": _ASKED_WRONGLY,
    "not_paid": _ASKED_WRONGLY,
    "not_a_card": _ASKED_WRONGLY,
    "expiry_passed": _ASKED_WRONGLY,
    "idempotency_error": _ASKED_WRONGLY,
    "key_in_use": frozenset({409}),
}
"""Every code with which the provider refuses before anything moves, and the statuses that go with it."""


def error_of(status: int, body: bytes) -> GatewayError:
    """What an answer that is no success stands for: a refusal where the provider itself says so, else no answer."""
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return GatewayUnavailable("too many requests")
    told = _told(body)
    if told is None:
        return GatewayUnknown(f"status {status}, and not in the provider's words")
    code, message = told
    if status not in STATUSES.get(code, frozenset()):
        return GatewayUnknown(f"{code}, with status {status}: {message}")
    if code == "key_in_use":
        return KeyInUse(message)
    if code == "idempotency_error":
        return KeyReused(message)
    return GatewayRefused(code, message)


def _told(body: bytes) -> tuple[str, str] | None:
    """Code and message of the provider's error object: these two texts, and nothing else."""
    try:
        whole: Any = orjson.loads(body)
    except ValueError:
        return None
    if not isinstance(whole, dict) or set(whole) != {"error"} or not isinstance(whole["error"], dict):
        return None
    error: dict[str, Any] = whole["error"]
    if set(error) != {"code", "message"} or not all(isinstance(value, str) for value in error.values()):
        return None
    return error["code"], error["message"]
