"""Finds Chromium for the browser tests, or brings it: `python -m tests.support.chromium` prints where it is."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

# What has no window to draw comes first: a page takes it two thirds of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OURS = Path(__file__).resolve().parents[2] / ".make" / "browsers"
"""Where playwright puts a browser that it fetches for us: in the checkout, nothing global."""

ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class ChromiumMissing(Exception):
    """No browser, and no way to bring one; the sentence says what to install."""


def arguments() -> list[str]:
    """Chromium's arguments. Its sandbox won't run as root, who goes without: only our own pages are opened."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def find() -> Path | None:
    """A Chromium that starts: on the PATH, or playwright's own."""
    on_path = (Path(found) for name in NAMES if (found := shutil.which(name)))
    return next((path for path in chain(on_path, _playwrights_own()) if _starts(path)), None)


def ensure() -> Path:
    """`find`; when there is none, Debian's package where we are root, else playwright's. Raises `ChromiumMissing`."""
    found = find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install_debian_package()
        found = find()
    if found is None:
        _install_with_playwright()
        found = find()
    if found is None:
        raise ChromiumMissing(
            "The browser tests need Chromium: install it (on Debian: apt-get install chromium) and try again."
        )
    return found


def _playwrights_own() -> Iterator[Path]:
    for folder in (None, OURS):
        with pytest.MonkeyPatch.context() as patch:
            if folder is not None:
                patch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(folder))
            with sync_playwright() as playwright:
                path = Path(playwright.chromium.executable_path)
        if path.exists():
            yield path


def _starts(path: Path) -> bool:
    """Ubuntu's `chromium-browser` is there but only says where to get it, hence the trial."""
    try:
        return subprocess.run([path, "--version"], check=False, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install_debian_package() -> None:
    print("Installing Debian's chromium (once) ...", flush=True)  # noqa: T201
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update"],
        ["install", "-y", "--no-install-recommends", "chromium-headless-shell", "fonts-liberation"],
    ):
        if (
            subprocess.run(
                ["apt-get", "-o", "DPkg::Lock::Timeout=600", *command], check=False, env=environment
            ).returncode
            != 0
        ):
            print(f"apt-get {command[0]} failed", flush=True)  # noqa: T201


def _install_with_playwright() -> None:
    print("Fetching playwright's Chromium into .make (once) ...", flush=True)  # noqa: T201
    environment = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(OURS)}
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, env=environment)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"Chromium: {ensure()}\n")
    except ChromiumMissing as missing:
        sys.exit(str(missing))
