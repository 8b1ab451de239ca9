"""Whom to ask: the seller's support by region, with hours in the reader's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from babel import Locale
from babel.dates import format_time, get_timezone_location
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REGION_NAMES: dict[str, Promise] = {
    "americas": _("North America"),
    "europe": _("Europe"),
    "pacific": _("Australia and New Zealand"),
    "asia": _("Asia"),
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = re.compile(r"(\w{3})-(\w{3}) (\d\d:\d\d)-(\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Contact:
    """One region's ways to be reached; "" where there is no such way. `own`: the region of the customer's country."""

    code: str
    name: str | Promise
    own: bool
    phone: str
    chat: str
    remote_desktop: str
    hours: str
    place: str

    @property
    def dial(self) -> str:
        """The number as a telephone dials it."""
        return re.sub(r"[^+\d]", "", self.phone)


def contacts(support: Mapping[str, Any], country: str, locale: str) -> list[Contact]:
    """The regions, the customer's own first. `support` is what the seller keeps (see `db.models.Seller`).

    A region has `countries` (ISO 3166), `phone`, `chat` and `remote_desktop` (https addresses), `hours` such as
    "Mon-Fri 08:00-18:00" and the `time_zone` they are meant in.
    """
    regions = support.get("regions", {})
    found = [_contact(code, region, country, locale) for code, region in regions.items()]
    return sorted(found, key=lambda contact: not contact.own)


def _contact(code: str, region: Mapping[str, Any], country: str, locale: str) -> Contact:
    zone = str(region.get("time_zone", ""))
    return Contact(
        code=code,
        name=REGION_NAMES.get(code, code),
        own=country in region.get("countries", ()),
        phone=str(region.get("phone", "")),
        chat=_link(region.get("chat")),
        remote_desktop=_link(region.get("remote_desktop")),
        hours=hours(str(region.get("hours", "")), locale),
        place=get_timezone_location(zone, locale=locale, return_city=True) if zone else "",
    )


def hours(text: str, locale: str) -> str:
    """ "Mon-Fri 08:00-18:00" with the days and times of a locale; what is written otherwise stays as it is."""
    found = _HOURS.fullmatch(text)
    if found is None or not {found[1], found[2]} <= set(_DAYS):
        return text
    days = Locale.parse(locale).days["format"]["abbreviated"]
    first, last = (days[_DAYS.index(found[place])] for place in (1, 2))
    opens, closes = (format_time(time.fromisoformat(found[place]), "short", locale=locale) for place in (3, 4))
    return f"{first}–{last} {opens}–{closes}"


def _link(address: Any) -> str:
    """Only addresses that a browser may safely follow."""
    return str(address) if str(address or "").startswith("https://") else ""
