"""Arrays for statements, as PostgreSQL writes them: made once, where the driver would look at each value each time."""

from collections.abc import Iterable


def array(values: Iterable[object]) -> str:
    """An array of what needs no quotes: ids, numbers, dates, codes."""
    return "{" + ",".join(map(str, values)) + "}"


def text_array(values: Iterable[str]) -> str:
    """An array of any texts."""
    return array('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
