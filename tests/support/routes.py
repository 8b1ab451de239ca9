"""Every address that the portal knows, from the resolver itself: a new one can't be forgotten by the tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """An address's name with its namespace ("portal:home"), and the names of its arguments."""

    name: str
    arguments: tuple[str, ...]


def all_routes() -> tuple[Route, ...]:
    """Every route, in the order of the resolver. Raises AssertionError where one has no name."""
    return tuple(_of(get_resolver(), ""))


def _of(resolver: URLResolver, namespace: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _of(entry, inner)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            yield Route(f"{namespace}{entry.name}", tuple(entry.pattern.regex.groupindex))
