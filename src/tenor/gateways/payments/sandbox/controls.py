"""What tests and demos may do at the sandbox provider, and no real provider offers: its clock, sample methods."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings

from tenor.domain.account import MethodKind
from tenor.gateways.payments.errors import GatewayUnavailable
from tenor.gateways.payments.port import StoredMethod

TIMEOUT_SECONDS = 20.0


class SandboxControls:
    """The sandbox's API for tests, at `url` with bearer `key`. Every verb raises GatewayUnavailable."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT_SECONDS,
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,  # a proxy of the machine has no business between Tenor and its provider
        )

    def now(self) -> datetime:
        """The instant that its books go by."""
        return datetime.fromisoformat(self._ask("GET", "/v1/test/clock")["now"])

    def set_clock(self, instant: datetime) -> None:
        """Set its clock, which stands still until it is set again; debits settle as it passes their days."""
        self._ask("POST", "/v1/test/clock", {"now": instant.astimezone(UTC).isoformat()})

    def add_method(self, kind: MethodKind, behaviour: str, expiry: tuple[int, int] | None = None) -> StoredMethod:
        """Store a sample method by the name of its behaviour; `expiry` of a card is (year, month)."""
        asked: dict[str, Any] = {"kind": kind.value, "behaviour": behaviour}
        if expiry is not None:
            asked |= {"expiry_year": expiry[0], "expiry_month": expiry[1]}
        row = self._ask("POST", "/v1/test/methods", asked)
        return StoredMethod(
            reference=row["id"],
            kind=kind,
            brand=row["brand"],
            last4=row["last4"],
            expiry_year=row["expiry_year"],
            expiry_month=row["expiry_month"],
            mandate_reference=row["mandate_reference"],
        )

    def invalidate_method(self, reference: str, code: str) -> None:
        """The bank refuses it for good from now on (`code` as of a decline), and the provider says so."""
        self._ask("POST", f"/v1/test/methods/{reference}/invalidate", {"code": code})

    def forget_events(self) -> None:
        """Deliver nothing of what happened so far: whoever made that history knows it."""
        self._ask("POST", "/v1/test/events/forget", {})

    def set_faults(self, **switches: int | bool) -> None:
        """Let it misbehave, or behave again: the switches of its server/faults.py."""
        self._ask("POST", "/v1/test/faults", switches)

    def asked_again(self) -> int:
        """How many charges were asked for while they were under way or booked already, since it was started."""
        return int(self._ask("GET", "/v1/test/faults")["asked_again"])

    def clear(self) -> None:
        """Empty its books, as on its first day."""
        self._ask("POST", "/v1/test/clear", {})

    def _ask(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            response = self._http.request(verb, path, json=body)
            response.raise_for_status()
            answer: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise GatewayUnavailable(f"the sandbox at {self._http.base_url} does not answer: {fault!r}") from fault
        return answer


_controls = lru_cache(maxsize=8)(SandboxControls)


def sandbox_controls() -> SandboxControls | None:
    """Those of the sandbox that the settings name; None where there is none."""
    return _controls(settings.SANDBOX_URL, settings.SANDBOX_KEY) if settings.SANDBOX_URL else None
