"""Why an amount is what it is, as data: a rule, its operands, its result. `ui.words` turns it into sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tenor.domain.money import Money

Fact = Money | Fraction | date | int | str | None
"""One operand of an explanation or of a refusal."""

Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One step of arithmetic: `rule` names the sentence, `facts` are its operands, `result` what came out.

    `steps` are the explanations of operands that were themselves worked out, in reading order.
    """

    rule: str
    facts: Facts
    result: Money
    steps: tuple["Explanation", ...] = field(default=())
