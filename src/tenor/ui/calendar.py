"""A calendar of whole days in the form that calendar programs read (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

TYPE = "text/calendar; charset=utf-8"
READ_AGAIN_AFTER = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Entry:
    """A whole day. `uid` stays the same for as long as it is the same thing, whatever its day and its title."""

    uid: str
    on: date
    title: str
    url: str


def calendar_file(name: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """The calendar of that name, as it stands at `now`."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tenor//Renewals//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", now)
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("summary", entry.title)
        event.add("url", entry.url)
        event.add("transp", "TRANSPARENT")  # a renewal keeps nobody busy
        calendar.add_component(event)
    return bytes(calendar.to_ical())
