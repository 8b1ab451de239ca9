"""Review and submit: what was quoted, on one page, with one button. What changed since is shown side by side."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.quotes import QuoteShown, find_quote
from tenor.domain.account import MethodKind, PaymentMethod
from tenor.domain.direct_debit import arrives_on
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import (
    AddSeats,
    AlignDates,
    Ask,
    BuyAgain,
    ChangeOwed,
    ChangePlan,
    RenewEarly,
    RenewLate,
    subscriptions_of,
)
from tenor.portal.flows import align_shown, pricing
from tenor.portal.flows.align_form import of_ask
from tenor.portal.flows.changed import changed, ends
from tenor.portal.flows.order_method import choices, kinds_to_pay, quoted_by
from tenor.portal.flows.paying import collect_and_go_on
from tenor.portal.flows.purpose import purpose
from tenor.portal.flows.shared import NOT_POSSIBLE, STEPS, Reader, closed_page, owned, reader, session
from tenor.portal.posted import posted_from
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import formats, words
from tenor.ui.components import PriceSummary
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
        return _what_became_of(request, loaded, stored)
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
        return redirect("portal:review", quote_id=stored.id)  # where it says what was scheduled
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


def _what_became_of(request: AccountRequest, loaded: Loaded, stored: QuoteShown) -> HttpResponse:
    """Submitted: the order is its own receipt; what costs nothing has none, and is confirmed here."""
    if stored.order_id is not None:
        return redirect("portal:order", order_id=stored.order_id)
    subscription, who = owned(loaded, _first(stored)), reader(request.visit, loaded)
    context = {
        "purpose": purpose(stored.request.ask, stored.quote, subscription, who),
        "steps": STEPS,
        "is_aligned": align_shown.common_date(stored.quote) is not None,
        "facts": changed(stored, subscription, loaded, who),
        "outcome": align_shown.outcome(stored.quote, who),
        "leave": _on_to(stored),
    }
    return render(request, "portal/flows/scheduled.html", context)


@posted_from("portal:review", "quote_id")
@account_page
def review_method(request: AccountRequest, quote_id: UUID) -> HttpResponse:
    """The same order, paid by the method that the form names ("method"): quoted again, and shown for review."""
    visit = request.visit
    with account_scope(visit.account_id):
        stored, _old = find_quote(visit.account_id, quote_id)
        if stored is None:
            raise Http404
        loaded = load(visit.account_id, visit.now)
    if stored.accepted_at is not None:
        return redirect("portal:review", quote_id=stored.id)
    try:
        return redirect("portal:review", quote_id=quoted_by(visit, stored.request.ask, request.POST.get("method", "")))
    except Refusal as refused:
        return _refused(request, loaded, stored, refused)


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
    ask, quote = stored.request.ask, stored.quote
    context = {
        "purpose": purpose(ask, quote, subscription, who),
        "stored": stored,
        "steps": STEPS,
        "ends": ends(stored, subscription),
        "has_expired": visit.now >= stored.expires_at,
        "back": _back(stored),
        "leave": _on_to(stored),
        "summary": _summary(quote, who),
        "renewal": pricing.renewal(quote, who),
        "renewals": pricing.renewals(quote, loaded.state, who),
        "facts": changed(stored, subscription, loaded, who),
        **_paying(stored, loaded, who),
        "agreed": words.short_notice(loaded.offer.policy, quote.short_notices, who.locale),
        "button": pricing.order_button(loaded.state, quote, who.locale),
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
        **(_beside(old, stored, who) if old else {}),
    }
    return render(request, "portal/flows/review.html", context, status=NOT_POSSIBLE if refused else 200)


def _paying(stored: QuoteShown, loaded: Loaded, who: Reader) -> dict[str, Any]:
    """What pays the order and what else could, and when it takes effect; nothing where nothing is to pay."""
    ask, quote = stored.request.ask, stored.quote
    if quote.collection is Collection.BALANCE:
        return {"method": _("Your balance"), "takes_effect": _("At once")}
    if quote.collection is not Collection.GATEWAY:
        return {}
    method = next((method for method in loaded.state.methods if method.id == quote.method_id), None)
    return {
        "method": method.label if method else "",
        "methods": choices(loaded, ask, quote.method_id),
        "kinds": kinds_to_pay(loaded, who, ask),
        "use": _("Use it from now on") if _goes_on(ask) else _("Use for this order"),
        **_granting(method, loaded, who),
    }


def _goes_on(ask: Ask) -> bool:
    """Whether the method that is chosen for the order pays later renewals, too."""
    match ask:
        case BuyAgain():
            return True
        case AlignDates(prepare=prepare):
            return prepare
        case ChangeOwed(keep=keep):
            return bool(keep)
        case _:
            return False


def _granting(method: PaymentMethod | None, loaded: Loaded, who: Reader) -> dict[str, str]:
    """When it takes effect: once the money is there. What a debit means besides is said before it is ordered."""
    policy, today = loaded.offer.policy, loaded.today
    if method is None or method.kind is not MethodKind.DIRECT_DEBIT:
        return {"takes_effect": _("As soon as it is paid")}
    arrives = arrives_on(policy, today)
    told = {"debited": words.debit_notice(policy, today, arrives, who.locale)[0]}
    if policy.grant_on_processing:
        return {**told, "takes_effect": _("At once")}
    day = {"day": formats.day(arrives, who.locale)}
    return {**told, "takes_effect": _("When the debit has arrived, about %(day)s") % day}


def _summary(quote: Quote, who: Reader) -> PriceSummary:
    """The lines and what they come to; what is to pay now stands beside the button."""
    summary = pricing.summary(quote, who)
    return replace(summary, total_label=summary.total_label or _("Total"))


def _beside(old: QuoteShown, new: QuoteShown, who: Reader) -> dict[str, Any]:
    return {
        "old": old,
        "has_new_price": old.quote.total != new.quote.total,
        "old_summary": pricing.summary(old.quote, who),
        "differences": pricing.differences(old.quote, new.quote, who),
    }


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
