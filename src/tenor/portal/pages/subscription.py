"""One subscription: what it is, what happens next and for how much, what can be done, what can't and why, history."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.events import EventRow, history
from tenor.domain.account import ChangeKind, PaidPeriod, Subscription, SubscriptionStatus
from tenor.domain.confirmations import Reopened, reopened
from tenor.domain.eligibility import Action, is_hidden, warnings
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.money import Money
from tenor.domain.paying import paying_for
from tenor.domain.permissions import Permission
from tenor.domain.possibilities import Possibilities, possibilities
from tenor.domain.refusals import Reason, Remedy
from tenor.domain.renewals import promise
from tenor.domain.situation import is_renewed_here
from tenor.domain.under_way import once_paid
from tenor.portal import remedies
from tenor.portal.answers import answers
from tenor.portal.flows.shared import Reader, owned, reader
from tenor.portal.holdings import Holding, holding, is_compared
from tenor.portal.owing import owing
from tenor.portal.people import closed
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, Visit, account_page
from tenor.ui import components, words
from tenor.usecases.load import Loaded, load
from tenor.usecases.tell import SYSTEM

FLOWS = {
    Action.SEATS_ADD: ("portal:add_seats", "plus", "primary"),
    Action.SEATS_REDUCE: ("portal:reduce_seats", "minus", "secondary"),
    Action.CHANGE_TERM: ("portal:change_term", "calendar", "secondary"),
    Action.CHANGE_PLAN: ("portal:change_plan", "layers", "secondary"),
    Action.AUTO_RENEW_OFF: ("portal:auto_renew", "pause", "secondary"),
    Action.AUTO_RENEW_ON: ("portal:auto_renew", "renew", "secondary"),
    Action.RENEW_EARLY: ("portal:renew", "renew", "secondary"),
    Action.RENEW_LATE: ("portal:renew", "renew", "primary"),
    Action.BUY_AGAIN: ("portal:buy_again", "plus", "secondary"),
    Action.METHOD: ("portal:choose_method", "card", "secondary"),
    Action.CHANGE_OWED: ("portal:change_owed", "receipt", "secondary"),
    Action.DECLINE_OWED: ("portal:decline_owed", "pause", "secondary"),
}
"""The actions that have a flow: its address, icon and kind of button."""
PAGES = {action: address for action, (address, _icon, _kind) in FLOWS.items()}


POINTLESS = {
    Action.RENEW_EARLY: frozenset({"renewal_window_closed", "canceled"}),
    Action.RENEW_LATE: frozenset({"not_expired", "past_due", "suspended", "canceled"}),
    Action.BUY_AGAIN: frozenset({"not_ended", "suspended"}),
    Action.CHANGE_OWED: frozenset({"nothing_owed"}),
    Action.DECLINE_OWED: frozenset({"nothing_owed", "owed_not_declinable"}),
}
"""Actions that stand for each other, early, late or anew: one that another stands for is not offered."""


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


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of history; `by` is "" for what came by itself."""

    sentence: str
    row: EventRow
    by: str


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
    after = once_paid(one, loaded.offer.policy, loaded.today)
    context = {
        "held": held,
        "subscription": one,
        "owing": owing(loaded, one, visit.actor, who),
        "renews": renews_itself(after),
        "ends_on": after.renews_on,
        "method": loaded.state.method_of(one),
        **_paying(loaded, one, who),
        "steps": _steps(loaded, held, who),
        "priced": who.tax.priced(included=bool(held.coming and held.coming.price.entry.tax_included)),
        "coming_term": words.term(held.coming.item.term.months) if held.coming else "",
        "coming_plan": who.names.plan(one.product, held.coming.item.plan) if held.coming else "",
        "periods": _periods(one, loaded.today),
        "scheduled": _scheduled(loaded, after, who),
        "ahead": _ahead(one, who),
        "may_renew_late": not found[Action.RENEW_LATE],
        "may_buy_again": not found[Action.BUY_AGAIN],
        "is_compared": is_compared(one, loaded.today) and not is_hidden(found[Action.CHANGE_TERM]),
        "may_change": not found[Action.CHANGE_TERM],
        "actions": _actions(found, one, who),
        "assigning": _assigning(request.visit, loaded, one),
        "answers": answers(found, one, loaded.orders, who, PAGES),
        "warnings": _warnings(loaded, request, one, who),
        "help_url": remedies.help_address(Wanted("", one)),
        "events": [_fact(row) for row in events],
        "today": loaded.today,
    }
    return render(request, "portal/subscription.html", context)


def _steps(loaded: Loaded, held: Holding, who: Reader) -> list[components.Step]:
    """How the amount of the next renewal is worked out, as a quote would promise it."""
    if held.coming is None:
        return []
    promised = promise(loaded.state, loaded.offer, held.subscription, loaded.today)
    return [step for renewal in promised for step in words.explain(renewal.explanation, who.locale, who.names)]


def _paying(loaded: Loaded, one: Subscription, who: Reader) -> dict[str, object]:
    """What the next charge goes to, and whose place it takes where that can't pay, with the way to choose another."""
    on = max(one.renews_on, loaded.today)
    paying = paying_for(loaded.state, loaded.offer.policy, one, on)
    if paying.method is None or paying.instead_of is None or not renews_itself(one) or not is_renewed_here(one):
        return {"coming_method": paying.method}
    choose = Remedy("choose_payment_method")
    link = remedies.link(choose, Wanted(Action.METHOD, one), who.locale)
    told = components.Reason(words.pays_instead(paying.instead_of.label, paying.method.label, on, who.locale), (link,))
    return {"coming_method": paying.method, "replaced": (told,)}


def _fact(row: EventRow) -> Fact:
    return Fact(words.event(row.kind, row.after), row, "" if row.actor == SYSTEM.name else row.actor)


def _periods(one: Subscription, today: date) -> list[tuple[PaidPeriod, bool]]:
    """The paid periods, the newest first, and whether today is in each."""
    newest = sorted(one.periods, key=lambda paid: paid.period, reverse=True)
    return [(paid, paid.period.start <= today < paid.period.end) for paid in newest]


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


OVER = frozenset({SubscriptionStatus.EXPIRED, SubscriptionStatus.CANCELED})
"""What has ended has no renewal that an entry could call off; the page says that it was not renewed."""


def _scheduled(loaded: Loaded, one: Subscription, who: Reader) -> list[Scheduled]:
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
        if not (entry.kind is ChangeKind.AUTO_RENEW and one.status in OVER)
    ]


def _actions(found: Possibilities, one: Subscription, who: Reader) -> list[components.Action]:
    """What has a flow: open, or disabled with every reason. What is not offered at all is left out (rules 8)."""
    renews = not any(reason.code == "already_off" for reason in found[Action.AUTO_RENEW_OFF])
    done = Action.AUTO_RENEW_ON if renews else Action.AUTO_RENEW_OFF
    return [
        components.Action(
            id=f"action-{action}",
            label=words.action(action),
            url=reverse(address, args=[one.id]),
            icon=icon,
            kind=kind,
            reasons=remedies.shown(found[action], Wanted(action, one), who.locale, who.names),
        )
        for action, (address, icon, kind) in FLOWS.items()
        if not is_hidden(found[action]) and action is not done and not _is_pointless(action, found[action])
    ]


def _assigning(visit: Visit, loaded: Loaded, one: Subscription) -> components.Action:
    """Giving the seats to people: of those who manage users, not of those who buy."""
    reasons = closed(visit, Permission.MANAGE_USERS, loaded.state.people)
    url = reverse("portal:assign_users", args=[one.id])
    return components.Action(id="action-users", label=_("Assign users"), url=url, icon="users", reasons=reasons)


def _is_pointless(action: Action, reasons: tuple[Reason, ...]) -> bool:
    return any(reason.code in POINTLESS.get(action, ()) for reason in reasons)


def _warnings(loaded: Loaded, request: AccountRequest, one: Subscription, who: Reader) -> tuple[components.Reason, ...]:
    """What will stand in the way of the renewal, while there still is time."""
    if not renews_itself(one):
        return ()
    wanted = Wanted(Action.METHOD, one)
    found = warnings(loaded.state, loaded.offer, Action.AUTO_RENEW_ON, one, request.visit.actor, loaded.today)
    return remedies.shown(found, wanted, who.locale, who.names)
