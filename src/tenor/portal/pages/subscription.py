"""One subscription: what is true of it, what can be done, what can't and why, and what lies behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.events import history
from tenor.domain.account import ChangeKind, Subscription
from tenor.domain.confirmations import Reopened, reopened
from tenor.domain.eligibility import Action, is_hidden, leading, warnings
from tenor.domain.eligibility.case import Case
from tenor.domain.money import Money
from tenor.domain.permissions import Permission
from tenor.domain.possibilities import possibilities
from tenor.domain.pricing import Reduced, reduced_by
from tenor.domain.refusals import Reason, Remedy
from tenor.domain.renewals import promise
from tenor.domain.situation import Next, Situation
from tenor.domain.under_way import once_paid
from tenor.portal import remedies
from tenor.portal.answers import answers
from tenor.portal.deeds import PAGES, Deeds, by_remedy, deeds
from tenor.portal.flows.shared import Reader, owned, reader
from tenor.portal.holdings import Holding, holding, is_compared
from tenor.portal.owing import Owing, owing
from tenor.portal.past import happenings, paid
from tenor.portal.people import closed
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, Visit, account_page
from tenor.ui import components, words
from tenor.usecases.load import Loaded, load

LOOKS: Mapping[Next, tuple[str, str]] = {
    Next.RENEWS: ("accent", "renew"),
    Next.UNPRICED: ("warning", "clock"),
    Next.ENDS: ("neutral", "pause"),
    Next.ELSEWHERE: ("neutral", "arrow-right"),
    Next.PAYING: ("accent", "clock"),
    Next.OWED: ("danger", "warning"),
    Next.SUSPENDED: ("danger", "pause"),
    Next.EXPIRED: ("warning", "clock"),
    Next.ENDED: ("neutral", "close"),
}
"""The tone and the icon of the line that says what is true of it."""

PAID_BY = frozenset({Next.UNPRICED, Next.ENDS})
"""Where the line does not say what is charged for it, and something may be."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The term that is paid ahead, as a line."""

    on: date
    plan: str
    term: str
    seats: str


@dataclass(frozen=True, slots=True)
class Again:
    """An entry whose price was announced anew: kept by the form of its flow, at the price that is shown now."""

    seen: Money
    now: Money
    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One entry of the list "at your next renewal", as a line."""

    sentence: str
    on: date
    by: str
    undo_url: str
    again: Again | None = None


@require_safe
@account_page
def subscription(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """Everything about one subscription of the account."""
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now, with_orders=True)
        one = owned(loaded, subscription_id)
        events = history(visit.account_id, subscription_id)
    who = reader(visit, loaded)
    held = holding(loaded, one, who)
    found = possibilities(loaded.state, loaded.offer, one, visit.actor, loaded.today, loaded.orders)
    owed = owing(loaded, one, visit.actor, who)
    assigning, paid_rows = _assigning(visit, loaded, one), paid(one, events, loaded)
    warned = _warned(loaded, held.situation, one, visit)
    offered = _offered(deeds(found, held, loaded.orders, who, _told(held.situation, owed, warned)), assigning, owed)
    context = {
        "held": held,
        "subscription": one,
        "situation": held.situation,
        "line": words.situation_line(held.situation, one, who.locale, who.tax.included),
        "look": LOOKS[held.situation.next],
        "owing": owed,
        "order_fix": _order_fix(loaded, one, visit, who),
        "tax": who.tax,
        "steps": _steps(loaded, held, who),
        "priced": who.tax.priced(included=bool(held.coming and held.coming.price.entry.tax_included)),
        "is_special": held.coming is not None and reduced_by(held.coming.price.explanation) is Reduced.SPECIAL,
        "method": loaded.state.method_of(one) if held.situation.next in PAID_BY else None,
        "replaced": _replaced(held.situation, one, who),
        "warnings": by_remedy(remedies.shown(warned, Wanted(Action.METHOD, one), who.locale, who.names)),
        "scheduled": _scheduled(loaded, held, who),
        "ahead": _ahead(one, who),
        "deeds": offered,
        "change_term": next((each for each in offered.actions if each.id == f"action-{Action.CHANGE_TERM}"), None),
        "is_compared": is_compared(one, loaded.today) and not is_hidden(found[Action.CHANGE_TERM]),
        "answers": answers(found, one, loaded.orders, who, PAGES),
        "help_url": remedies.help_address(Wanted("", one)),
        "paid": paid_rows,
        "amounts": who.tax.priced(included=any(row.tax_included for row in paid_rows)),
        "happenings": happenings(one, events, who),
    }
    return render(request, "portal/subscription.html", context)


def _order_fix(loaded: Loaded, one: Subscription, visit: Visit, who: Reader) -> components.Remedy | None:
    """What there is to do about the order that is open on it, for whoever reads."""
    case = Case(loaded.state, loaded.offer, Action.METHOD, visit.actor, loaded.today)
    way = leading.remedy(case, one, "open_order")
    return remedies.link(way, Wanted("", one), who.locale) if way else None


def _told(situation: Situation, owed: Owing | None, warned: Iterable[Reason]) -> frozenset[str]:
    """The reasons that the line and the alerts at the head of the page say already."""
    of_order = {"open_order", "past_due", "suspended"} if owed or situation.order else set[str]()
    return frozenset({"expired", "canceled", *of_order, *(reason.code for reason in warned)})


def _offered(found: Deeds, assigning: components.Action, owed: Owing | None) -> Deeds:
    """With the giving of seats to people, and without what the alert about the unpaid renewal offers; open ones first.

    What closes giving seats stands with what closes the rest, where something does.
    """
    in_alert = {owed.change_url, owed.end_url} if owed else set[str]()
    actions = [action for action in found.actions if action.reasons or action.url not in in_alert]
    if assigning.reasons and found.closed:
        return Deeds(tuple(actions), (*found.closed, *assigning.reasons))
    return Deeds(tuple(sorted((*actions, assigning), key=lambda action: bool(action.reasons))), found.closed)


def _steps(loaded: Loaded, held: Holding, who: Reader) -> list[components.Step]:
    """How the amount of the next renewal is worked out: as it will be charged, or as a quote would promise it."""
    one, payment = held.subscription, held.situation.payment
    if held.situation.is_charged and payment and payment.quote:
        lines = (line for line in payment.quote.lines if line.subscription_id == one.id)
        return [step for line in lines for step in words.explain(line.explanation, who.locale, who.names)]
    if held.coming is None:
        return []
    promised = promise(loaded.state, loaded.offer, one, loaded.today)
    return [step for renewal in promised for step in words.explain(renewal.explanation, who.locale, who.names)]


def _replaced(situation: Situation, one: Subscription, who: Reader) -> tuple[components.Reason, ...]:
    """That another method will be charged than the one that was to, with the way to choose another."""
    if situation.method is None or situation.instead_of is None:
        return ()
    choose = Remedy("choose_payment_method")
    link = remedies.link(choose, Wanted(Action.METHOD, one), who.locale)
    told = words.pays_instead(situation.instead_of.label, situation.method.label, situation.on, who.locale)
    return (components.Reason(told, (link,)),)


def _ahead(one: Subscription, who: Reader) -> Ahead | None:
    if one.coming is None:
        return None
    plan = who.names.plan(one.product, one.coming.plan)
    return Ahead(one.coming.starts_on, plan, words.term(one.coming.months), words.seats(one.coming.seats, who.locale))


def _again(one: Subscription, found: Reopened) -> Again:
    """What keeps the entry: the request that made it, once more."""
    kind, value = found.entry.kind, found.entry.value
    name, address = ("months", "change_term") if kind is ChangeKind.TERM else ("plan", "change_plan")
    fields = ((name, value), ("when", "renewal"), (f"price_{value}", str(found.now.minor)))
    return Again(found.seen, found.now, reverse(f"portal:{address}", args=[one.id]), fields)


def _scheduled(loaded: Loaded, held: Holding, who: Reader) -> list[Scheduled]:
    """The list "at your next renewal". What is over has no renewal that an entry could call off."""
    one = once_paid(held.subscription, loaded.offer.policy, loaded.today)
    news = {found.entry.kind: found for found in reopened(loaded.state, loaded.offer, one, loaded.today)}
    return [
        Scheduled(
            sentence=words.scheduled_change(
                entry.kind, entry.value, one.renews_on, who.locale, names=who.names, product=one.product
            ),
            on=entry.scheduled_on,
            by=entry.by,
            undo_url=reverse("portal:undo_scheduled", args=[one.id, str(entry.kind)]),
            again=_again(one, news[entry.kind]) if entry.kind in news else None,
        )
        for entry in one.scheduled
        if not (entry.kind is ChangeKind.AUTO_RENEW and held.situation.is_over)
    ]


def _assigning(visit: Visit, loaded: Loaded, one: Subscription) -> components.Action:
    """Giving the seats to people: of those who manage users, not of those who buy."""
    reasons = closed(visit, Permission.MANAGE_USERS, loaded.state.people)
    url = reverse("portal:assign_users", args=[one.id])
    return components.Action(id="action-users", label=_("Assign users"), url=url, icon="users", reasons=reasons)


def _warned(loaded: Loaded, situation: Situation, one: Subscription, visit: Visit) -> tuple[Reason, ...]:
    """What will stand in the way of the renewal, while there still is time."""
    if not situation.is_charged:
        return ()
    return warnings(loaded.state, loaded.offer, Action.AUTO_RENEW_ON, one, visit.actor, loaded.today)
