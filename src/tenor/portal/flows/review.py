"""Review and submit: what was quoted, on one page, with one button. What changed since is shown side by side."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.quotes import QuoteShown, find_quote
from tenor.domain.account import MethodKind, Subscription
from tenor.domain.direct_debit import arrives_on
from tenor.domain.effects import DeclineTerm, Effect, Schedule, SetSeats, StartTerm
from tenor.domain.methods import kept_method
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import (
    AddSeats,
    AlignDates,
    BuyAgain,
    ChangeOwed,
    ChangePlan,
    RenewEarly,
    RenewLate,
    subscriptions_of,
)
from tenor.portal.flows import align_shown, pricing
from tenor.portal.flows.align_form import of_ask
from tenor.portal.flows.paying import collect_and_go_on
from tenor.portal.flows.shared import NOT_POSSIBLE, STEPS, Reader, closed_page, owned, reader, session
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import formats, words
from tenor.usecases.load import Loaded, load
from tenor.usecases.submit_quote import submit_quote

OF_ACTION = {"add_seats": "seats_add", "align_dates": "align"}
"""Where a quote is named otherwise than its action of the eligibility rules."""


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def review(request: AccountRequest, quote_id: UUID) -> HttpResponse:
    """GET shows the quote; POST submits it. A quote that was submitted leads on to what became of it."""
    visit = request.visit
    with account_scope(visit.account_id):
        stored, old = find_quote(visit.account_id, quote_id)
        if stored is None:
            raise Http404
        loaded = load(visit.account_id, visit.now)
    if request.method == "POST":
        return _submit(request, loaded, stored)
    if stored.accepted_at is not None:
        return _what_became_of(stored)
    return _page(request, loaded, stored, old)


def _submit(request: AccountRequest, loaded: Loaded, stored: QuoteShown) -> HttpResponse:
    visit = request.visit
    try:
        submitted = submit_quote(
            account_id=visit.account_id,
            quote_id=stored.id,
            actor=visit.actor,
            session=session(visit),
            now=visit.now,
        )
    except Refusal as refused:
        return _refused(request, loaded, stored, refused)
    if submitted.order_id is None:
        if isinstance(stored.request.ask, AlignDates):
            messages.success(request, align_shown.outcome(stored.quote, loaded.state, reader(visit, loaded)))
        return redirect(_on_to(stored))
    return collect_and_go_on(visit, submitted.order_id, submitted.payment_id)


def _refused(request: AccountRequest, loaded: Loaded, stored: QuoteShown, refused: Refusal) -> HttpResponse:
    if refused.code == "quote_stale":
        return redirect("portal:review", quote_id=str(refused.facts["new"]))
    if refused.reasons and isinstance(stored.request.ask, AlignDates):
        return redirect(_back(stored))  # there each reason stands beside its subscription
    if refused.reasons:
        subscription = owned(loaded, _first(stored))
        action = OF_ACTION.get(stored.quote.action, stored.quote.action)
        return closed_page(request, loaded, subscription, action, refused.reasons)
    return _page(request, loaded, stored, None, refused=refused)


def _what_became_of(stored: QuoteShown) -> HttpResponse:
    """Submitted before, and looked at again with the browser's back button."""
    if stored.order_id is None:
        return redirect(_on_to(stored))
    return redirect("portal:order", order_id=stored.order_id)


def _page(
    request: AccountRequest,
    loaded: Loaded,
    stored: QuoteShown,
    old: QuoteShown | None,
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    visit = request.visit
    subscription, who = owned(loaded, _first(stored)), reader(visit, loaded)
    context = {
        "subscription": subscription,
        "count": len(subscriptions_of(stored.request.ask)),
        "stored": stored,
        "steps": STEPS,
        "plan": who.names.plan(subscription.product, subscription.plan),
        "ends": _ends(stored, subscription),
        "has_expired": visit.now >= stored.expires_at,
        "name": who.names.product(subscription.product),
        "back": _back(stored),
        "leave": _on_to(stored),
        "summary": pricing.numbered(pricing.summary(stored.quote, who), stored.quote, loaded.state),
        "renewal": pricing.renewal(stored.quote, who),
        "renewals": pricing.renewals(stored.quote, loaded.state, who),
        "facts": _facts(stored, subscription, loaded, who),
        "method": next((method for method in loaded.state.methods if method.id == stored.quote.method_id), None),
        "debit": _debit(stored.quote, loaded, who),
        "is_by_balance": stored.quote.collection is Collection.BALANCE,
        "button": pricing.order_button(loaded.state, stored.quote),
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
        **(_beside(old, stored, who) if old else {}),
    }
    return render(request, "portal/flows/review.html", context, status=NOT_POSSIBLE if refused else 200)


def _beside(old: QuoteShown, new: QuoteShown, who: Reader) -> dict[str, Any]:
    return {
        "old": old,
        "old_summary": pricing.summary(old.quote, who),
        "differences": pricing.differences(old.quote, new.quote, who),
    }


def _facts(stored: QuoteShown, subscription: Subscription, loaded: Loaded, who: Reader) -> list[tuple[str, str]]:
    """What will be different afterwards, in a line each."""
    if isinstance(stored.request.ask, AlignDates):
        return _alignment(stored, loaded, who)
    declined = {effect.subscription_id for effect in stored.quote.effects if isinstance(effect, DeclineTerm)}
    effects = [
        effect
        for effect in stored.quote.effects
        if not isinstance(effect, SetSeats)
        if not (isinstance(effect, Schedule) and effect.subscription_id in declined)  # it ends today: that says it
    ]
    facts = [
        (_("Seats"), _("%(before)s now, then %(after)s") % {"before": effect.before, "after": effect.after})
        for effect in stored.quote.effects
        if isinstance(effect, SetSeats)
    ]
    for effect in effects:
        product = _product_of(effect, loaded) or subscription.product
        if sentence := words.effect(effect, who.locale, who.names, product):
            label = _("At the next renewal") if isinstance(effect, Schedule) else who.names.product(product)
            facts.append((label, sentence))
        if isinstance(effect, StartTerm) and not effect.auto_renew:
            last = {"day": formats.day(effect.paid.period.end, who.locale)}
            facts.append((_("After that term"), _("Automatic renewal is off: it ends on %(day)s.") % last))
    return facts


def _alignment(stored: QuoteShown, loaded: Loaded, who: Reader) -> list[tuple[str, str]]:
    """The date that is common afterwards, and what is changed first."""
    common = align_shown.common_date(stored.quote)
    facts = [(_("One renewal date"), formats.day(common, who.locale))] if common else []
    return facts + [(step.name, step.sentence) for step in align_shown.steps(stored.quote, loaded.state, who)]


def _debit(quote: Quote, loaded: Loaded, who: Reader) -> tuple[str, ...]:
    """What paying by direct debit means for it; nothing where it is paid otherwise, or costs nothing."""
    method = kept_method(loaded.state, quote.method_id or "")
    if quote.collection is not Collection.GATEWAY or method is None or method.kind is not MethodKind.DIRECT_DEBIT:
        return ()
    policy, today = loaded.offer.policy, loaded.today
    return words.debit_notice(policy, today, arrives_on(policy, today), who.locale)


def _ends(stored: QuoteShown, subscription: Subscription) -> date | None:
    """The day on which what the quote is about ends; None where it renews, or where it is about several."""
    if stored.quote.promised or len(subscriptions_of(stored.request.ask)) > 1:
        return None
    started = (effect.paid.period.end for effect in stored.quote.effects if isinstance(effect, StartTerm))
    return next(started, subscription.renews_on)


def _product_of(effect: Effect, loaded: Loaded) -> str:
    """The code of the product that the effect is about, where the account has it."""
    named = getattr(effect, "subscription_id", "")
    return next((owned.product for owned in loaded.state.subscriptions if owned.id == named), "")


def _first(stored: QuoteShown) -> UUID:
    """The subscription that the request names first."""
    return UUID(subscriptions_of(stored.request.ask)[0])


def _on_to(stored: QuoteShown) -> str:
    """Where a customer goes on: the payments that were aligned, or the subscription that was changed."""
    if isinstance(stored.request.ask, AlignDates):
        return reverse("portal:upcoming")
    return reverse("portal:subscription", args=[_first(stored)])


def _back(stored: QuoteShown) -> str:
    """The step before, as it was filled in."""
    ask = stored.request.ask
    match ask:
        case AddSeats():
            return f"{reverse('portal:add_seats', args=[ask.subscription_id])}?seats={ask.seats}"
        case AlignDates():
            return f"{reverse('portal:align')}?{of_ask(ask).query}"
        case ChangePlan():
            chosen = urlencode({"plan": ask.plan, "when": ask.when})
            return f"{reverse('portal:change_plan', args=[ask.subscription_id])}?{chosen}"
        case RenewEarly(subscription_ids=ids) if len(ids) > 1:
            return f"{reverse('portal:renew_many')}?{_query(s=ids, method=ask.method_id)}"
        case RenewEarly() | RenewLate():
            return f"{reverse('portal:renew', args=[_first(stored)])}?{_query(method=ask.method_id)}"
        case ChangeOwed():
            return f"{reverse('portal:change_owed', args=[_first(stored)])}?{_owed_query(ask)}"
        case BuyAgain():
            chosen = _query(seats=ask.seats, months=ask.months, method=ask.method_id)
            return f"{reverse('portal:buy_again', args=[ask.subscription_id])}?{chosen}"
        case _:
            return reverse("portal:subscription", args=[_first(stored)])


def _owed_query(ask: ChangeOwed) -> str:
    """The form of what is owed, as it was filled in."""
    typed = [("of", "1"), *(("s", one.subscription_id) for one in ask.chosen)]
    for one in ask.chosen:
        wished = {"seats": one.seats, "months": one.months, "plan": one.plan}
        typed += [(f"{name}_{one.subscription_id}", str(value)) for name, value in wished.items() if value is not None]
    if ask.method_id is not None:
        typed.append(("method", ask.method_id))
    if ask.keep:
        typed.append(("keep", "1"))
    return urlencode(typed)


def _query(**fields: object) -> str:
    """What was filled in, for the address of the step before."""
    return urlencode({name: value for name, value in fields.items() if value is not None}, doseq=True)
