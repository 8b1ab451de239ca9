"""Renew early, one or up to 100 at once, or late: what it costs now, on its date and anew; then the review."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.domain.account import PaymentMethod, Subscription
from tenor.domain.comparison import RenewalPrices, renewal_prices
from tenor.domain.eligibility import Action, reasons
from tenor.domain.eligibility.case import Case, has_lapsed
from tenor.domain.eligibility.method_rules import paying_method
from tenor.domain.methods import charged_to
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.renewals import Bought
from tenor.domain.requests import RenewEarly, RenewLate, Request
from tenor.portal import remedies
from tenor.portal.flows import pricing
from tenor.portal.flows.payable import Payable, chosen_method, payable
from tenor.portal.flows.shared import NOT_POSSIBLE, STEPS, Reader, closed_page, load_account, owned, reader
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import components, formats, words
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change

TEMPLATE = "portal/flows/renew.html"


@dataclass(frozen=True, slots=True)
class Row:
    """One that can be renewed: what its next term will be, and what that costs by when it is paid."""

    subscription: Subscription
    name: str
    plan: str
    term: str
    seats: str
    until: str
    after: str
    is_chosen: bool
    prices: RenewalPrices


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One that was chosen and can't be renewed, with every reason."""

    name: str
    number: str
    reasons: tuple[components.Reason, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form asks: which can be renewed, which of them are chosen, when, and what pays."""

    bought: Bought
    listed: tuple[Subscription, ...]
    chosen: frozenset[str]
    methods: list[Payable]
    url: str
    single: Subscription | None = None

    @property
    def action(self) -> Action:
        """As in rules 8."""
        return Action.RENEW_LATE if self.bought is Bought.LATE else Action.RENEW_EARLY

    @property
    def ask(self) -> RenewEarly | RenewLate:
        """What is asked."""
        method = chosen_method(self.methods)
        if self.bought is Bought.LATE:
            return RenewLate(self.listed[0].id, method.id if method else None)
        ids = tuple(one.id for one in self.listed if one.id in self.chosen)
        return RenewEarly(ids, method.id if method else None)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def renew(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """One subscription, early or late by how it stands. GET shows the prices; POST goes on to the review."""
    loaded = load_account(request.visit)
    one = owned(loaded, subscription_id)
    bought = Bought.LATE if has_lapsed(one, loaded.today) else Bought.EARLY
    methods = _methods(request, loaded, [one], bought)
    url = reverse("portal:renew", args=[one.id])
    wish = Wish(bought, (one,), frozenset({one.id}), methods, url, single=one)
    if found := _reasons(request, loaded, one, wish.action, chosen_method(methods)):
        return closed_page(request, loaded, one, wish.action, found)
    return _answer(request, loaded, wish, [])


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def renew_many(request: AccountRequest) -> HttpResponse:
    """Those that the address names (`s`), or all that can be renewed early today."""
    loaded, data = load_account(request.visit), request.POST or request.GET
    named = _owned(loaded, [*data.getlist("of"), *data.getlist("s")])
    candidates = named or loaded.state.subscriptions
    methods = _methods(request, loaded, candidates, Bought.EARLY)
    method = chosen_method(methods)
    closed = {one.id: _reasons(request, loaded, one, Action.RENEW_EARLY, method) for one in candidates}
    listed = tuple(one for one in candidates if not closed[one.id])
    chosen = frozenset(data.getlist("s")) if named else frozenset(one.id for one in listed)
    wish = Wish(Bought.EARLY, listed, chosen, methods, reverse("portal:renew_many"))
    left_out = [(one, closed[one.id]) for one in named if closed[one.id]]
    return _answer(request, loaded, wish, left_out)


def _owned(loaded: Loaded, ids: Iterable[str]) -> tuple[Subscription, ...]:
    """The account's subscriptions of these ids, in its own order. Raises Http404 for any other id."""
    try:
        wanted = {owned(loaded, UUID(one)).id for one in ids}
    except ValueError as no_id:
        raise Http404 from no_id
    return tuple(one for one in loaded.state.subscriptions if one.id in wanted)


def _methods(
    request: AccountRequest, loaded: Loaded, candidates: Iterable[Subscription], bought: Bought
) -> list[Payable]:
    """What may pay; chosen is the one that they have in common, if nobody chose."""
    action = Action.RENEW_LATE if bought is Bought.LATE else Action.RENEW_EARLY
    case = Case(loaded.state, loaded.offer, action, request.visit.actor, loaded.today)
    own = {method.id: method for one in candidates if (method := paying_method(case, one))}
    data = request.POST or request.GET
    return payable(loaded, data.get("method", ""), next(iter(own.values())) if len(own) == 1 else None)


def _reasons(
    request: AccountRequest, loaded: Loaded, one: Subscription, action: Action, method: PaymentMethod | None
) -> tuple[Reason, ...]:
    judged = charged_to(one, method)
    return reasons(loaded.state, loaded.offer, action, judged, request.visit.actor, loaded.today)


def _answer(
    request: AccountRequest, loaded: Loaded, wish: Wish, left_out: list[tuple[Subscription, tuple[Reason, ...]]]
) -> HttpResponse:
    if request.method != "POST" or "update" in request.POST:  # the latter for those without JavaScript
        return _page(request, loaded, wish, left_out)
    visit = request.visit
    try:
        stored = preview_change(account_id=visit.account_id, request=Request(visit.actor, wish.ask), now=visit.now)
    except Refusal as refused:
        return _page(request, loaded, wish, left_out, refused=refused)
    return redirect("portal:review", quote_id=stored.id)


def _page(
    request: AccountRequest,
    loaded: Loaded,
    wish: Wish,
    left_out: list[tuple[Subscription, tuple[Reason, ...]]],
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    who = reader(request.visit, loaded)
    quote, unpriced = _priced(request, loaded, wish)
    refusal = refused or unpriced
    account = reasons(loaded.state, loaded.offer, wish.action, None, request.visit.actor, loaded.today)
    context = {
        "wish": wish,
        "reasons": remedies.shown(account, Wanted(wish.action), who.locale, who.names),
        "steps": STEPS,
        "is_late": wish.bought is Bought.LATE,
        "title": words.action(wish.action),
        "name": who.names.product(wish.single.product) if wish.single else "",
        "rows": [_row(loaded, one, wish, who) for one in wish.listed],
        "left_out": [_left_out(one, found, who) for one, found in left_out],
        "priced": who.tax.priced(included=bool(quote and pricing.tax_is_included(quote))),
        **_price(loaded, quote, who),
        "refusal": words.refusal(refusal, who.locale, who.names) if refusal else "",
    }
    part = "#price" if request.htmx else ""
    return render(request, f"{TEMPLATE}{part}", context, status=NOT_POSSIBLE if refused else 200)


def _priced(request: AccountRequest, loaded: Loaded, wish: Wish) -> tuple[Quote | None, Refusal | None]:
    """The quote as it would be now, not stored: a look at a price leaves nothing behind."""
    if not wish.listed:
        return None, None
    try:
        return plan(loaded.state, loaded.offer, Request(request.visit.actor, wish.ask), loaded.today), None
    except Refusal as refused:
        return None, refused


def _price(loaded: Loaded, quote: Quote | None, who: Reader) -> dict[str, Any]:
    if quote is None:
        return {}
    return {
        "summary": pricing.summary(quote, who),
        "renewal": pricing.renewal(quote, who),
        "renewals": pricing.renewals(quote, loaded.state, who),
    }


def _row(loaded: Loaded, one: Subscription, wish: Wish, who: Reader) -> Row:
    prices = renewal_prices(loaded.state, loaded.offer, one, loaded.today, wish.bought)
    coming = prices.coming
    period = coming.paid.period
    ends = _("Automatic renewal is off: it ends on %(day)s.") % {"day": formats.day(period.end, who.locale)}
    span = {
        "start": formats.day(period.start, who.locale, "medium"),
        "end": formats.day(period.end, who.locale, "medium"),
    }
    return Row(
        subscription=one,
        name=who.names.product(one.product),
        plan=who.names.plan(one.product, coming.item.plan),
        term=words.term(coming.item.term.months),
        seats=words.seats(coming.seats, who.locale),
        until=_("%(start)s to %(end)s") % span,
        after="" if coming.auto_renew else ends,
        is_chosen=one.id in wish.chosen,
        prices=prices,
    )


def _left_out(one: Subscription, found: tuple[Reason, ...], who: Reader) -> LeftOut:
    wanted = Wanted(Action.RENEW_EARLY, one)
    return LeftOut(
        name=who.names.product(one.product),
        number=one.number,
        reasons=remedies.shown(found, wanted, who.locale, who.names),
    )
