"""An order whose payment was interrupted: go on with it, call it off, come back from the gateway's page."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.orders import has_order
from tenor.db.queries.quotes import payment_in_flight
from tenor.domain.lifecycle import OrderStatus, PaymentStatus
from tenor.domain.refusals import Refusal
from tenor.portal.flows.paying import collect_and_go_on
from tenor.portal.flows.shared import session
from tenor.portal.posted import posted_from
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import formats, words
from tenor.usecases.close_order import close_order
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.resume_order import PayBy, resume_order

WAITS_FOR_OTHERS = frozenset({PaymentStatus.REQUIRES_ACTION, PaymentStatus.PROCESSING})
"""Asking about these never sends anything: a GET reads the outside truth, and no more."""


@posted_from("portal:order", "order_id")
@account_page
def resume(request: AccountRequest, order_id: UUID) -> HttpResponse:
    """Continue the payment, or pay with the method that the form names ("method"), if it names one.

    Where the form asks whether that is to pay from now on ("asked"), it does if that is ticked ("keep").
    """
    visit = request.visit
    try:
        resumed = resume_order(
            account_id=visit.account_id,
            order_id=order_id,
            method_id=PayBy(_method(request), "keep" in request.POST if request.POST.get("asked") == "keep" else None),
            actor=visit.actor,
            session=session(visit),
            now=visit.now,
        )
    except Refusal as refused:
        return _back_to_order(request, order_id, refused)
    return collect_and_go_on(visit, resumed.order_id, resumed.payment_id)


@posted_from("portal:order", "order_id")
@account_page
def cancel(request: AccountRequest, order_id: UUID) -> HttpResponse:
    """Call the order off: first at the gateway, then here."""
    visit = request.visit
    try:
        close_order(
            account_id=visit.account_id,
            order_id=order_id,
            actor=visit.actor,
            status=OrderStatus.CANCELED,
            now=visit.now,
        )
    except Refusal as refused:
        return _back_to_order(request, order_id, refused)
    messages.success(request, _("The order is canceled. Nothing was charged, and nothing has changed."))
    return redirect("portal:order", order_id=order_id)


@require_safe
@account_page
def order_return(request: AccountRequest, order_id: UUID) -> HttpResponse:
    """Back from the gateway's page: ask the gateway, whatever the address may say, and show the order."""
    visit = request.visit
    with account_scope(visit.account_id):
        if not has_order(visit.account_id, order_id):
            raise Http404
        payment = payment_in_flight(visit.account_id, order_id)
    if payment is not None and payment.status in WAITS_FOR_OTHERS:
        reconcile_payment(account_id=visit.account_id, payment_id=payment.id, now=visit.now)
    return redirect("portal:order", order_id=order_id)


def _back_to_order(request: AccountRequest, order_id: UUID, refused: Refusal) -> HttpResponse:
    if refused.code == "unknown_order":
        raise Http404 from refused
    locale = formats.locale_for(request.visit.language, request.visit.country)
    messages.error(request, words.refusal(refused, locale))
    return redirect("portal:order", order_id=order_id)


def _method(request: AccountRequest) -> str | None:
    """The method that was chosen; what is no id of one is as good as none chosen."""
    try:
        return str(UUID(request.POST["method"]))
    except (KeyError, ValueError):
        return None
