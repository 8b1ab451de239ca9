"""Fields that a stored value may lack: unset, they stay out of its canonical form, so that its fingerprint holds."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

ADDED: Mapping[str, bool] = {"added": True}
"""The metadata of such a field of a dataclass; its default stands for "not set"."""


def told_fields(value: Any) -> Iterator[tuple[str, object]]:
    """The fields of a dataclass with their values, without those that are not set."""
    for field in fields(value):
        found = getattr(value, field.name)
        if not field.metadata.get("added") or found != field.default:
            yield field.name, found
