"""Whether the days that a price is for fit the days that were paid: a wrong number of them is a wrong price."""

from datetime import date

from tenor.cli.quoting.account import PeriodGiven, SubscriptionGiven
from tenor.domain.account import PeriodKind
from tenor.domain.terms import boundary, day_counts

LONGEST_MONTHS = 120


def wrong_denominator(today: date, given: SubscriptionGiven, period: PeriodGiven) -> str | None:
    """What is wrong with a period's `denominator`; None where it fits, or is left out for a term: its own days.

    A term is its own days, unless it is a part of one that an upgrade stopped or went on with; an extension is a part
    of the term that would have come next. What runs or is to come has the subscription's own term, or the one ahead;
    what is over may have had any.
    """
    is_extension, days = period.kind is PeriodKind.EXTENSION, (period.end - period.start).days
    if period.denominator is None:
        return "an extension needs the days of the period that it was priced by" if is_extension else None
    if period.denominator == days and not is_extension:
        return None
    if is_extension and period.denominator <= days:
        return f"should be more than its {days} days"
    is_ahead = given.coming is not None and period.start >= given.coming.starts_on
    months = given.coming.months if given.coming is not None and is_ahead else given.months
    is_over = period.end <= today
    is_whole = boundary(period.start, months) <= period.end and not is_over
    if not is_extension and (is_whole or period.denominator < days):
        return f"should be its {days} days{'' if is_whole else ', or those of the whole term'}"
    if any(period.denominator in day_counts(one) for one in (range(1, LONGEST_MONTHS + 1) if is_over else [months])):
        return None
    whole = day_counts(months)
    return f"should be the days of {months} month{'s' if months > 1 else ''}, {whole[0]} to {whole[-1]}"
