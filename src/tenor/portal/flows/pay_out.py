"""Send the balance back: what goes to which payment method, what stays, one button; or why it is not possible."""

import logging
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.domain.paying_out import PayOut
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayError
from tenor.portal.flows.shared import NOT_POSSIBLE
from tenor.portal.visit import AccountRequest, Visit, account_page
from tenor.ui import formats, words
from tenor.usecases.pay_out_balance import has_failed, pay_out_balance, preview_pay_out
from tenor.usecases.send_refund import send_refund

log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def pay_out(request: AccountRequest) -> HttpResponse:
    """GET says what would go where; POST sends that, and nothing else."""
    visit = request.visit
    has_changed = False
    if request.method == "POST":
        try:
            refunds = pay_out_balance(
                account_id=visit.account_id, seen=request.POST.get("seen", ""), actor=visit.actor, now=visit.now
            )
        except Refusal as refused:
            if refused.code != "pay_out_changed":
                return _page(request, None, refused)
            has_changed = True
        else:
            _send(visit, refunds)
            return _done(request, refunds)
    try:
        planned = preview_pay_out(account_id=visit.account_id, actor=visit.actor, now=visit.now)
    except Refusal as refused:
        return _page(request, None, refused)
    return _page(request, planned, Refusal("pay_out_changed", {}) if has_changed else None)


def _page(request: AccountRequest, planned: PayOut | None, refused: Refusal | None) -> HttpResponse:
    visit = request.visit
    locale = formats.locale_for(visit.language, visit.country)
    context = {
        "planned": planned,
        "refusal": words.refusal(refused, locale) if refused else "",
    }
    status = NOT_POSSIBLE if refused and request.method == "POST" else 200
    return render(request, "portal/flows/pay_out.html", context, status=status)


def _done(request: AccountRequest, refunds: tuple[UUID, ...]) -> HttpResponse:
    if has_failed(account_id=request.visit.account_id, refund_ids=refunds):
        messages.warning(request, _("It could not all be sent. What was not is on your balance again."))
    else:
        messages.success(request, _("The money is on its way back."))
    return redirect("portal:orders")


def _send(visit: Visit, refunds: tuple[UUID, ...]) -> None:
    """What the gateway gives no answer to is left to the worker: the obligation stands."""
    for refund_id in refunds:
        try:
            send_refund(account_id=visit.account_id, refund_id=refund_id, now=visit.now)
        except GatewayError as error:
            log.warning("refund %s is left to the worker: %s", refund_id, error)
