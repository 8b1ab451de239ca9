"""What the alignment page shows: groups to choose from, who stands outside and why, and the dates before and after."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenor.domain.account import AccountState, ChangeKind, Subscription
from tenor.domain.alignment import MENDED, Alignable, Grouping, Outsider
from tenor.domain.choosing import in_order
from tenor.domain.effects import AddPeriod, MoveRenewal, Schedule, SetMethod
from tenor.domain.eligibility import Action
from tenor.domain.preparation import common_months
from tenor.domain.quote import Quote
from tenor.domain.refusals import Reason
from tenor.domain.terms import boundary
from tenor.portal import remedies
from tenor.portal.flows.align_form import Asked
from tenor.portal.flows.shared import Reader
from tenor.portal.remedies import Wanted
from tenor.ui import components, formats, words
from tenor.ui.components import Mark, Span, Timeline, TimelineGroup, TimelineRow

PRESETS = 2
"""So many further days are offered beside the latest one."""
LEAST_MONTHS = 6
MOST_MONTHS = 24
"""So many months fit into the picture."""
MOST_ROWS = 6
"""So many rows and lines are shown apart; more of them are drawn in one row, and their lines are folded."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A subscription to choose. `reasons` say what stands in the way; it `is_open` where that can be seen to here."""

    id: str
    name: str
    detail: str
    number: str
    own_name: str
    on: date
    is_chosen: bool
    is_open: bool
    reasons: tuple[components.Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Subscriptions that can be aligned with each other. `aligned_on` is their common date, where they have one.

    `then` says what they all will be from their next renewal on, where that is something else.
    """

    label: str
    picks: tuple[Pick, ...]
    aligned_on: date | None
    then: str = ""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What closes the alignment: of one subscription, or of all of them where it has no name."""

    name: str
    reasons: tuple[components.Reason, ...]


@dataclass(frozen=True, slots=True)
class SeatsQuestion:
    """Fewer seats are scheduled for one that moves: how many are to be renewed on the new day? `chosen` 0: not said."""

    id: str
    name: str
    before: date
    scheduled: int
    seats: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Step:
    """What is done with one subscription before the alignment."""

    name: str
    sentence: str


def named(one: Subscription, who: Reader) -> str:
    """A subscription in a sentence: by its product, its number and the customer's own name for it."""
    return f"{who.names.product(one.product)} ({', '.join(filter(None, (one.number, one.label)))})"


def groups(found: Grouping, asked: Asked, who: Reader) -> list[Group]:
    """The groups, the largest first."""
    return [_group(one, asked, who) for one in found.groups]


def outsiders(found: Grouping, asked: Asked, who: Reader) -> list[Pick]:
    """Those outside; they can be chosen where the plan is asked for that brings them in."""
    return [_outsider(one, asked, who) for one in found.outsiders]


def is_done(found: Grouping) -> bool:
    """Whether all that can be aligned with each other is aligned."""
    return bool(found.groups) and all(group.is_aligned for group in found.groups)


def suggested(found: Grouping) -> tuple[str, ...]:
    """What is chosen at first: the largest group that is not aligned yet."""
    first = next((group for group in found.groups if len(group.subscriptions) > 1 and not group.is_aligned), None)
    return tuple(one.id for one in first.subscriptions) if first else ()


def to_prepare(found: Grouping, chosen: Iterable[str]) -> tuple[str, ...]:
    """What is chosen for the plan that makes alike: those outside that it can bring in, and what they are brought to.

    That is what was chosen of the groups, else the first group.
    """
    chosen, first = set(chosen), found.groups[0].subscriptions if found.groups else ()
    inside = [one.id for group in found.groups for one in group.subscriptions if one.id in chosen]
    outside = [one.subscription.id for one in found.outsiders if one.can_be_prepared]
    return (*(inside or [one.id for one in first]), *outside)


def base(quote: Quote, chosen: Iterable[Subscription], state: AccountState, who: Reader) -> str:
    """The one that the others are made like, as it stays; "" where all of them are changed."""
    changed = {done.subscription_id for done in quote.effects if isinstance(done, Schedule | SetMethod)}
    kept = next((one for one in chosen if one.id not in changed), None)
    if kept is None or (method := state.method_of(kept)) is None:
        return ""
    facts = {"name": named(kept, who), "term": words.term(kept.last_term.months), "method": method.label}
    return _("As %(name)s: %(term)s, %(method)s") % facts


def alignable_from(chosen: tuple[Subscription, ...]) -> Subscription | None:
    """Of those that have to get the others' term first, the last to renew: from then on all can be aligned."""
    months = common_months(chosen)
    waiting = (one for one in chosen if one.last_term.months != months)
    return max(waiting, key=lambda one: one.renews_on, default=None)


def when_alignable(chosen: tuple[Subscription, ...], who: Reader) -> str:
    """From when on they can be aligned, where one of them has to renew first."""
    last = alignable_from(chosen)
    if last is None:
        return _("All of them renew on one date.")
    return _waits_for(last, last.renews_on, who)


def outcome(quote: Quote, who: Reader) -> str:
    """What was done without an order, whenever it is read: when they renew, or from when on they can be aligned."""
    if common := common_date(quote):
        return _("They all renew on %(on)s.") % {"on": formats.day(common, who.locale)}
    waits = [done for done in quote.effects if isinstance(done, Schedule) and done.change is ChangeKind.TERM]
    last = max(waits, key=lambda done: done.effective_on, default=None)
    if last is None or last.subscription_id not in who.owned:
        return _("All of them renew on one date.")
    return _waits_for(who.owned[last.subscription_id], last.effective_on, who)


def _waits_for(one: Subscription, on: date, who: Reader) -> str:
    facts = {"on": formats.day(on, who.locale), "name": named(one, who)}
    return _("They can be aligned from %(on)s, when %(name)s has renewed.") % facts


def can_be_mended(found: Iterable[Reason]) -> bool:
    """Whether the plan "make them alignable" does away with every one of these reasons."""
    return all(reason.code in MENDED for reason in found)


def presets(chosen: Iterable[Subscription], latest: date) -> list[date]:
    """Further days that suggest themselves: the next first days of a quarter, as far as all can be moved there."""
    common = max(one.renews_on for one in chosen)
    quarter = date(common.year, (common.month - 1) // 3 * 3 + 1, 1)
    days = (boundary(quarter, 3 * n) for n in range(1, PRESETS + 1))
    return [day for day in days if common < day <= latest]


def hindrances(found: Iterable[Reason], state: AccountState, who: Reader) -> list[Hindrance]:
    """Reasons by the subscription that they are about, those of all first."""
    by_subscription: dict[str, list[Reason]] = {"": []}
    for reason in found:
        by_subscription.setdefault(str(reason.facts.get("subscription", "")), []).append(reason)
    return [
        Hindrance(_named(state, key, who), remedies.shown(reasons, _wanted(state, key), who.locale, who.names))
        for key, reasons in by_subscription.items()
        if reasons
    ]


def steps(quote: Quote, state: AccountState, who: Reader) -> list[Step]:
    """What a quote changes besides the dates."""
    return [
        Step(_named(state, done.subscription_id, who), _step(done, state, who))
        for done in quote.effects
        if isinstance(done, Schedule | SetMethod)
    ]


def kept(asked: Asked, chosen: Iterable[Subscription]) -> Asked:
    """The same, with every reduction kept that nothing is said about: a look at the price needs no answer yet."""
    answers = dict(asked.renew)
    fewer = ((one.id, one.scheduled_change(ChangeKind.SEATS)) for one in chosen)
    said = ((one, answers.get(one, int(entry.value))) for one, entry in fewer if entry)
    return replace(asked, renew=tuple(said))


def questions(quote: Quote, asked: Asked, chosen: Iterable[Subscription], who: Reader) -> list[SeatsQuestion]:
    """What has to be said about seats: of those that move, and of which fewer are scheduled."""
    answers, moves = dict(asked.renew), {done.subscription_id for done in quote.effects if isinstance(done, AddPeriod)}
    return [
        SeatsQuestion(
            id=one.id,
            name=named(one, who),
            before=one.renews_on,
            scheduled=int(entry.value),
            seats=one.last_seats,
            chosen=answers.get(one.id, 0),
        )
        for one in chosen
        if one.id in moves and (entry := one.scheduled_change(ChangeKind.SEATS))
    ]


def common_date(quote: Quote) -> date | None:
    """The one renewal date that the quote leads to; None where nothing is aligned today."""
    return next((done.after for done in quote.effects if isinstance(done, MoveRenewal)), None)


def picture(quote: Quote, chosen: tuple[Subscription, ...], today: date, who: Reader) -> Timeline | None:
    """Before: a row a subscription, with the days that it is moved by. After: one row, one date."""
    common = common_date(quote)
    if common is None:
        return None
    starts = min(one.renews_on for one in chosen)
    months = (common.year - starts.year) * 12 + common.month - starts.month + 2
    if months > MOST_MONTHS:
        starts, months = boundary(common.replace(day=1), 2 - MOST_MONTHS), MOST_MONTHS
    spans = {done.subscription_id: done.paid.period for done in quote.effects if isinstance(done, AddPeriod)}
    staying = [one for one in chosen if one.id in spans or one.renews_on == common]
    rows = [
        TimelineRow(
            who.names.product(one.product),
            [Mark(one.renews_on, _("renews"))],
            [Span(spans[one.id].start, common, _("paid for now"))] if one.id in spans else [],
            detail=f"{one.number} {one.label}".strip(),
        )
        for one in in_order(staying)
    ]
    counted = ngettext("%(count)s subscription", "%(count)s subscriptions", len(staying))
    together = counted % {"count": formats.number(len(staying), who.locale)}
    if len(rows) > MOST_ROWS:
        rows = [TimelineRow(together, [Mark(on, _("renews")) for on in sorted({one.renews_on for one in staying})])]
    after = TimelineRow(together, [Mark(common, _("renew together, in one payment"))])
    return Timeline(
        label=_("Renewal dates before and after"),
        starts=starts,
        today=today,
        groups=[TimelineGroup(rows, _("Before")), TimelineGroup([after], _("After"))],
        months=max(months, LEAST_MONTHS),
    )


def _group(group: Alignable, asked: Asked, who: Reader) -> Group:
    facts = {"term": words.capital(words.term(group.months)), "method": group.method.label}
    then = _("From their next renewal on: %(term)s") % {"term": words.term(group.next_months)}
    return Group(
        label=_("%(term)s, paid by %(method)s") % facts,
        picks=tuple(_pick(one, asked, who, is_open=True) for one in group.subscriptions),
        aligned_on=group.subscriptions[0].renews_on if group.is_aligned else None,
        then=then if group.next_months != group.months else "",
    )


def _outsider(outsider: Outsider, asked: Asked, who: Reader) -> Pick:
    one, is_open = outsider.subscription, asked.prepare and outsider.can_be_prepared
    shown = remedies.shown(outsider.reasons, Wanted(Action.ALIGN, one), who.locale, who.names)
    return _pick(one, asked, who, is_open=is_open, reasons=shown, says_term=True)


def _pick(
    one: Subscription,
    asked: Asked,
    who: Reader,
    *,
    is_open: bool,
    reasons: tuple[components.Reason, ...] = (),
    says_term: bool = False,
) -> Pick:
    facts = {"term": words.term(one.last_term.months), "seats": words.seats(one.last_seats, who.locale)}
    return Pick(
        id=one.id,
        name=who.names.item(one.product, one.last_plan),
        detail=_("%(term)s, %(seats)s") % facts if says_term else facts["seats"],
        number=one.number,
        own_name=one.label,
        on=one.renews_on,
        is_chosen=is_open and one.id in asked.ids,
        is_open=is_open,
        reasons=reasons,
    )


def _step(done: Schedule | SetMethod, state: AccountState, who: Reader) -> str:
    if isinstance(done, SetMethod):
        label = next((method.label for method in state.methods if method.id == done.after), "")
        return _("Paid by %(method)s from now on") % {"method": label}
    return words.effect(done, who.locale, who.names, state.subscription(done.subscription_id).product)


def _named(state: AccountState, subscription_id: str, who: Reader) -> str:
    if not subscription_id:
        return ""
    return named(state.subscription(subscription_id), who)


def _wanted(state: AccountState, subscription_id: str) -> Wanted:
    return Wanted(Action.ALIGN, state.subscription(subscription_id) if subscription_id else None)
