"""Compare terms and plans: one plan's terms side by side, at the next renewal and over the three years after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenor.domain.account import Subscription
from tenor.domain.catalog import Item
from tenor.domain.comparison import PlanOption, TermOption, compare_plans
from tenor.domain.eligibility import Action, is_hidden, reasons
from tenor.domain.refusals import Reason
from tenor.domain.renewals import item_at_renewal
from tenor.domain.whatif import SPAN_MONTHS, Course, Way, what_if
from tenor.portal import courses, remedies
from tenor.portal.flows.shared import Reader, closed_page, load_account, owned, reader
from tenor.portal.holdings import is_compared
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import components, words
from tenor.ui.navigation import address
from tenor.usecases.load import Loaded

FLOWS = {Action.CHANGE_TERM: "portal:change_term", Action.CHANGE_PLAN: "portal:change_plan"}
"""What a choice may change, and the flow that does it, where there is one."""

Closed = Mapping[Action, tuple[Reason, ...]]
"""Why the term and the plan can't be changed, each with every reason; nothing where it can."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A plan that can be looked at."""

    code: str
    name: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One choice at the next renewal. `url` leads to where it is chosen; "" where there is nothing to choose.

    `covers` says how long the payments of three years last, where that is longer.
    """

    name: str
    option: TermOption
    course: Course
    covers: str
    compared: str
    saves: bool
    steps: Sequence[components.Step]
    url: str
    label: str
    is_closed: bool


@require_safe
@account_page
def compare(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """The terms of one plan; `?plan=` shows another one, beside what there is today. Looking changes nothing."""
    loaded = load_account(request.visit)
    one = owned(loaded, subscription_id)
    closed = _closed(request, loaded, one)
    if is_hidden(closed[Action.CHANGE_TERM]) or not is_compared(one, loaded.today):
        return closed_page(request, loaded, one, Action.CHANGE_TERM, closed[Action.CHANGE_TERM])
    who = reader(request.visit, loaded)
    plans = compare_plans(loaded.state, loaded.offer, one, loaded.today)
    shown = _shown(plans, request.GET.get("plan", ""))
    counter = _Counter(one, closed, item_at_renewal(loaded.state, loaded.offer, one), who)
    context = {
        "subscription": one,
        "name": who.names.product(one.product),
        "plan": who.names.plan(one.product, one.plan),
        "term": words.term(one.term.months),
        "seats": words.seats(plans[0].terms[0].seats if plans else one.seats, who.locale),
        "tabs": [Tab(each.plan, who.names.plan(one.product, each.plan), each is shown) for each in plans],
        "contains": counter.contains(shown),
        "actions": counter.actions(has_other_plans=len(plans) > 1),
        "span": words.term(SPAN_MONTHS),
        "priced": who.tax.priced(included=any(each.price.entry.tax_included for plan in plans for each in plan.terms)),
        **_compared(loaded, counter, plans, shown),
    }
    return render(request, "portal/compare.html", context)


def _closed(request: AccountRequest, loaded: Loaded, one: Subscription) -> Closed:
    actor = request.visit.actor
    return {action: reasons(loaded.state, loaded.offer, action, one, actor, loaded.today) for action in FLOWS}


def _shown(plans: Sequence[PlanOption], asked: str) -> PlanOption | None:
    """The plan that is asked for, else the one of the next renewal, else any."""
    wanted = sorted(plans, key=lambda each: (each.plan != asked, not each.is_chosen))
    return wanted[0] if wanted else None


def _compared(
    loaded: Loaded, counter: "_Counter", plans: Sequence[PlanOption], shown: PlanOption | None
) -> dict[str, Any]:
    """The shown plan's terms, under what there is today if that is of another plan; as rows, and as a picture."""
    one, who = counter.one, counter.who
    played = {
        (course.way, course.plan, course.term): course
        for course in what_if(loaded.state, loaded.offer, one, loaded.today)
    }
    pairs = [(plan, option) for plan in plans for option in plan.terms if plan is shown or option.is_current]
    pairs.sort(key=lambda pair: pair[0] is shown)
    rows = [counter.row(plan, each, played[Way.RENEW, plan.plan, each.term]) for plan, each in pairs]
    found = [row.course for row in rows]
    anew = next((course for course in played.values() if course.way is Way.ANEW), None)
    return {
        "rows": rows,
        "chart": courses.chart(found, one, who) if found else None,
        "changes": [courses.change(course, rise, one, who) for course in found for rise in course.changes],
        "lapsed": courses.lapsed(anew, who) if anew else "",
    }


@dataclass(frozen=True, slots=True)
class _Counter:
    """One subscription, what closes its changes, and what it will be renewed as."""

    one: Subscription
    closed: Closed
    coming: Item
    who: Reader

    def row(self, plan: PlanOption, option: TermOption, course: Course) -> Row:
        """A choice, and where it is made. Another plan in another term takes two steps, the plan first."""
        action = Action.CHANGE_TERM if plan.is_chosen else Action.CHANGE_PLAN
        is_open = not option.is_chosen and not self.closed[action]
        url, label = self._way(action, plan, option) if is_open else ("", "")
        against = course.against_current or option.against_current
        return Row(
            name=courses.choice(self.one, plan.plan, option.term.months, self.who),
            option=option,
            course=course,
            covers=words.term(course.covered_months) if course.covered_months > SPAN_MONTHS else "",
            compared=courses.saving(against, self.who),
            saves=against is not None and against.difference.minor > 0,
            steps=words.explain(course.explanation, self.who.locale, self.who.names),
            url=url,
            label=label,
            is_closed=bool(self.closed[action]) and not option.is_chosen,
        )

    def contains(self, shown: PlanOption | None) -> tuple[str, ...]:
        """What the shown plan contains; of another plan than today's, what it adds to that."""
        return self.who.names.added(self.one.product, shown.plan, self.one.last_plan) if shown else ()

    def actions(self, *, has_other_plans: bool) -> list[components.Action]:
        """What stands in the way of choosing, with its remedies; of the plan only where there is another one."""
        return [
            components.Action(
                id=f"action-{action}",
                label=words.action(action),
                reasons=remedies.shown(found, Wanted(action, self.one), self.who.locale, self.who.names),
            )
            for action, found in self.closed.items()
            if found and (action is Action.CHANGE_TERM or has_other_plans)
        ]

    def _way(self, action: Action, plan: PlanOption, option: TermOption) -> tuple[str, str]:
        """Where the choice is made, with the choice filled in, and what the link says; without a flow, whom to ask."""
        if (found := address(FLOWS[action], self.one.id)) is None:
            return remedies.help_address(Wanted(action, self.one)), _("Contact support")
        if action is Action.CHANGE_TERM:
            return f"{found}?{urlencode({'months': option.term.months})}", _("Choose")
        is_one_step = option.term == self.coming.term
        return f"{found}?{urlencode({'plan': plan.plan})}", _("Choose") if is_one_step else _("Change the plan first")
