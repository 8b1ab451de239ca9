"""How the page "compare terms and plans" shows what each choice costs over three years: words, payments, a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenor.domain.account import Subscription
from tenor.domain.comparison import Against
from tenor.domain.terms import Term, next_period
from tenor.domain.whatif import SPAN_MONTHS, Course, PriceChange, Way
from tenor.portal.flows.shared import Reader
from tenor.ui import components, formats, words
from tenor.ui.step_chart import StepChart, StepLine

YEARS = range(12, SPAN_MONTHS + 1, 12)
"""After so many months the picture has a mark."""

RISES = gettext_lazy(
    "%(choice)s: a seat rises from %(before)s to %(after)s, with the payment on %(day)s (%(number)s of %(count)s)."
)
FALLS = gettext_lazy(
    "%(choice)s: a seat falls from %(before)s to %(after)s, with the payment on %(day)s (%(number)s of %(count)s)."
)


@dataclass(frozen=True, slots=True)
class Played:
    """One choice over three years. `compared` says what it is held against, or why it is not."""

    name: str
    course: Course
    covers: str
    compared: str
    steps: Sequence[components.Step]


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


def played(course: Course, one: Subscription, who: Reader) -> Played:
    """A course in the reader's words."""
    unlike = _("not compared: it covers another time")
    return Played(
        name=_name(course, one, who),
        course=course,
        covers=words.term(course.covered_months),
        compared="" if course.is_current else saving(course.against_current, who) or unlike,
        steps=words.explain(course.explanation, who.locale, who.names),
    )


def change(course: Course, found: PriceChange, one: Subscription, who: Reader) -> str:
    """An announced price by name: which payment it first touches, from what to what."""
    facts = {
        "choice": _name(course, one, who),
        "day": formats.day(found.on, who.locale),
        "number": formats.number(found.number, who.locale),
        "count": formats.number(len(course.payments), who.locale),
        "before": formats.money(found.before.amount, who.locale),
        "after": formats.money(found.after.amount, who.locale),
    }
    return str(RISES if found.is_rise else FALLS) % facts


def chart(courses: Sequence[Course], one: Subscription, who: Reader) -> StepChart:
    """What has been paid in all, day by day, a line a choice."""
    span = courses[0].span
    said = _("What is paid in all, from %(start)s on. Each step is a payment.")
    return StepChart(
        caption=said % {"start": formats.day(span.start, who.locale)},
        span=span,
        marks=[span.start, *(next_period(one.anchor, span.start, Term(months)).end for months in YEARS)],
        lines=[_line(course, one, who) for course in courses],
    )


def _line(course: Course, one: Subscription, who: Reader) -> StepLine:
    return StepLine(
        name=_name(course, one, who),
        points=[(payment.on, payment.cumulated) for payment in course.payments],
        label=choice(one, course.plan, course.term.months, who),
        note=_("anew") if course.way is Way.ANEW else "",
    )


def _name(course: Course, one: Subscription, who: Reader) -> str:
    named = choice(one, course.plan, course.term.months, who)
    return named if course.way is Way.RENEW else _("%(choice)s, anew") % {"choice": named}
