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
DAY = "on"
"""The field of the day."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen. `typed` is the day as it was typed; `suggested` the one that stood in its field before.

    `method_id` is only asked for when preparing. `renew` is how many seats to renew, by subscription, where fewer are
    scheduled already.
    """

    ids: tuple[str, ...] = ()
    typed: str = ""
    suggested: str = ""
    prepare: bool = False
    method_id: str | None = None
    renew: tuple[tuple[str, int], ...] = ()

    @property
    def is_other_day(self) -> bool:
        """Whether a day was typed: what was left as it was suggested follows the choice of subscriptions."""
        return self.typed not in ("", self.suggested)

    @property
    def on(self) -> date | None:
        """The day that was asked for; None for the latest among the chosen, or where it is no day."""
        return _day(self.typed) if self.is_other_day else None

    @property
    def is_typed_well(self) -> bool:
        """Whether the day is one, if one was typed."""
        return not self.is_other_day or self.on is not None

    @property
    def ask(self) -> AlignDates:
        """What is asked of the planner."""
        method_id = self.method_id if self.prepare else None
        return AlignDates(self.ids, self.on, self.prepare, method_id, at_renewal=self.renew)

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        fields = [(SHOWN, "1"), *(("s", one) for one in self.ids)]
        fields += [(DAY, self.typed)] if self.is_other_day else []
        fields += [("prepare", "1")] if self.prepare else []
        fields += [("method", self.method_id)] if self.prepare and self.method_id else []
        fields += [(f"{RENEW}{one}", str(seats)) for one, seats in self.renew]
        return urlencode(fields)


def read(data: QueryDict) -> Asked:
    """What the form says, or an address such as ?s=ID&s=ID&on=2027-06-01."""
    return Asked(
        ids=tuple(dict.fromkeys(data.getlist("s"))),
        typed=data.get(DAY, "").strip()[:10],
        suggested=data.get("suggested", ""),
        prepare=bool(data.get("prepare")),
        method_id=data.get("method") or None,
        renew=tuple(_answers(data)),
    )


def of_ask(ask: AlignDates) -> Asked:
    """The form as it was filled in for that request."""
    typed = ask.on.isoformat() if ask.on else ""
    return Asked(ask.subscription_ids, typed, "", ask.prepare, ask.method_id, ask.at_renewal)


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
