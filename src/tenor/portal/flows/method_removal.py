"""Remove a method: what that means, or why it is not possible yet; one button."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.methods import method_uses
from tenor.domain.eligibility import Action, reasons
from tenor.domain.methods import kept_method, removal_reasons
from tenor.domain.refusals import Reason, Refusal
from tenor.portal import remedies
from tenor.portal.flows.method_cards import WANTED, method_card
from tenor.portal.flows.methods import refused_method
from tenor.portal.flows.shared import NOT_POSSIBLE, reader
from tenor.portal.visit import AccountRequest, account_page
from tenor.usecases import remove_method as removing
from tenor.usecases.load import load


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def remove_method(request: AccountRequest, method_id: UUID) -> HttpResponse:
    """GET says what the removal means; POST removes, or says what would be left unpaid."""
    visit = request.visit
    if request.method != "POST":
        return _page(request, method_id, ())
    try:
        removing.remove_method(account_id=visit.account_id, method_id=method_id, actor=visit.actor, now=visit.now)
    except Refusal as refused:
        if refused.reasons:
            return _page(request, method_id, refused.reasons)
        return refused_method(request, refused)
    messages.success(request, _("The payment method is removed."))
    return redirect("portal:methods")


def _page(request: AccountRequest, method_id: UUID, found: tuple[Reason, ...]) -> HttpResponse:
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now)
        uses = method_uses(visit.account_id)
    method = kept_method(loaded.state, str(method_id))
    if method is None:
        raise Http404
    who, refused = reader(visit, loaded), bool(found)
    closed = reasons(loaded.state, loaded.offer, Action.METHOD, None, visit.actor, loaded.today)
    found = found or removal_reasons(loaded.state, loaded.offer, method, uses, loaded.today)
    context = {
        "card": method_card(loaded, method, uses, who),
        "default": next((other for other in loaded.state.methods if other.is_default and other != method), None),
        "reasons": remedies.shown((*closed, *found), WANTED, who.locale, who.names),
    }
    return render(request, "portal/flows/remove_method.html", context, status=NOT_POSSIBLE if refused else 200)
