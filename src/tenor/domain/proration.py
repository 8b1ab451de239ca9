"""The share of a price that a stretch of days is worth: by day, actual over actual (rules 4)."""

from datetime import date
from fractions import Fraction

from tenor.domain.account import PaidPeriod
from tenor.domain.explanation import Explanation
from tenor.domain.money import Money
from tenor.domain.terms import Period


def remaining_value(whole: Money, denominator: int, span: Period, day: date) -> Money:
    """What is left on `day` of a line: R(d) = round(P x (e - d) / D), rules 4.

    `whole` (P) is the amount for `denominator` (D) days; the line runs over `span`, which may be shorter. Before the
    span R is its full worth, from its end on nothing.
    """
    return whole.share(Fraction(span.days_left(day), denominator))


def piece_value(whole: Money, denominator: int, span: Period, piece: Period) -> Money:
    """What the days of `piece` are worth: R(a) - R(b). The pieces of any partition of the span add up to R(s)."""
    start, end = remaining_value(whole, denominator, span, piece.start), piece.end
    return start - remaining_value(whole, denominator, span, end)


def prorated_seats(price: Explanation, seats: int, paid: PaidPeriod, today: date) -> Explanation:
    """What `seats` seats cost for what is left of a paid period, at the unit price that `price` explains.

    The charge for a line that begins inside a period is R(today) of the whole period's amount (rules 4): 465.00 x 3
    seats x 100 / 365 days = 382.19.
    """
    left = paid.period.days_left(today)
    return Explanation(
        rule="prorated_seats",
        facts={
            "unit_price": price.result,
            "seats": seats,
            "days": left,
            "denominator": paid.denominator,
            "starts_on": max(today, paid.period.start),
            "ends_on": paid.period.end,
        },
        result=remaining_value(price.result * seats, paid.denominator, paid.period, today),
        steps=(price,),
    )


def extension(price: Explanation, seats: int, paid: PaidPeriod, whole: Period) -> Explanation:
    """What it costs to run on for the days of `paid`, a part of the term that would have been `whole` (rules 5).

    A renewal price of 420.00 x 10 seats x 92 / 366 days = 1,055.74.
    """
    span = paid.period
    return Explanation(
        rule="extension",
        facts={
            "unit_price": price.result,
            "seats": seats,
            "days": span.days,
            "denominator": paid.denominator,
            "starts_on": span.start,
            "ends_on": span.end,
            "term_ends_on": whole.end,
        },
        result=remaining_value(price.result * seats, paid.denominator, span, span.start),
        steps=(price,),
    )
