"""Named points at which a test may kill the process. In production each of them does nothing."""

import os


def crashpoint(name: str) -> None:
    """Die here, at once and without cleaning up, if a test asked for it by `TENOR_CRASH_AT`.

    `name` is written out at the place: tests/crash reads the names from the code, and each of them has to fire.
    """
    if name == os.environ.get("TENOR_CRASH_AT"):
        os._exit(137)
