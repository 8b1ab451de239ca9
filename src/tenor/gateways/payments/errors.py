"""What can go wrong with a payment gateway, as one tree.

    GatewayError
    ├── GatewayUnavailable    certainly not processed (connection refused, too many requests): try again, same key
    ├── GatewayUnknown        no answer, a timeout, a 5xx: it MAY have charged; ask with `find_charge`
    ├── GatewayRefused        understood and refused before anything moved, in the gateway's own words (docs/adr 28):
    │                         our request is wrong, do not repeat it
    ├── IdempotencyConflict
    │   ├── KeyInUse          the same key is being worked on right now: outcome open, ask again later
    │   └── KeyReused         the same key came with another body: a fault of ours, nothing was done
    └── InvalidEvent          a webhook whose signature, age or shape is wrong

A decline is no error: it is an answer (`ChargeAnswer.status`). Every verb of the port may raise the first three.
"""


class GatewayError(Exception):
    """Anything a gateway can do but answer."""


class GatewayUnavailable(GatewayError):
    """The request was certainly not processed. The same request with the same key may be sent again at once."""


class GatewayUnknown(GatewayError):
    """Nobody knows whether the request was processed. Only asking (or the same key again) may settle it."""


class GatewayRefused(GatewayError):
    """The gateway refused the request itself. `code` is its word for why (such as `no_such_method`)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class IdempotencyConflict(GatewayError):
    """The idempotency key stands in the way of this request."""


class KeyInUse(IdempotencyConflict):
    """A request with this key is under way; its outcome is open."""


class KeyReused(IdempotencyConflict):
    """This key was used with another body. Nothing was done now; the first request stands."""


class InvalidEvent(GatewayError):
    """A webhook that must not be believed: unsigned, tampered with, too old, or unreadable."""
