"""Where a method was missed while paying: it is added on the provider's page, and comes back there, chosen."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, resolve

from tenor.db.access import account_scope
from tenor.db.queries.quotes import find_quote
from tenor.domain.refusals import Refusal
from tenor.portal.flows.order_method import quoted_by
from tenor.portal.visit import AccountRequest

REVIEW, ORDER = "portal:review", "portal:order"


def way_back(typed: str) -> str:
    """The address of a review or an order, as it was sent; "" for any other: a form can't lead elsewhere."""
    return typed if _found(typed) else ""


def back_with(request: AccountRequest, typed: str, method_id: str) -> HttpResponse | None:
    """Back to what is to be paid, by the method that was added; None where nothing is."""
    found = _found(typed)
    if found is None:
        return None
    if found.view_name == ORDER:
        return redirect(f"{typed}?{urlencode({'method': method_id})}")
    visit = request.visit
    with account_scope(visit.account_id):
        stored, _replaced = find_quote(visit.account_id, found.kwargs["quote_id"])
    if stored is None or stored.accepted_at is not None:
        return redirect(typed)
    try:
        return redirect(REVIEW, quote_id=quoted_by(visit, stored.request.ask, method_id))
    except Refusal:
        return redirect(typed)  # what stands in the way by now is said there


def _found(typed: str) -> ResolverMatch | None:
    try:
        found = resolve(typed)
    except Resolver404:
        return None
    return found if found.view_name in (REVIEW, ORDER) else None
