"""What to align, and to which day: the form of the first step. It is sent as an address, too, and so can be a link."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from tenor.domain.requests import AlignDates

SHOWN = "shown"
"""Sent along with the form: nothing chosen then means nothing, and not what is suggested."""
RENEW = "renew-"
"""With a subscription's id: how many of its seats to renew."""
MOST_DIGITS = 8
OTHER = "other"
"""The choice of a day that is typed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen. `when` is "" for the latest date among the chosen, a day, or OTHER for the one in `typed`.

    `method_id` is only asked for when preparing. `renew` is how many seats to renew, by subscription, where fewer are
    scheduled already.
    """

    ids: tuple[str, ...] = ()
    when: str = ""
    typed: str = ""
    prepare: bool = False
    method_id: str | None = None
    renew: tuple[tuple[str, int], ...] = ()

    @property
    def on(self) -> date | None:
        """The day that was asked for; None for the latest among the chosen, or where it is no day."""
        return _day(self.typed if self.when == OTHER else self.when)

    @property
    def is_typed_well(self) -> bool:
        """Whether the day is one, if one was to be typed."""
        return self.when != OTHER or self.on is not None

    @property
    def ask(self) -> AlignDates:
        """What is asked of the planner."""
        method_id = self.method_id if self.prepare else None
        return AlignDates(self.ids, self.on, self.prepare, method_id, at_renewal=self.renew)

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        fields = [(SHOWN, "1"), *(("s", one) for one in self.ids)]
        fields += [("when", self.when)] if self.when else []
        fields += [("on", self.typed)] if self.typed else []
        fields += [("prepare", "1")] if self.prepare else []
        fields += [("method", self.method_id)] if self.prepare and self.method_id else []
        fields += [(f"{RENEW}{one}", str(seats)) for one, seats in self.renew]
        return urlencode(fields)


def read(data: QueryDict) -> Asked:
    """What the form says, or an address such as ?s=ID&s=ID&on=2027-06-01."""
    when, typed = data.get("when", ""), data.get("on", "")[:10]
    if typed and SHOWN not in data and not when:
        when = OTHER
    return Asked(
        ids=tuple(dict.fromkeys(data.getlist("s"))),
        when=when if when == OTHER or _day(when) else "",
        typed=typed,
        prepare=bool(data.get("prepare")),
        method_id=data.get("method") or None,
        renew=tuple(_answers(data)),
    )


def of_ask(ask: AlignDates) -> Asked:
    """The form as it was filled in for that request."""
    typed = ask.on.isoformat() if ask.on else ""
    return Asked(ask.subscription_ids, OTHER if typed else "", typed, ask.prepare, ask.method_id, ask.at_renewal)


def _answers(data: QueryDict) -> Iterator[tuple[str, int]]:
    for one in dict.fromkeys(data.getlist("s")):
        seats = data.get(f"{RENEW}{one}", "")
        if seats.isascii() and seats.isdecimal() and len(seats) < MOST_DIGITS:
            yield one, int(seats)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
