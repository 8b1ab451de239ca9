"""Every payment gateway Tenor can use, one line each, built from the settings."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

import httpx
from django.conf import settings

from tenor.gateways.payments.port import PaymentGateway
from tenor.gateways.payments.sandbox.client import SandboxGateway


class NoSuchGateway(LookupError):
    """A payment names a gateway that this installation does not have."""


# Built once per set of values, so that connections are pooled and a changed setting gets a client of its own.
@lru_cache(maxsize=8)
def _sandbox(url: str, key: str, webhook_secret: str, per_second: int, seconds: float) -> PaymentGateway:
    """A call takes `seconds` in all, a fifth of them at most to be put through."""
    patience = httpx.Timeout(seconds * 4 / 5, connect=seconds / 5)
    return SandboxGateway(url, key, webhook_secret, patience, per_second)


GATEWAYS: dict[str, Callable[[], PaymentGateway]] = {
    "sandbox": lambda: _sandbox(
        settings.SANDBOX_URL,
        settings.SANDBOX_KEY,
        settings.SANDBOX_WEBHOOK_SECRET,
        settings.SANDBOX_PER_SECOND,
        settings.PROVIDER_SECONDS,
    ),
}


def gateway(name: str) -> PaymentGateway:
    """The gateway of that name. Raises NoSuchGateway."""
    if name not in GATEWAYS:
        raise NoSuchGateway(f"no payment gateway is called {name!r}; there are: {', '.join(sorted(GATEWAYS))}")
    return GATEWAYS[name]()


@cache
def least_amounts() -> Mapping[str, int]:
    """The least that is charged, in minor units, by currency: where gateways differ, what all of them take."""
    found: dict[str, int] = {}
    for name in GATEWAYS:
        for currency, least in gateway(name).least_amounts.items():
            found[currency] = max(least, found.get(currency, 0))
    return MappingProxyType(found)


def gateways_in_use() -> tuple[str, ...]:
    """The gateways that this installation is set up for: those whose books are compared with ours."""
    return ("sandbox",) if settings.SANDBOX_URL else ()
