"""The fields that the format is made of: money as "465.00 USD", fractions, days, text, and objects of them."""

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from tenor.domain.money import Money

MONEY = re.compile(r"(-?\d{1,12}(?:\.\d{1,4})?) ([A-Z]{3})", re.ASCII)
_FRACTION = re.compile(r"\d{1,9}(?:\.\d{1,9}|/\d{1,9})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TEXT = r"^[^\x00-\x1f\x7f]*$"


class Given(BaseModel):
    """An object of the format: unknown fields are faults."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def values(self, *without: str) -> dict[str, Any]:
        """What was given, by name, so that everything else keeps the domain's own default."""
        return {name: getattr(self, name) for name in self.model_fields_set if name not in without}


def _money(value: object) -> Money:
    found = MONEY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('should be an amount and its currency, such as "465.00 USD"')
    return Money.of(*found.groups())


def _fraction(value: object) -> Fraction:
    if isinstance(value, str) and _FRACTION.fullmatch(value) and not re.search(r"/0+$", value):
        return Fraction(value)
    raise ValueError('should be a number in quotes, such as "0.25" or "1/4"')


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError('should be a day, such as "2026-11-21"')
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not in the calendar") from None
    if not 1900 <= found.year <= 2999:
        raise ValueError(f"should be a day of the years 1900 to 2999, not {value}")
    return found


def _scheduled(value: object) -> object:
    """The value of a scheduled change as the domain keeps it: text, with "on" and "off" for true and false."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if isinstance(value, int) else value


Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_TEXT)]
PerhapsText = Annotated[str, StringConstraints(max_length=200, pattern=_TEXT)]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"}, "validation")]
Number = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]
Seats = Annotated[int, Field(ge=1, le=1_000_000)]
Months = Annotated[int, Field(ge=1, le=120)]
DayCount = Annotated[int, Field(ge=1, le=4_000)]
Days = Annotated[int, Field(ge=0, le=4_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Scheduled = Annotated[Text, BeforeValidator(_scheduled)]
Amount = Annotated[
    Money, PlainValidator(_money), WithJsonSchema({"type": "string", "pattern": f"^{MONEY.pattern}$"}, "validation")
]
Rate = Annotated[
    Fraction, PlainValidator(_fraction), WithJsonSchema({"type": "string", "pattern": f"^{_FRACTION.pattern}$"})
]
