"""Change plan: the plans side by side; now, with the price of the days that are left, or at the next renewal."""

from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.domain.account import ChangeKind, ScheduledChange, Subscription
from tenor.domain.changes.change_plan import plans_at_renewal, upgrades
from tenor.domain.effects import Schedule
from tenor.domain.eligibility import Action, reasons
from tenor.domain.money import Money
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import NextTerm, next_term
from tenor.domain.requests import ChangePlan, Request
from tenor.portal.flows import pricing
from tenor.portal.flows.shared import NOT_POSSIBLE, STEPS, Reader, closed_page, owned, reader
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.usecases.load import Loaded, load
from tenor.usecases.preview_change import preview_change
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote

TEMPLATE = "portal/flows/change_plan.html"
NOW: Literal["now"] = "now"
RENEWAL: Literal["renewal"] = "renewal"
CHANGED = frozenset({"price_changed", "quote_stale"})


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A plan that can be had: its next term as it would be renewed; whether it can also begin today.

    `contains` is what it adds to the present one, of that all of it; `more` what it costs more at the next renewal.
    """

    code: str
    name: str
    contains: tuple[str, ...]
    coming: NextTerm | None
    more: Money | None
    is_own: bool
    is_scheduled: bool
    is_upgrade: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What is chosen in the form."""

    plan: str
    when: Literal["now", "renewal"]

    @classmethod
    def of(cls, data: QueryDict, choices: list[PlanChoice]) -> "Asked":
        """The plan that was chosen, else the first above the present one; now where that can be, unless said."""
        first = next((choice.code for choice in choices if choice.is_upgrade), "")
        chosen = data.get("plan", first)
        can_be_now = any(choice.is_upgrade for choice in choices if choice.code == chosen)
        return cls(chosen, NOW if can_be_now and data.get("when") != RENEWAL else RENEWAL)

    def ask(self, subscription: Subscription) -> ChangePlan:
        """The request."""
        return ChangePlan(subscription.id, self.plan, self.when)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def change_plan(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows the plans, or with htmx the price of the chosen one; POST goes on to the review, or schedules it."""
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now, with_orders=True)
    subscription = owned(loaded, subscription_id)
    found = reasons(loaded.state, loaded.offer, Action.CHANGE_PLAN, subscription, visit.actor, loaded.today)
    if found:
        return closed_page(request, loaded, subscription, Action.CHANGE_PLAN, found)
    choices = _choices(loaded, subscription, reader(visit, loaded))
    data = request.POST if request.method == "POST" else request.GET
    asked = Asked.of(data, choices)
    if request.method != "POST":
        return _page(request, loaded, subscription, choices, asked)
    if "update" in data:
        return redirect(f"{request.path}?{urlencode({'plan': asked.plan, 'when': asked.when})}")
    try:
        return _carry_out(request, loaded, subscription, asked)
    except Refusal as refused:
        if refused.reasons:
            return closed_page(request, loaded, subscription, Action.CHANGE_PLAN, refused.reasons)
        return _page(request, loaded, subscription, choices, asked, refused=refused)


def _carry_out(request: AccountRequest, loaded: Loaded, subscription: Subscription, asked: Asked) -> HttpResponse:
    """Now: to the review. At the renewal: schedule it, if it still costs what the page said. Raises Refusal."""
    visit = request.visit
    wanted = Request(visit.actor, asked.ask(subscription))
    stored = preview_change(account_id=visit.account_id, request=wanted, now=visit.now)
    if asked.when == NOW:
        return redirect("portal:review", quote_id=stored.id)
    seen, price = request.POST.get(f"price_{asked.plan}"), _unit_price(stored.quote)
    if price is not None and seen != str(price):
        raise Refusal("price_changed", {})
    submit_quote(account_id=visit.account_id, quote_id=stored.id, actor=visit.actor, session=NOBODY, now=visit.now)
    who = reader(visit, loaded)
    told = " ".join(
        words.effect(effect, who.locale, who.names, subscription.product) + "." for effect in stored.quote.effects
    )
    messages.success(request, _("%(what)s Nothing is charged now, and you can undo it until then.") % {"what": told})
    return redirect("portal:subscription", subscription_id=subscription.id)


def _unit_price(quote: Quote) -> int | None:
    """The price of one seat that is confirmed, in minor units; None where an entry is taken away."""
    prices = (effect.unit_price for effect in quote.effects if isinstance(effect, Schedule))
    return next((price.minor for price in prices if price is not None), None)


def _choices(loaded: Loaded, subscription: Subscription, who: Reader) -> list[PlanChoice]:
    """Every plan that can be had now or at the renewal, the cheapest first."""
    state, offer, today = loaded.state, loaded.offer, loaded.today
    higher = upgrades(state, offer, subscription, today)
    entry = subscription.scheduled_change(ChangeKind.PLAN)
    codes = dict.fromkeys((subscription.plan, *plans_at_renewal(state, offer, subscription, today), *higher))
    coming = {code: _coming(loaded, subscription, code) for code in codes}
    choices = [
        PlanChoice(
            code=code,
            name=who.names.plan(subscription.product, code),
            contains=who.names.added(subscription.product, code, subscription.plan),
            coming=coming[code],
            more=_more(coming[code], coming[subscription.plan]) if code != subscription.plan else None,
            is_own=code == subscription.plan,
            is_scheduled=entry is not None and entry.value == code,
            is_upgrade=code in higher,
        )
        for code in codes
    ]
    return sorted(choices, key=lambda choice: choice.coming.price.entry.list_price.minor if choice.coming else 0)


def _more(term: NextTerm | None, own: NextTerm | None) -> Money | None:
    return term.amount - own.amount if term and own else None


def _coming(loaded: Loaded, subscription: Subscription, code: str) -> NextTerm | None:
    """The next term with that plan, and with everything else that is scheduled."""
    others = tuple(entry for entry in subscription.scheduled if entry.kind is not ChangeKind.PLAN)
    entry = ScheduledChange(ChangeKind.PLAN, code, loaded.today, "")
    try:
        return next_term(loaded.state, loaded.offer, replace(subscription, scheduled=(*others, entry)), loaded.today)
    except Refusal:
        return None


def _page(
    request: AccountRequest,
    loaded: Loaded,
    subscription: Subscription,
    choices: list[PlanChoice],
    asked: Asked,
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    who, has_changed = reader(request.visit, loaded), refused is not None and refused.code in CHANGED
    quote, unpriced = _priced(request, loaded, subscription, asked)
    refusal = None if has_changed else refused or unpriced
    context = {
        "subscription": subscription,
        "name": who.names.product(subscription.product),
        "plan": who.names.plan(subscription.product, subscription.plan),
        "term": words.term(subscription.last_term.months),
        "steps": STEPS,
        "choices": choices,
        "asked": asked,
        "can_be_now": any(choice.is_upgrade for choice in choices if choice.code == asked.plan),
        "has_upgrade": any(choice.is_upgrade for choice in choices),
        "shown": [(choice.code, choice.coming.price.amount.minor) for choice in choices if choice.coming],
        "priced": who.tax.priced(included=any(each.coming.price.entry.tax_included for each in choices if each.coming)),
        "live_url": reverse("portal:change_plan", args=[subscription.id]),
        "has_changed": has_changed,
        "refusal": words.refusal(refusal, who.locale, who.names) if refusal else "",
        **(_price(quote, subscription, who) if quote else {}),
    }
    part = "#price" if request.htmx else ""
    return render(request, f"{TEMPLATE}{part}", context, status=NOT_POSSIBLE if refused else 200)


def _priced(
    request: AccountRequest, loaded: Loaded, subscription: Subscription, asked: Asked
) -> tuple[Quote | None, Refusal | None]:
    """The quote as it would be now, not stored: a look at a price leaves nothing behind."""
    if not asked.plan:
        return None, None
    try:
        wanted = Request(request.visit.actor, asked.ask(subscription))
        return plan(loaded.state, loaded.offer, wanted, loaded.today, loaded.orders), None
    except Refusal as refused:
        return None, refused


def _price(quote: Quote, subscription: Subscription, who: Reader) -> dict[str, Any]:
    return {
        "summary": pricing.summary(quote, who) if quote.lines else None,
        "renewal": pricing.renewal(quote, who),
        "ends": subscription.renews_on if not quote.promised else None,
    }
