"""Money as whole minor units of one currency, and the one rounding of the house (rules 2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

# ISO 4217: how many digits stand after the decimal point. Every other currency has two.
_DIGITS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0,
    "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0,
    "XOF": 0, "XPF": 0,
}  # fmt: skip


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were about to be mixed."""


@lru_cache(maxsize=512)
def _is_code(currency: str) -> bool:
    return len(currency) == 3 and currency.isascii() and currency.isupper()


def digits(currency: str) -> int:
    """Digits after the decimal point of a currency, by ISO 4217 (JPY 0, KWD 3)."""
    return _DIGITS.get(currency, 2)


def round_half_away(value: Fraction) -> int:
    """The whole number nearest to `value`; a half goes away from zero, so that a credit mirrors its charge."""
    return _divided(value.numerator, value.denominator)


def _divided(numerator: int, denominator: int) -> int:
    """The same for a quotient that was never made a fraction; the denominator is above zero."""
    rounded = (abs(numerator) * 2 + denominator) // (denominator * 2)
    return rounded if numerator >= 0 else -rounded


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` whole minor units (cents) of `currency` (ISO 4217 code)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are a whole number, not {self.minor!r}")
        if not _is_code(self.currency):
            raise ValueError(f"a currency is a code of three capital letters, not {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in `currency`."""
        return cls(0, currency)

    @classmethod
    def of(cls, text: str, currency: str) -> "Money":
        """Read "465.55" exactly. Raises ValueError where the text has more digits than the currency."""
        scaled = Fraction(text) * 10 ** digits(currency)
        if scaled.denominator != 1:
            raise ValueError(f"{text} has more digits than {currency} allows ({digits(currency)})")
        return cls(scaled.numerator, currency)

    def plain(self) -> str:
        """The amount as "465.55", for data formats; people get `ui.formats.money`."""
        places = digits(self.currency)
        sign, whole = "-" if self.minor < 0 else "", str(abs(self.minor)).rjust(places + 1, "0")
        return sign + (f"{whole[:-places]}.{whole[-places:]}" if places else whole)

    def __str__(self) -> str:
        return f"{self.plain()} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __mul__(self, count: int) -> "Money":
        if type(count) is not int:
            raise TypeError("money is multiplied by a whole number; use `share` for a fraction")
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def share(self, fraction: Fraction) -> "Money":
        """This amount times an exact fraction, rounded once, half away from zero (rules 2)."""
        return Money(_divided(self.minor * fraction.numerator, fraction.denominator), self.currency)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self} and {other} are of different currencies")
        return other.minor


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of the amounts; nothing in `currency` where there are none."""
    minor = 0
    for amount in amounts:
        if amount.currency != currency:
            raise CurrencyMismatch(f"{amount} is no amount in {currency}")
        minor += amount.minor
    return Money(minor, currency)


def allocate(amount: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    """Split an amount in proportion to `weights` by largest remainder, ties to the first (rules 2).

    The parts add up to the amount, have its sign, and differ from the exact share by less than one minor unit.
    Raises ValueError for no weights, a negative weight, or weights that are all zero.
    """
    whole = sum(weights)
    if not weights or min(weights) < 0 or whole == 0:
        raise ValueError("an allocation needs weights that are not negative and not all zero")
    size = abs(amount.minor)
    floors = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(size * weights[i] % whole))
    for i in by_remainder[: size - sum(floors)]:
        floors[i] += 1
    sign = -1 if amount.minor < 0 else 1
    return tuple(Money(sign * part, amount.currency) for part in floors)
