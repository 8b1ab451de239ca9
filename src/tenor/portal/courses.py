"""How the page "compare terms and plans" words what each choice costs over three years, and draws it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenor.domain.account import Subscription
from tenor.domain.comparison import Against
from tenor.domain.terms import Term, next_period
from tenor.domain.whatif import SPAN_MONTHS, Course, PriceChange
from tenor.portal.flows.shared import Reader
from tenor.ui import formats, words
from tenor.ui.step_chart import StepChart, StepLine

YEARS = range(12, SPAN_MONTHS + 1, 12)
"""After so many months the picture has a mark."""
LINES = 4
"""More lines than these can't be told apart."""

RISES = gettext_lazy("%(choice)s: from %(day)s a seat costs %(after)s instead of %(before)s.")


def choice(one: Subscription, plan: str, months: int, who: Reader) -> str:
    """The name of a choice: "Standard, 3 years"."""
    return _("%(plan)s, %(term)s") % {"plan": who.names.plan(one.product, plan), "term": words.term(months)}


def saving(against: Against | None, who: Reader) -> str:
    """What is saved, or paid more, over which time; "" where there is nothing to hold it against."""
    if against is None:
        return ""
    facts = {"amount": formats.money(abs(against.difference), who.locale), "span": words.term(against.months)}
    facts["share"] = formats.percent(abs(against.share), who.locale)
    if against.difference.minor == 0:
        return _("the same over %(span)s") % facts
    if against.difference.minor > 0:
        return _("saves %(amount)s (%(share)s) over %(span)s") % facts
    return _("%(amount)s more (%(share)s) over %(span)s") % facts


def change(course: Course, found: PriceChange, one: Subscription, who: Reader) -> str:
    """An announced price by name: from which payment on, from what to what."""
    facts = {
        "choice": choice(one, course.plan, course.term.months, who),
        "day": formats.day(found.on, who.locale),
        "before": formats.money(found.before.amount, who.locale),
        "after": formats.money(found.after.amount, who.locale),
    }
    return str(RISES) % facts


def lapsed(anew: Course, who: Reader) -> str:
    """What letting the present choice lapse and buying it again would cost over the span; "" where it costs no more."""
    if anew.against_current is None or anew.against_current.difference.minor >= 0:
        return ""
    facts = {
        "amount": formats.money(anew.paid, who.locale),
        "span": words.term(SPAN_MONTHS),
        "more": formats.money(abs(anew.against_current.difference), who.locale),
        "share": formats.percent(abs(anew.against_current.share), who.locale),
    }
    said = _("If you let it lapse and buy it again, %(span)s cost %(amount)s: %(more)s more (%(share)s).")
    return said % facts


def chart(courses: Sequence[Course], one: Subscription, who: Reader) -> StepChart:
    """What has been paid in all, day by day, a line a choice."""
    span = courses[0].span
    said = _("What is paid in all, from %(start)s on. Each step is a payment.")
    return StepChart(
        caption=said % {"start": formats.day(span.start, who.locale)},
        span=span,
        marks=[span.start, *(next_period(one.anchor, span.start, Term(months)).end for months in YEARS)],
        lines=[_line(course, one, who) for course in courses[:LINES]],
    )


def _line(course: Course, one: Subscription, who: Reader) -> StepLine:
    return StepLine(
        name=choice(one, course.plan, course.term.months, who),
        points=[(payment.on, payment.cumulated) for payment in course.payments],
    )
