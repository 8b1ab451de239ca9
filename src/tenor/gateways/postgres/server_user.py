"""Whom the embedded server runs as. PostgreSQL refuses to run as root, so root lends it to a user without rights."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CANDIDATES = ("nobody", "daemon")
"""Users without rights that every system has, best first. initdb wants one that is listed: no free number."""


class NoServerUser(Exception):
    """Run as root on a system that knows none of the users we could lend the server to."""


@dataclass(frozen=True)
class ServerUser:
    """A user of the system: `None` instead of this value means "whoever we are"."""

    name: str
    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Asked of the system itself, by trying: so access lists and mount options count, too."""
        return self.succeeds(["test", "-x", str(folder)])

    def succeeds(self, command: Sequence[str]) -> bool:
        """Whether this user can run the command, and it ends well."""
        try:
            done = subprocess.run(
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        except OSError:
            return False
        return done.returncode == 0

    def own(self, path: Path) -> None:
        """Hands the file or folder (not what is in it) to this user."""
        os.chown(path, self.uid, self.gid)


def server_user() -> ServerUser | None:
    """None: the server runs as we do. Raises `NoServerUser` when we are root and nobody can be found."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid)
    raise NoServerUser(f"Run as root, PostgreSQL needs one of these users to exist: {', '.join(CANDIDATES)}.")
