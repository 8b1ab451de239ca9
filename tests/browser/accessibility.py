"""What axe-core says against a page. Its half a megabyte is given to a window once, not to each page anew."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

ASK = "axe.run({ resultTypes: ['violations'], iframes: false }).then((found) => found.violations)"
"""Frames are left out: the one there is holds a mail and lets no script in, axe neither."""


def bring_axe(context: BrowserContext) -> None:
    """Every page that is opened from now on has axe in it, whatever the page's policy on scripts."""
    context.add_init_script(Axe().axe_script)


def violations(page: Page) -> list[dict[str, Any]]:
    """The rules that the page breaks, each with its nodes; the window has axe (`bring_axe`)."""
    found: list[dict[str, Any]] = page.evaluate(ASK)
    return found
