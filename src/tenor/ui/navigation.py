"""The portal's main navigation as data: what is shown is what has a page."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Item:
    """One page of the navigation. `url_name` is what `reverse` knows it by; `icon` a symbol of icons.svg."""

    label: Promise
    url_name: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together. A group without a label stands alone."""

    label: Promise | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An item as a page shows it. `current` is "page" on the item's own page, "true" below it, else empty."""

    label: Promise
    url: str
    icon: str
    current: str


@dataclass(frozen=True, slots=True)
class Section:
    """A group as a page shows it."""

    label: Promise | None
    links: tuple[Link, ...]


MAIN = (
    Group(None, (Item(_("Home"), "portal:home", "home"),)),
    Group(
        _("Billing and orders"),
        (
            Item(_("Upcoming payments"), "portal:upcoming", "calendar"),
            Item(_("Subscriptions and contracts"), "portal:subscriptions", "layers"),
            Item(_("Payment methods"), "portal:methods", "card"),
            Item(_("Orders and invoices"), "portal:orders", "receipt"),
        ),
    ),
    Group(None, (Item(_("Users"), "portal:users", "users"), Item(_("Help"), "portal:help", "help"))),
)


def address(url_name: str, *arguments: object) -> str | None:
    """The address of a page by its name (and what it is about), or None where no such page exists (yet)."""
    try:
        return reverse(url_name, args=arguments)
    except NoReverseMatch:
        return None


def sections(
    path: str,
    *,
    only: Collection[str] | None = None,
    groups: Iterable[Group] = MAIN,
    find: Callable[[str], str | None] = address,
) -> tuple[Section, ...]:
    """The navigation as seen from `path`: items that have a page, and whose name is in `only` where that is given."""
    found = []
    for group in groups:
        links = tuple(
            Link(item.label, url, item.icon, _current(path, url))
            for item in group.items
            if (only is None or item.url_name in only) and (url := find(item.url_name)) is not None
        )
        if links:
            found.append(Section(group.label, links))
    return tuple(found)


def _current(path: str, url: str) -> str:
    if path == url:
        return "page"
    below = url != "/" and path.startswith(url.rstrip("/") + "/")
    return "true" if below else ""
