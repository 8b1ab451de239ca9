"""Orders and invoices: what was bought or credited, what that changed, what it cost; as a list and as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.balances import list_movements
from tenor.db.queries.order_lines import BookedLine, booked_lines
from tenor.db.queries.orders import CREDIT_NOTE, EventRow, Search, find_events
from tenor.domain.account import Subscription
from tenor.domain.lifecycle import OPEN_ORDER, OrderStatus
from tenor.domain.money import Money
from tenor.domain.terms import local_date
from tenor.domain.texts import one_line
from tenor.portal import payouts
from tenor.portal.csv_file import csv_response, form_name
from tenor.portal.flows.shared import Reader, reader, whole
from tenor.portal.listing import day
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.ui.statuses import look
from tenor.usecases.load import load
from tenor.usecases.tell import SYSTEM

OPEN, DONE, RETURNED, ENDED, ALL = "open", "done", "returned", "ended", "all"
GROUPS: dict[str, tuple[Promise, frozenset[str]]] = {
    OPEN: (_("Not finished"), frozenset(OPEN_ORDER)),
    DONE: (_("Completed"), frozenset({OrderStatus.PAID, OrderStatus.FULFILLED})),
    RETURNED: (_("Returned or credited"), frozenset({OrderStatus.RETURNED, CREDIT_NOTE})),
    ENDED: (_("Ended without payment"), frozenset({OrderStatus.FAILED, OrderStatus.CANCELED, OrderStatus.EXPIRED})),
}
PAGE = 30
FEW = 5
"""Up to so many orders are found by looking: no search is shown."""
MOST_MOVEMENTS = 1_000

HEADER: tuple[Promise, ...] = (
    *(_("Order"), _("Invoice or credit note"), _("Date"), _("What for"), _("Status")),
    *(_("Subscription"), _("Label"), _("Cost center"), _("Product"), _("Plan"), _("Seats"), _("From"), _("Until")),
    *(_("Net"), _("Kind of tax"), _("Tax"), _("Total"), _("Currency"), _("Payment method"), _("Paid on")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it says that we don't know is as if it said nothing."""

    query: str
    state: str
    first: date | None
    last: date | None

    @classmethod
    def of(cls, said: QueryDict) -> "Asked":
        """Read from the query string."""
        state = said.get("state", "")
        return cls(
            query=one_line(said.get("q", ""))[:100],
            state=state if state in GROUPS else ALL,
            first=day(said.get("from", "")),
            last=day(said.get("to", "")),
        )

    def search(self, zone: str) -> Search:
        """The same for the database."""
        states = GROUPS[self.state][1] if self.state in GROUPS else None
        return Search(tuple(self.query.split()), states, self.first, self.last, zone)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. `about` is the subscription, or how many; `reference` tells it from others of its kind.

    `by` is "" where nobody ordered it.
    """

    event: EventRow
    title: str
    change: str
    about: str
    reference: str
    by: str


@require_safe
@account_page
def orders(request: AccountRequest) -> HttpResponse:
    """The newest events, a page at a time."""
    visit, asked = request.visit, Asked.of(request.GET)
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now)
        page, rows = _page(request, asked)
        movements = list_movements(visit.account_id, limit=MOST_MOVEMENTS)
    who, known = reader(visit, loaded), {one.id: one for one in loaded.state.subscriptions}
    is_searched = asked != Asked.of(QueryDict())
    context = {
        "page": page,
        "lines": [_line(row, known, who) for row in rows],
        "asked": asked,
        "states": [(ALL, _("All")), *((code, label) for code, (label, _states) in GROUPS.items())],
        "is_filtered": is_searched or page.paginator.count > FEW,
        "has_any": is_searched or bool(rows),
        "has_states": any(row.shown_status != OrderStatus.FULFILLED for row in rows),
        "tax": who.tax,
        "balance": movements[0].after if movements else None,
        "pay_out": payouts.offer(visit) if movements and movements[0].after else None,
        "movements": [(row, words.movement(row.reason)) for row in movements] if page.number == 1 else (),
    }
    return render(request, "portal/orders.html", context)


def _page(request: AccountRequest, asked: Asked) -> tuple[Page[int], tuple[EventRow, ...]]:
    """The page that the address names, or the first where there is no such page; with its events."""
    visit, number = request.visit, max(1, whole(request.GET.get("page", "")) or 1)
    search = asked.search(visit.time_zone)
    found = find_events(visit.account_id, search, limit=PAGE, offset=(number - 1) * PAGE)
    if number > 1 and not found.rows:
        number, found = 1, find_events(visit.account_id, search, limit=PAGE)
    return Paginator(range(found.total), PAGE).get_page(number), found.rows


@require_safe
@account_page
def orders_file(request: AccountRequest) -> HttpResponse:
    """What is searched for as a file for bookkeeping: a row for each line of an invoice, credit note or order."""
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now)
        search = Asked.of(request.GET).search(visit.time_zone)
        found = find_events(visit.account_id, search, limit=None).rows
        lines = booked_lines(visit.account_id, found)
    who, known = reader(visit, loaded), {one.id: one for one in loaded.state.subscriptions}
    rows = (
        tuple(_cells(event, line, known.get(line.subscription_id), who, visit.time_zone))
        for event in found
        for line in lines.get((event.order_id, event.note_id), ())
    )
    form = form_name(visit.language, request.GET.get("form", ""))
    return csv_response(f"orders-{loaded.today}.csv", [str(head) for head in HEADER], rows, form)


def _title(event: EventRow) -> str:
    return gettext("Credit note") if event.note_id else words.order_action(event.action)


def _status(event: EventRow) -> str:
    found = look("invoice", "credited") if event.note_id else look("order", event.shown_status)
    return str(found.label)


def _line(event: EventRow, known: Mapping[str, Subscription], who: Reader) -> Line:
    only = known.get(event.subscriptions[0]) if len(event.subscriptions) == 1 else None
    return Line(
        event=event,
        title=_title(event),
        change=words.order_change(event.effects, known, who.locale, who.names),
        about=words.order_about(event.subscriptions, known, who.locale, who.names),
        reference=words.subscription_reference(only) if only else "",
        by="" if event.by == SYSTEM.name else event.by,
    )


def _cells(event: EventRow, line: BookedLine, one: Subscription | None, who: Reader, zone: str) -> Iterator[object]:
    about = (one.number, one.label, one.cost_center) if one else ("", "", "")
    yield from ("" if event.note_id else event.number, line.document, line.issued_on or _day(event.at, zone))
    yield from (_title(event), _status(event), *about)
    yield from (who.names.product(line.product), who.names.plan(line.product, line.plan), line.seats)
    yield from (line.starts_on, line.ends_on, line.net)
    yield words.tax_label(line.decision, who.locale) if line.decision else ""
    yield from (line.tax, _total(line), line.net.currency, line.method)
    yield _day(line.paid_at, zone) if line.paid_at else None


def _total(line: BookedLine) -> Money | None:
    return None if line.tax is None else line.net + line.tax


def _day(at: datetime, zone: str) -> date:
    return local_date(at, zone)
