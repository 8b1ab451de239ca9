"""Reduce seats: how many to renew, what that will cost, and who would lose their seat. Nothing changes before."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.seats import users_of
from tenor.domain.account import ChangeKind, Subscription
from tenor.domain.changes.reduce_seats import least_seats
from tenor.domain.eligibility import Action, open_reasons, reasons
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.requests import ReduceSeats, Request
from tenor.domain.seats import SeatUser, surplus
from tenor.domain.under_way import once_paid
from tenor.portal.flows import pricing
from tenor.portal.flows.shared import NOT_POSSIBLE, closed_page, load_account, owned, reader, whole
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote

TEMPLATE = "portal/flows/reduce_seats.html"
ADJUST = ("step", "update")
"""The buttons that only change what is shown, for those without JavaScript."""


class FewerForm(forms.Form):
    """Bound to what was typed; to what will be renewed, or one seat fewer than now, where nothing was."""

    seats = forms.IntegerField()

    def __init__(self, subscription: Subscription, least: int, data: Mapping[str, str]) -> None:
        entry = subscription.scheduled_change(ChangeKind.SEATS)
        suggested = entry.value if entry else str(max(least, subscription.last_seats - 1))
        super().__init__(data if "seats" in data else {**data, "seats": suggested})
        self.least, self.most = least, subscription.last_seats
        self.fields["seats"].error_messages["invalid"] = _("Type a whole number of seats.")
        self.fields["seats"].error_messages["required"] = _("Type how many seats to renew.")

    def clean_seats(self) -> int:
        """From what the contract or the product asks for, up to all that there are."""
        seats: int = self.cleaned_data["seats"]
        if not self.least <= seats <= self.most:
            raise ValidationError(
                _("Choose from %(least)s to %(most)s seats.") % {"least": self.least, "most": self.most}
            )
        return seats

    @property
    def wanted(self) -> int | None:
        """The number, if it is one that can be had."""
        return self.cleaned_data["seats"] if self.is_valid() else None


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def reduce_seats(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows the form, or with htmx what follows from it; POST schedules the number."""
    loaded = load_account(request.visit)
    subscription = owned(loaded, subscription_id)
    found = reasons(loaded.state, loaded.offer, Action.SEATS_REDUCE, subscription, request.visit.actor, loaded.today)
    if found:
        return closed_page(request, loaded, subscription, Action.SEATS_REDUCE, found)
    subscription = once_paid(subscription, loaded.offer.policy, loaded.today)
    data = request.POST if request.method == "POST" else request.GET
    form = FewerForm(subscription, least_seats(loaded.offer, subscription), data.dict())
    if request.method != "POST":
        return _page(request, loaded, subscription, form)
    if any(name in data for name in ADJUST):
        return redirect(f"{request.path}?{urlencode({'seats': _adjusted(form, data)})}")
    return _confirm(request, loaded, subscription, form)


def _confirm(request: AccountRequest, loaded: Loaded, subscription: Subscription, form: FewerForm) -> HttpResponse:
    """Schedule it; where somebody would lose their seat, go on to the choice of who."""
    visit, seats = request.visit, form.wanted
    if seats is None:
        return _page(request, loaded, subscription, form)
    try:
        asked = Request(visit.actor, ReduceSeats(subscription.id, seats))
        stored = preview_change(account_id=visit.account_id, request=asked, now=visit.now)
        submit_quote(account_id=visit.account_id, quote_id=stored.id, actor=visit.actor, session=NOBODY, now=visit.now)
    except Refusal as refused:
        if refused.reasons:
            return closed_page(request, loaded, subscription, Action.SEATS_REDUCE, refused.reasons)
        return _page(request, loaded, subscription, form, refused=refused)
    who = reader(visit, loaded)
    told = " ".join(words.effect(effect, who.locale, who.names) + "." for effect in stored.quote.effects)
    messages.success(request, _("%(what)s Nothing is charged now, and you can undo it until then.") % {"what": told})
    if _leaving(request, subscription, seats):
        messages.warning(request, _("Choose who leaves. Unless you do, who was assigned last loses the seat first."))
        return redirect("portal:assign_users", subscription_id=subscription.id)
    return redirect("portal:subscription", subscription_id=subscription.id)


def _leaving(request: AccountRequest, subscription: Subscription, seats: int) -> tuple[SeatUser, ...]:
    """Who would have no seat any more."""
    with account_scope(request.visit.account_id):
        return surplus(users_of(request.visit.account_id, UUID(subscription.id)), seats)


def _page(
    request: AccountRequest,
    loaded: Loaded,
    subscription: Subscription,
    form: FewerForm,
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    who, seats = reader(request.visit, loaded), form.wanted
    quote, unpriced = _priced(request, loaded, subscription, seats)
    refusal = refused or unpriced
    is_promised = quote is not None and bool(quote.promised)
    context = {
        "form": form,
        "subscription": subscription,
        "name": who.names.product(subscription.product),
        "plan": who.names.plan(subscription.product, subscription.plan),
        "seats_now": words.seats(subscription.last_seats, who.locale),
        "live_url": reverse("portal:reduce_seats", args=[subscription.id]),
        "renewal": pricing.renewal(quote, who) if quote else None,
        "ends": subscription.renews_on if quote and not is_promised else None,
        "owed": words.owed(quote.owed, who.locale) if quote else (),
        "may_change_owed": not _closed_for(request, loaded, subscription, Action.CHANGE_OWED),
        "leaving": _leaving(request, subscription, seats) if seats is not None else (),
        "refusal": words.refusal(refusal, who.locale, who.names) if refusal else "",
    }
    part = "#price" if request.htmx else ""
    return render(request, f"{TEMPLATE}{part}", context, status=NOT_POSSIBLE if refused else 200)


def _closed_for(request: AccountRequest, loaded: Loaded, one: Subscription, action: Action) -> tuple[Reason, ...]:
    return open_reasons(loaded.state, loaded.offer, action, one, request.visit.actor, loaded.today)


def _priced(
    request: AccountRequest, loaded: Loaded, subscription: Subscription, seats: int | None
) -> tuple[Quote | None, Refusal | None]:
    """What it would mean, not stored."""
    if seats is None:
        return None, None
    try:
        asked = Request(request.visit.actor, ReduceSeats(subscription.id, seats))
        return plan(loaded.state, loaded.offer, asked, loaded.today), None
    except Refusal as refused:
        return None, refused


def _adjusted(form: FewerForm, data: QueryDict) -> str:
    """What was typed, moved by the button's step and kept within its limits."""
    typed = data.get("seats", "")[:9]
    step, seats = {"-1": -1, "1": 1}.get(data.get("step", ""), 0), whole(typed)
    if not step or seats is None:
        return typed
    return str(min(form.most, max(form.least, seats + step)))
