"""Past orders as the format gives them: each with the quote that `tenor quote` wrote for it."""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import PlainValidator, TypeAdapter, WithJsonSchema

from tenor.cli.quoting.fields import MONEY, Day, Given, Text
from tenor.domain.effects import GiveBack, MarkPartReturned, MarkReturned
from tenor.domain.explanation import Fact
from tenor.domain.line_tax import LineTax
from tenor.domain.money import Money
from tenor.domain.orders import PastOrder, PastOrders, billing
from tenor.domain.quote import Quote
from tenor.domain.terms import Period

_QUOTE = TypeAdapter(Quote)
_LINE_TAX = TypeAdapter(LineTax)
_OPERANDS = frozenset({"facts", "evidence"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHARE = re.compile(r"-?\d{1,9}/[1-9]\d{0,8}", re.ASCII)
NO_QUOTE = 'should be the object under "quote" of an answer of tenor quote, unchanged'


def _quote(value: object) -> Quote:
    """An answer read back; its fingerprint shows that nothing is missing and nothing was changed."""
    if not isinstance(value, dict):
        raise ValueError(NO_QUOTE)
    try:
        quote = _QUOTE.validate_python(_typed({name: part for name, part in value.items() if name != "fingerprint"}))
    except (ValueError, TypeError):
        raise ValueError(NO_QUOTE) from None
    if quote.fingerprint != value.get("fingerprint"):
        raise ValueError("the quote was changed: its fingerprint is another one")
    return quote


def _typed(value: Any, *, operand: bool = False) -> Any:
    """The same with every amount as such; among operands, which the format tells apart by their look only, days and
    shares too.
    """
    if isinstance(value, dict):
        return {name: _typed(part, operand=name in _OPERANDS or operand) for name, part in value.items()}
    if isinstance(value, list):
        return [_typed(part) for part in value]
    return _fact(value, operand) if isinstance(value, str) else value


def _fact(text: str, operand: bool) -> Fact:
    if found := MONEY.fullmatch(text):
        return Money.of(*found.groups())
    if operand and _DAY.fullmatch(text):
        return date.fromisoformat(text)
    return Fraction(text) if operand and _SHARE.fullmatch(text) else text


def _line_tax(value: object) -> LineTax:
    """The "tax" of an answer's line read back."""
    try:
        return _LINE_TAX.validate_python(_typed(value))
    except (ValueError, TypeError):
        raise ValueError('should be the object under "tax" of a line of an answer of tenor quote') from None


SoldWith = Annotated[LineTax, PlainValidator(_line_tax), WithJsonSchema({"type": "object"}, "validation")]
"""The "tax" object of a line of an answer."""

Answered = Annotated[Quote, PlainValidator(_quote), WithJsonSchema({"type": "object"}, "validation")]
"""The "quote" object of an answer."""


class PastOrderGiven(Given):
    """An order that was carried out. `waiting` are ids of its lines among the account's `carried` ones.

    `returned_by` is the quote of its return, where it was returned: it tells what its invoice has given back already.
    `parts_returned_by` are those of earlier returns of a part of it.
    """

    id: Text
    number: Text
    action: Text
    granted_on: Day
    quote: Answered
    waiting: tuple[Text, ...] = ()
    returned_by: Answered | None = None
    parts_returned_by: tuple[Answered, ...] = ()

    @property
    def returns(self) -> tuple[Quote, ...]:
        """The quotes of everything that was given back of it."""
        return (*self.parts_returned_by, *((self.returned_by,) if self.returned_by else ()))

    @property
    def is_returned(self) -> bool:
        """Whether nothing of it is left."""
        return any(MarkReturned(self.id) in quote.effects for quote in self.returns)

    def tax_of(self, subscription_id: str, span: Period) -> LineTax | None:
        """What the line for these days of a subscription was sold with; None where the order has no such line."""
        sold = zip(self.quote.lines, self.quote.taxes, strict=True)
        return next((tax for line, tax in sold if (line.subscription_id, line.span) == (subscription_id, span)), None)

    def build(self, credited: tuple[GiveBack, ...]) -> PastOrder:
        """The domain's value; `credited` is what returns gave back of its invoice."""
        order = PastOrder(self.id, self.number, self.action, self.granted_on, self.quote, credited, self.waiting)
        parts = (effect for quote in self.returns for effect in quote.effects if isinstance(effect, MarkPartReturned))
        gone = frozenset(one for effect in parts if effect.order_id == self.id for one in effect.subscription_ids)
        return replace(order, returned=gone)


def past_orders(given: tuple[PastOrderGiven, ...]) -> PastOrders:
    """Those that still stand, each with the order that billed it where it was too small for an invoice of its own."""
    notes = [effect for one in given for quote in one.returns for effect in quote.effects]
    every = [
        one.build(tuple(note for note in notes if isinstance(note, GiveBack) and note.order_id == one.id))
        for one in given
    ]
    standing = {one.id for one in given if not one.is_returned}
    return tuple(replace(order, billed_by=billing(every, order)) for order in every if order.id in standing)
