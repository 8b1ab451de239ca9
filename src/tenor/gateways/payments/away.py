"""What one process found out, for all: a payment provider that does not answer is known to be away for a while."""

from django.core.cache import cache

from tenor.domain.breaker import REST

_KEY = "provider-away:{}"


def note_away(gateway: str) -> None:
    """Tell everybody that the gateway fails for everybody; forgotten after a rest (`domain.breaker`), by real time."""
    cache.set(_KEY.format(gateway), "away", REST.total_seconds())


def is_away(gateway: str) -> bool:
    """Whether some process said so within the last seconds."""
    return cache.get(_KEY.format(gateway)) is not None
