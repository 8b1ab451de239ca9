"""Upcoming payments: what will be charged, when, to what? Twelve months as a picture, a list and a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext
from django.views.decorators.http import require_safe

from tenor.domain.account import SubscriptionStatus
from tenor.domain.eligibility import Action, is_hidden, reasons
from tenor.domain.forecast import Upcoming, UpcomingKind, charged
from tenor.domain.money import Money
from tenor.domain.situation import is_renewed_here
from tenor.domain.terms import boundary
from tenor.portal.csv_file import csv_response, form_name, other_form
from tenor.portal.flows.shared import Reader, load_account, reader
from tenor.portal.pages.calendar import calendar_card
from tenor.portal.upcoming import Payment, Subject, folded, payments, subject_of, upcoming
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import formats, words
from tenor.ui.components import Mark, Timeline, TimelineGroup, TimelineRow
from tenor.usecases.load import Loaded

HEADER = (
    *(gettext_noop("Date"), gettext_noop("Kind"), gettext_noop("Subscription"), gettext_noop("Product")),
    *(gettext_noop("Plan"), gettext_noop("Seats"), gettext_noop("From"), gettext_noop("Until")),
    *(gettext_noop("Unit price"), gettext_noop("Net"), gettext_noop("Payment net"), gettext_noop("Payment tax")),
    *(gettext_noop("Payment total"), gettext_noop("Currency"), gettext_noop("Payment method")),
    *(gettext_noop("Problems"), gettext_noop("Order"), gettext_noop("From balance")),
)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the table: what is charged in it, `folded` of which stands in lines of several months."""

    label: str
    total: Money
    folded: Money
    payments: tuple[Payment, ...]


@require_safe
@account_page
def upcoming_payments(request: AccountRequest) -> HttpResponse:
    """The page."""
    loaded = load_account(request.visit)
    who, found = reader(request.visit, loaded), upcoming(loaded)
    shown = payments(found, loaded, who, request.visit.actor)
    due = [one for one in shown if one.kind == UpcomingKind.DUE]
    to_come = [one for one in shown if one.kind != UpcomingKind.DUE]
    series, alone = folded(to_come)
    context = {
        **calendar_card(request),
        "is_empty": not shown,
        "tax": who.tax,
        "groups": list(_due(due, loaded)),
        "series": series,
        "months": list(_months(to_come, alone, loaded, who)),
        "next": next((one for one in to_come if one.amount), None),
        "count": sum(one.amount is not None for one in shown),
        "total": charged(found, loaded.state.currency),
        "if_paid": any(one.if_paid for one in shown),
        "until": boundary(loaded.today, 12) - timedelta(days=1),
        "timeline": _timeline(shown, loaded, who),
        "elsewhere": _elsewhere(loaded, who),
        "balance": loaded.state.balance,
        "has_subscriptions": bool(loaded.state.subscriptions),
        "may_renew": request.visit.actor.role.may_buy,
        "align_url": _align_url(request, loaded),
        "other_form": other_form(form_name(request.visit.language)),
    }
    return render(request, "portal/upcoming.html", context)


def _align_url(request: AccountRequest, loaded: Loaded) -> str:
    """Where dates are aligned; "" where that is not offered at all (rules 8)."""
    closed = reasons(loaded.state, loaded.offer, Action.ALIGN, None, request.visit.actor, loaded.today)
    return "" if is_hidden(closed) else reverse("portal:align")


@require_safe
@account_page
def upcoming_file(request: AccountRequest) -> HttpResponse:
    """The same as a file, as the reader's spreadsheet opens it: a row for each line, with its payment's totals.

    It speaks the reader's language. `?form=` chooses another form (see `csv_file.FORMS`); "plain" is for programs: its
    heads are English, its kinds and problems codes.
    """
    loaded = load_account(request.visit)
    who = reader(request.visit, loaded)
    form = form_name(request.visit.language, request.GET.get("form", ""))
    said = _Said(who, is_for_programs=form == "plain")
    rows = (row for one in upcoming(loaded) for row in _rows(one, loaded, said))
    return csv_response(f"upcoming-payments-{loaded.today}.csv", said.heads, rows, form)


def _elsewhere(loaded: Loaded, who: Reader) -> list[Subject]:
    """What others charge for: who sold it, or an older system that still keeps it."""
    return [
        subject_of(one, who)
        for one in loaded.state.subscriptions
        if not is_renewed_here(one) and one.status is not SubscriptionStatus.CANCELED
    ]


def _total(shown: Iterable[Payment], loaded: Loaded) -> Money:
    return Money(sum(one.amount.minor for one in shown if one.amount is not None), loaded.state.currency)


def _due(due: list[Payment], loaded: Loaded) -> Iterator[tuple[str, str, Money, list[Payment]]]:
    """What is owed already: to be paid now, and under way; each with an anchor, a title and its total."""
    titles = {False: ("owed", _("To be paid now")), True: ("under-way", _("Under way"))}
    for is_paying, (anchor, title) in titles.items():
        if group := [one for one in due if one.is_under_way == is_paying]:
            yield anchor, title, _total(group, loaded), group


def _months(shown: list[Payment], alone: list[Payment], loaded: Loaded, who: Reader) -> Iterator[Month]:
    """The months of all that comes, with those payments that stand alone."""
    for month, group in groupby(shown, key=lambda one: one.on.replace(day=1)):
        found = list(group)
        own = tuple(one for one in alone if one.on.replace(day=1) == month)
        total = _total(found, loaded)
        label = words.capital(formats.month_and_year(month, who.locale))
        yield Month(label, total, total - _total(own, loaded), own)


# --- the picture --------------------------------------------------------------------------------------------------


def _timeline(shown: list[Payment], loaded: Loaded, who: Reader) -> Timeline:
    """A row for each subscription that has something to come, whose day comes first on top."""
    marks: dict[Subject, list[Mark]] = {}
    for one in shown:
        for subject in one.subjects:
            marks.setdefault(subject, []).append(Mark(one.on, _label(one, who), _mark(one)))
    rows = [
        TimelineRow(subject.name, found, detail=subject.reference, url=subject.url) for subject, found in marks.items()
    ]
    label = _("Payments of the next twelve months by subscription")
    return Timeline(label, loaded.today, loaded.today, [TimelineGroup(rows)])


def _mark(one: Payment) -> str:
    if one.is_under_way:
        return "under_way"
    return "payment" if one.kind == UpcomingKind.UNPRICED else one.kind


def _label(one: Payment, who: Reader) -> str:
    """What a mark says: what its own payment costs, or that a payment for several costs that together."""
    if one.kind == UpcomingKind.ENDS:
        return _("Ends without renewal")
    if one.amount is None:
        if one.before_tax is None:
            return _("Amount not known yet")
        return who.tax.beside(formats.money(one.before_tax, who.locale), included=False)
    amount = formats.money(one.amount, who.locale)
    if len(one.subjects) == 1:
        return amount
    facts = {"amount": amount, "count": formats.number(len(one.subjects), who.locale)}
    return _("%(amount)s for %(count)s subscriptions together") % facts


# --- the file -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """How the file says things: in words to a reader, in codes to a program."""

    who: Reader
    is_for_programs: bool

    @property
    def heads(self) -> Sequence[str]:
        return HEADER if self.is_for_programs else [_(head) for head in HEADER]

    def kind(self, one: Upcoming) -> str:
        if self.is_for_programs:
            return one.kind
        if one.order is not None and one.order.is_under_way:
            return pgettext("kind of payment", "under way")
        return {
            UpcomingKind.PAYMENT: pgettext("kind of payment", "payment"),
            UpcomingKind.DUE: pgettext("kind of payment", "due"),
            UpcomingKind.ENDS: pgettext("kind of payment", "ends"),
            UpcomingKind.UNPRICED: pgettext("kind of payment", "unpriced"),
        }[one.kind]

    def problems(self, one: Upcoming) -> str:
        if self.is_for_programs:
            return " ".join(reason.code for reason in one.concerns)
        return " ".join(words.reason(reason, self.who.locale, self.who.names) for reason in one.concerns)


def _rows(one: Upcoming, loaded: Loaded, said: _Said) -> Iterator[tuple[object, ...]]:
    """A row a line; what has no lines of its own (an end, an order that is open already) is one row a subscription."""
    held = {each.id: each for each in loaded.state.subscriptions}
    paid_by = (
        loaded.state.currency,
        one.method.label if one.method else "",
        said.problems(one),
        one.order.number if one.order else "",
        one.quote.from_balance if one.quote else None,
    )
    if one.quote is not None and one.amount in (None, one.quote.at_gateway):
        is_known = one.before_tax is None
        totals = (one.quote.net, *((one.quote.tax_total, one.quote.total) if is_known else (None, None)))
        for line in one.quote.lines:
            what = (held[line.subscription_id].number, *_what(line.product, line.plan, said.who), line.seats)
            span = (line.span.start, line.span.end)
            yield one.on, said.kind(one), *what, *span, line.unit_price, line.net, *totals, *paid_by
        return
    for each in (held[subscription_id] for subscription_id in one.subscription_ids):
        what = (each.number, *_what(each.product, each.plan, said.who), each.seats)
        yield one.on, said.kind(one), *what, *[None] * 6, one.amount, *paid_by


def _what(product: str, plan: str, who: Reader) -> tuple[str, str]:
    return who.names.product(product), who.names.plan(product, plan)
