"""The values that component templates show. Pages build these; templates/components/ draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.functional import Promise

from tenor.domain.money import Money

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation: a sentence, and the amount it arrives at where it arrives at one."""

    sentence: Text
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What can be done about a reason. Without a url it is only said. `code` marks it for machines."""

    label: Text
    url: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action cannot be done, in a sentence, and what can be done about it."""

    sentence: Text
    remedies: Sequence[Remedy] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do. With `reasons` it is shown disabled, the reasons beside it. `id` is unique on the page."""

    id: str
    label: Text
    url: str = ""
    icon: str = ""
    kind: str = "secondary"
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line of a price summary. `name` is data that is not translated (a product), `label` is a sentence."""

    amount: Money
    label: Text = ""
    name: str = ""
    note: Text = ""
    steps: Sequence[Step] = ()


@dataclass(frozen=True, slots=True)
class PriceSummary:
    """What is charged: lines, taxes, total. `note` says what the next renewal will cost, or that nothing is due now.

    `paid` says, below the total, what the account's balance pays or gets of it; then `rest` is what is left, under
    `rest_label`, or None where nothing is to be said of that.
    """

    lines: Sequence[PriceLine]
    total: Money
    taxes: Sequence[PriceLine] = ()
    total_label: Text = ""
    note: Text = ""
    paid: Sequence[PriceLine] = ()
    rest: Money | None = None
    rest_label: Text = ""


@dataclass(frozen=True, slots=True)
class TermChoice:
    """One column of the term comparison.

    `per_year` is the price brought to a year; `saving` (amount, share) is against staying on today's term over the
    same time, `lapsing` (amount, share) what letting it lapse and buying anew would cost, and how much more that is.
    `reasons` close the choice.
    """

    value: str
    label: Text
    price: Money
    period: Text
    per_year: Money
    starts: date
    saving: tuple[Money, Fraction] | None = None
    lapsing: tuple[Money, Fraction] | None = None
    current: bool = False
    selected: bool = False
    reasons: Sequence[Reason] = ()
    steps: Sequence[Step] = ()

    @property
    def saves(self) -> bool:
        """Whether this term costs less than today's over the same time."""
        return self.saving is not None and self.saving[0].minor > 0

    @property
    def dearer(self) -> tuple[Money, Fraction] | None:
        """How much more (amount, share) this term costs than today's over the same time, where it costs more."""
        if self.saving is None or self.saving[0].minor >= 0:
            return None
        return -self.saving[0], -self.saving[1]


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of a spend picture."""

    month: date
    amount: Money
    now: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One day of a timeline's row. `label` says what happens then, in words or as an amount; `kind` as of ui.timeline.

    The table that a screen reader hears, and the tooltip, say both: "March 1, 2027: $1,260.00".
    """

    on: date
    label: Text
    kind: str = "payment"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days in a timeline's row, drawn as a bar: from `start` up to but not including `end`."""

    start: date
    end: date
    label: Text


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of a timeline. `name` is data that is not translated (a product), `detail` stands below it."""

    name: str
    marks: Sequence[Mark] = ()
    spans: Sequence[Span] = ()
    detail: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class TimelineGroup:
    """Rows that belong together: "Before", "After". Without a label it has no line of its own."""

    rows: Sequence[TimelineRow]
    label: Text = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Days of several things over some months, as a picture that is a table at the same time.

    The columns are `months` calendar months from that of `starts` on; what lies outside them is not drawn. `label` is
    the caption that is read aloud. Narrow screens don't show it: what it shows has to stand in a list on the page too.
    """

    label: Text
    starts: date
    today: date
    groups: Sequence[TimelineGroup]
    months: int = 13


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person one can sign in as with one click. `key` is what the button sends."""

    key: str
    name: str
    company: str
    country: str
    note: Text
