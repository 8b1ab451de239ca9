"""Secrets that are made once and kept in a file that only its owner can read."""

import json
import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replaces the file in one step; readable by its owner only from its first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # born with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_private(path: Path) -> dict[str, str]:
    """The names and values kept in `path`; empty when there is no such file."""
    if not path.exists():
        return {}
    values: Mapping[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return dict(values)


def kept_secrets(path: Path, names: Sequence[str]) -> dict[str, str]:
    """The secrets kept in `path`, by name; those that are missing are made up and kept (43 letters, 256 bits)."""
    known = read_private(path)
    missing = [name for name in names if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(32) for name in missing}
        write_private(path, json.dumps(known, indent=2) + "\n")
    return {name: known[name] for name in names}
