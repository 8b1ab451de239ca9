"""Buy again what has ended: seats, term and method, the price, and what renewing in time would have cost."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.ids import new_id
from tenor.domain.account import Subscription
from tenor.domain.changes.buy_again import seats_to_buy
from tenor.domain.comparison import bought_anew, price_anew
from tenor.domain.eligibility import Action, reasons
from tenor.domain.eligibility.case import Case
from tenor.domain.eligibility.method_rules import paying_method
from tenor.domain.methods import charged_to
from tenor.domain.money import Money
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.requests import BuyAgain, Request
from tenor.domain.sales import terms_on_sale
from tenor.domain.terms import Term
from tenor.portal.flows import pricing
from tenor.portal.flows.payable import Payable, chosen_method, payable
from tenor.portal.flows.shared import NOT_POSSIBLE, STEPS, Reader, closed_page, load_account, owned, reader, whole
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import formats, words
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change

TEMPLATE = "portal/flows/buy_again.html"
ADJUST = ("step", "update")
"""The buttons that only change what is shown, for those without JavaScript."""
ONLY_SHOWN = str(UUID(int=0))
"""The new subscription's id in a price that is only looked at."""


@dataclass(frozen=True, slots=True)
class TermOnSale:
    """A term that can be bought: the price of a seat today."""

    months: int
    label: str
    price: Money
    every: str
    is_chosen: bool


class AnewForm(forms.Form):
    """How many seats, for how long. What is not said is as it was."""

    seats = forms.IntegerField()
    months = forms.TypedChoiceField(coerce=int)

    def __init__(self, ended: Subscription, limits: tuple[int, int], terms: tuple[Term, ...], data: dict[str, str]):
        kept = ended.term if ended.term in terms else next(iter(terms), ended.term)
        seats = min(max(ended.seats, limits[0]), limits[1])
        super().__init__({"seats": str(seats), "months": str(kept.months), **data})
        self.least, self.most = limits
        self.fields["seats"] = forms.IntegerField(min_value=self.least, max_value=self.most)
        self.fields["seats"].error_messages |= {
            "invalid": _("Type a whole number of seats."),
            "required": _("Type how many seats to buy."),
        }
        limited = {"least": self.least, "most": self.most}
        for code in ("min_value", "max_value"):
            self.fields["seats"].error_messages[code] = _("Choose from %(least)s to %(most)s seats.") % limited
        choices = [(term.months, "") for term in terms]
        unknown = {"invalid_choice": _("Choose a term.")}
        self.fields["months"] = forms.TypedChoiceField(coerce=int, choices=choices, error_messages=unknown)
        self.is_valid()

    def ask(self, ended: Subscription, new: str, method_id: str | None) -> BuyAgain | None:
        """What is asked; None where the form is not filled in right."""
        if not self.is_valid():
            return None
        return BuyAgain(ended.id, self.cleaned_data["seats"], self.cleaned_data["months"], new, method_id)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def buy_again(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows the form, or with htmx its price alone; POST goes on to the review."""
    loaded = load_account(request.visit)
    ended = owned(loaded, subscription_id)
    data = request.POST if request.method == "POST" else request.GET
    case = Case(loaded.state, loaded.offer, Action.BUY_AGAIN, request.visit.actor, loaded.today)
    methods = payable(loaded, data.get("method", ""), paying_method(case, ended))
    if found := _reasons(request, loaded, ended, methods):
        return closed_page(request, loaded, ended, Action.BUY_AGAIN, found)
    terms = terms_on_sale(loaded.offer, loaded.offer.item(loaded.state, ended), loaded.today)
    form = AnewForm(ended, seats_to_buy(loaded.offer, ended), terms, data.dict())
    if request.method != "POST":
        return _page(request, loaded, ended, form, methods)
    if any(name in data for name in ADJUST):
        return redirect(f"{request.path}?{_adjusted(form, data.dict())}")
    return _save(request, loaded, ended, form, methods)


def _reasons(
    request: AccountRequest, loaded: Loaded, ended: Subscription, methods: list[Payable]
) -> tuple[Reason, ...]:
    """As the planner judges: by the method that is chosen."""
    state, method = loaded.state, chosen_method(methods)
    if method is not None:
        state = replace(state, methods=tuple(replace(m, is_default=m.id == method.id) for m in state.methods))
    judged = charged_to(ended, method)
    return reasons(state, loaded.offer, Action.BUY_AGAIN, judged, request.visit.actor, loaded.today)


def _adjusted(form: AnewForm, data: dict[str, str]) -> str:
    """What was typed, with the number moved by the button's step and kept within its limits."""
    typed, step = whole(data.get("seats", "")[:9]), {"-1": -1, "1": 1}.get(data.get("step", ""), 0)
    seats = (form.least if typed is None else typed) + step
    kept: dict[str, str] = {name: data[name] for name in ("months", "method") if name in data}
    kept["seats"] = str(min(form.most, max(form.least, seats)))
    return urlencode(kept)


def _save(
    request: AccountRequest, loaded: Loaded, ended: Subscription, form: AnewForm, methods: list[Payable]
) -> HttpResponse:
    """Each submit of this form is a quote of its own, and a quote is one subscription however often it is submitted."""
    visit, method = request.visit, chosen_method(methods)
    ask = form.ask(ended, str(new_id()), method.id if method else None)
    if ask is None:
        return _page(request, loaded, ended, form, methods)
    try:
        stored = preview_change(account_id=visit.account_id, request=Request(visit.actor, ask), now=visit.now)
    except Refusal as refused:
        return _page(request, loaded, ended, form, methods, refused=refused)
    return redirect("portal:review", quote_id=stored.id)


def _page(
    request: AccountRequest,
    loaded: Loaded,
    ended: Subscription,
    form: AnewForm,
    methods: list[Payable],
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    who, method = reader(request.visit, loaded), chosen_method(methods)
    quote, unpriced = _priced(request, loaded, form.ask(ended, ONLY_SHOWN, method.id if method else None))
    refusal = refused or unpriced
    context = {
        "form": form,
        "methods": methods,
        "steps": STEPS,
        "subscription": ended,
        "name": who.names.product(ended.product),
        "plan": who.names.plan(ended.product, ended.plan),
        "terms": _terms(loaded, ended, form),
        "live_url": reverse("portal:buy_again", args=[ended.id]),
        **_price(loaded, ended, quote, who),
        "refusal": words.refusal(refusal, who.locale, who.names) if refusal else "",
    }
    part = "#price" if request.htmx else ""
    return render(request, f"{TEMPLATE}{part}", context, status=NOT_POSSIBLE if refused else 200)


def _priced(request: AccountRequest, loaded: Loaded, ask: BuyAgain | None) -> tuple[Quote | None, Refusal | None]:
    """The quote as it would be now, not stored: a look at a price leaves nothing behind."""
    if ask is None:
        return None, None
    try:
        return plan(loaded.state, loaded.offer, Request(request.visit.actor, ask), loaded.today), None
    except Refusal as refused:
        return None, refused


def _price(loaded: Loaded, ended: Subscription, quote: Quote | None, who: Reader) -> dict[str, Any]:
    if quote is None:
        return {}
    return {
        "summary": pricing.summary(quote, who),
        "renewal": pricing.renewal(quote, who),
        "in_time": _against(loaded, ended, quote, who),
    }


def _against(loaded: Loaded, ended: Subscription, quote: Quote, who: Reader) -> str:
    """What renewing in time would have cost, and how much more (or less) this is; "" where that had no price."""
    line = quote.lines[0]
    item = replace(loaded.offer.item(loaded.state, ended), term=Term(quote.promised[0].months))
    try:
        against = bought_anew(loaded.offer, ended, item, line.seats, line.amount)
    except Refusal:
        return ""
    facts = {
        "in_time": formats.money(against.other, who.locale),
        "difference": formats.money(abs(against.difference), who.locale),
        "share": formats.percent(abs(against.share), who.locale),
    }
    if against.difference.minor < 0:
        return _("Renewed in time it would have cost %(in_time)s: this is %(difference)s (%(share)s) more.") % facts
    if against.difference.minor > 0:
        return _("Renewed in time it would have cost %(in_time)s: this is %(difference)s (%(share)s) less.") % facts
    return _("Renewed in time it would have cost the same, %(in_time)s.") % facts


def _terms(loaded: Loaded, ended: Subscription, form: AnewForm) -> list[TermOnSale]:
    """Each term that is sold today, with the price of a seat for so many seats as are typed."""
    item, today = loaded.offer.item(loaded.state, ended), loaded.today
    seats = form.cleaned_data.get("seats", ended.seats)
    terms = terms_on_sale(loaded.offer, item, today)
    return [
        TermOnSale(
            months=term.months,
            label=words.capital(words.term(term.months)),
            price=price_anew(loaded.offer, replace(item, term=term), seats, today, today).amount,
            every=words.every(term.months),
            is_chosen=str(form["months"].value()) == str(term.months),
        )
        for term in terms
    ]
