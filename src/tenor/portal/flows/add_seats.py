"""Add seats, first step: how many, at which price, and what the next renewal will cost then."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tenor.domain.account import Subscription
from tenor.domain.eligibility import Action, reasons
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, Request
from tenor.portal.flows import pricing
from tenor.portal.flows.seats_form import SeatsForm
from tenor.portal.flows.shared import NOT_POSSIBLE, STEPS, Reader, closed_page, load_account, owned, reader, whole
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change

TEMPLATE = "portal/flows/add_seats.html"
ADJUST = ("step", "update")
"""The buttons that only change what is shown, for those without JavaScript."""


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def add_seats(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows the form, or with htmx its price alone; POST saves the number and goes on to the review."""
    loaded = load_account(request.visit)
    subscription = owned(loaded, subscription_id)
    actor, today = request.visit.actor, loaded.today
    found = reasons(loaded.state, loaded.offer, Action.SEATS_ADD, subscription, actor, today)
    if found:
        return closed_page(request, loaded, subscription, Action.SEATS_ADD, found)
    data = request.POST if request.method == "POST" else request.GET
    form = SeatsForm(subscription, _most(loaded, subscription), data.dict())
    if request.method != "POST":
        return _page(request, loaded, form)
    if any(name in data for name in ADJUST):
        return redirect(f"{request.path}?{urlencode(_adjusted(form, data))}")
    return _save(request, loaded, form)


def _save(request: AccountRequest, loaded: Loaded, form: SeatsForm) -> HttpResponse:
    if form.ask is None or not form.is_valid():
        return _page(request, loaded, form)
    visit = request.visit
    try:
        asked = Request(visit.actor, form.ask)
        stored = preview_change(account_id=visit.account_id, request=asked, now=visit.now)
    except Refusal as refused:
        if refused.reasons:
            return closed_page(request, loaded, form.subscription, Action.SEATS_ADD, refused.reasons)
        return _page(request, loaded, form, refused=refused, status=NOT_POSSIBLE)
    return redirect("portal:review", quote_id=stored.id)


def _page(
    request: AccountRequest, loaded: Loaded, form: SeatsForm, *, refused: Refusal | None = None, status: int = 200
) -> HttpResponse:
    who, subscription = reader(request.visit, loaded), form.subscription
    quote, unpriced = _priced(request, loaded, form.ask)
    refusal = refused or unpriced
    context = {
        "form": form,
        "steps": STEPS,
        "show_choice_errors": request.method == "POST",
        "subscription": subscription,
        "name": who.names.product(subscription.product),
        "plan": who.names.plan(subscription.product, subscription.plan),
        "term": words.term(subscription.term.months),
        "seats_now": words.seats(subscription.seats, who.locale),
        "live_url": reverse("portal:add_seats", args=[subscription.id]),
        **_price(quote, form, who),
        "refusal": words.refusal(refusal, who.locale, who.names) if refusal else "",
    }
    part = "#price" if request.htmx else ""
    return render(request, f"{TEMPLATE}{part}", context, status=status)


def _priced(request: AccountRequest, loaded: Loaded, ask: AddSeats | None) -> tuple[Quote | None, Refusal | None]:
    """The quote as it would be now, not stored: a look at a price leaves nothing behind."""
    if ask is None:
        return None, None
    try:
        return plan(loaded.state, loaded.offer, Request(request.visit.actor, ask), loaded.today), None
    except Refusal as refused:
        return None, refused


def _price(quote: Quote | None, form: SeatsForm, who: Reader) -> dict[str, Any]:
    if quote is None:
        return {}
    known = pricing.renewal(quote, who) if form.is_clear else None
    return {
        "summary": pricing.summary(quote, who),
        "renewal": known,
        "ends": form.subscription.renews_on if not quote.promised else None,
        "total_seats": words.seats(form.total, who.locale),
    }


def _most(loaded: Loaded, subscription: Subscription) -> int:
    """How many more there may be: eligibility has seen to it that this is one or more."""
    limit = subscription.seat_limits.maximum or loaded.offer.product(subscription.product).max_seats
    return limit - subscription.seats


def _adjusted(form: SeatsForm, data: QueryDict) -> dict[str, str]:
    """What was typed, with the number moved by the button's step and kept within its limits."""
    kept = {name: str(data[name]) for name in ("seats", "renew", "renew_seats") if data.get(name)}
    step = {"-1": -1, "1": 1}.get(data.get("step", ""), 0)
    if step:
        typed = whole(data.get("seats", "")[:9])
        seats = 1 if typed is None else typed
        kept["seats"] = str(min(form.most, max(1, seats + step)))
    return kept
