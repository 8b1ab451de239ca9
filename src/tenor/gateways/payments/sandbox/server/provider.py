"""The running provider: its store, faults, keys and configuration, as one value handed to every request."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from tenor.gateways.payments.sandbox.server.faults import Faults
from tenor.gateways.payments.sandbox.server.idempotency import KeysInUse
from tenor.gateways.payments.sandbox.server.store import Store

EXTENSION = "sandbox"
LINE = "sandbox.line"
"""Where a request's environment has the `Line` it came by."""


@dataclass(slots=True)
class Line:
    """The caller's connection. `lost`: the answer must not reach it, though what it tells has happened."""

    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """`public_url` is where payers' browsers reach the pages; `portal_url` is the shop's, for a link back."""

    store: Store
    faults: Faults
    key: str
    public_url: str
    portal_url: str
    keys: KeysInUse = field(default_factory=KeysInUse)


def provider() -> Provider:
    """The provider this request is for."""
    return cast("Provider", current_app.extensions[EXTENSION])
