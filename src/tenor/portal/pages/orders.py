"""Orders and invoices: what was bought, what it cost, and where it stands."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.orders import OrderRow, list_orders
from tenor.domain.lifecycle import OPEN_ORDER, OrderStatus
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words

OPEN, DONE, ENDED, ALL = "open", "done", "ended", "all"
GROUPS: dict[str, tuple[Promise, frozenset[str]]] = {
    OPEN: (_("Not finished"), frozenset(OPEN_ORDER)),
    DONE: (_("Completed"), frozenset({OrderStatus.PAID, OrderStatus.FULFILLED})),
    ENDED: (_("Ended without payment"), frozenset({OrderStatus.FAILED, OrderStatus.CANCELED, OrderStatus.EXPIRED})),
}
MOST = 500


@require_safe
@account_page
def orders(request: AccountRequest) -> HttpResponse:
    """The newest orders, of one state where it is asked for."""
    visit = request.visit
    with account_scope(visit.account_id):
        rows = list_orders(visit.account_id, limit=MOST)
    asked = request.GET.get("state", "")
    wanted = GROUPS[asked][1] if asked in GROUPS else None
    context = {
        "orders": [(row, words.order_action(row.action)) for row in rows if wanted is None or row.status in wanted],
        "state": asked if asked in GROUPS else ALL,
        "states": [(ALL, _("All")), *((code, label) for code, (label, _states) in GROUPS.items())],
        "total": len(rows),
        "open": _waiting(rows),
    }
    return render(request, "portal/orders.html", context)


def _waiting(rows: tuple[OrderRow, ...]) -> int:
    return sum(row.status in OPEN_ORDER for row in rows)
