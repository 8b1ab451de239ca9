"""Which tax is due, why, and its evidence (rules 11)."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from tenor.domain.explanation import Fact, Facts
from tenor.domain.money import Money


class TaxCategory(StrEnum):
    """Codes of EN 16931: standard rated, reverse charge, not subject to tax here, exported outside the Union."""

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
class TaxLine:
    """Tax of one category and rate on the sum of its line nets."""

    category: TaxCategory
    rate: Fraction
    net: Money
    tax: Money
