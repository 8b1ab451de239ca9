"""The tax that a line was sold with: it stays the line's own, whatever holds later (rules 4, 11)."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from tenor.domain.explanation import Fact, Facts


class TaxCategory(StrEnum):
    """Codes of EN 16931: standard rated, reverse charge, not subject to tax here, exported outside the Union."""

    __hash__ = str.__hash__  # see `domain.account.ChangeKind`

    STANDARD = "S"
    REVERSE_CHARGE = "AE"
    OUT_OF_SCOPE = "O"
    EXPORT = "G"


@dataclass(frozen=True, slots=True)
class TaxDecision:
    """The tax of a sale: category, rate (0.25 is 25 %), the country whose tax it is, why, and the evidence kept."""

    category: TaxCategory
    rate: Fraction
    country: str
    rule: str
    region: str = ""
    evidence: Facts = field(default_factory=dict[str, Fact])


@dataclass(frozen=True, slots=True)
class TaxKind:
    """What is summed together on a document: one category and rate, of one country, under one rule, priced alike.

    `included` tells prices with tax in them from prices without; where no tax is due both are the same, and it is not
    set.
    """

    category: TaxCategory
    rate: Fraction
    country: str
    region: str
    rule: str
    included: bool


@dataclass(frozen=True, slots=True)
class LineTax:
    """The tax of one line: the decision that was made when it was sold, and whether its amount has the tax in it."""

    decision: TaxDecision
    included: bool

    @property
    def kind(self) -> TaxKind:
        """What it is summed with; the evidence is each sale's own."""
        one = self.decision
        return TaxKind(one.category, one.rate, one.country, one.region, one.rule, self.included and bool(one.rate))
