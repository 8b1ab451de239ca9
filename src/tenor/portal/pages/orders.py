"""Orders and invoices: what was bought, what it cost, and where it stands."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.balances import list_movements
from tenor.db.queries.orders import OrderRow, list_orders
from tenor.db.queries.receipts import products_of_orders
from tenor.db.queries.returns import list_credit_notes
from tenor.domain.lifecycle import OPEN_ORDER, OrderStatus
from tenor.portal import payouts
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.usecases.tell import SYSTEM

OPEN, DONE, RETURNED, ENDED, ALL = "open", "done", "returned", "ended", "all"
GROUPS: dict[str, tuple[Promise, frozenset[str]]] = {
    OPEN: (_("Not finished"), frozenset(OPEN_ORDER)),
    DONE: (_("Completed"), frozenset({OrderStatus.PAID, OrderStatus.FULFILLED})),
    RETURNED: (_("Returned"), frozenset({OrderStatus.RETURNED})),
    ENDED: (_("Ended without payment"), frozenset({OrderStatus.FAILED, OrderStatus.CANCELED, OrderStatus.EXPIRED})),
}
MOST = 1_000
PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: what the order was for, for which products, by whom ("" where it came by itself)."""

    order: OrderRow
    title: str
    products: tuple[str, ...]
    by: str


@require_safe
@account_page
def orders(request: AccountRequest) -> HttpResponse:
    """The newest orders, of one state where it is asked for, a page at a time."""
    visit = request.visit
    asked = request.GET.get("state", "")
    with account_scope(visit.account_id):
        rows = list_orders(visit.account_id, limit=MOST)
        wanted = [row for row in rows if asked not in GROUPS or row.status in GROUPS[asked][1]]
        page = Paginator(wanted, PAGE).get_page(request.GET.get("page"))
        products = products_of_orders(visit.account_id, [row.id for row in page])
        notes = list_credit_notes(visit.account_id, limit=MOST)
        movements = list_movements(visit.account_id, limit=MOST)
    context = {
        "page": page,
        "lines": [_line(row, products.get(row.id, ())) for row in page],
        "state": asked if asked in GROUPS else ALL,
        "states": [(ALL, _("All")), *((code, label) for code, (label, _states) in GROUPS.items())],
        "total": len(rows),
        "balance": movements[0].after if movements else None,
        "pay_out": payouts.offer(visit) if movements and movements[0].after else None,
        "movements": [(row, words.movement(row.reason)) for row in movements] if page.number == 1 else (),
        "notes": notes if asked in ("", ALL, RETURNED) and page.number == 1 else (),
    }
    return render(request, "portal/orders.html", context)


def _line(row: OrderRow, products: tuple[str, ...]) -> Line:
    return Line(row, words.order_action(row.action), products, "" if row.placed_by == SYSTEM.name else row.placed_by)
