"""Change payment method of one subscription: the stored ones side by side, and one step to choose."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.domain.account import ChangeKind, PaymentMethod, Subscription
from tenor.domain.direct_debit import short_notices
from tenor.domain.eligibility import Action, reasons
from tenor.domain.methods import kept_methods, unusable_reasons
from tenor.domain.paying import named_method
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.requests import Request, SetPaymentMethod
from tenor.portal import remedies
from tenor.portal.flows.method_cards import ICONS
from tenor.portal.flows.shared import NOT_POSSIBLE, Reader, closed_page, load_account, owned, reader
from tenor.portal.flows.unpaid import pay_now, still_unpaid, ticked, unpaid
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import components, words
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote


@dataclass(frozen=True, slots=True)
class Option:
    """A stored method that may pay; `reasons` why it can't, `agreement` what choosing it has to be agreed to."""

    method: PaymentMethod
    icon: str
    kind: str
    is_own: bool
    agreement: str
    reasons: tuple[components.Reason, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def choose_method(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows the methods; POST has one of them pay from now on, and what is unpaid now, where that is ticked."""
    loaded = load_account(request.visit)
    subscription = owned(loaded, subscription_id)
    found = reasons(loaded.state, loaded.offer, Action.METHOD, subscription, request.visit.actor, loaded.today)
    if found:
        return closed_page(request, loaded, subscription, Action.METHOD, found)
    if request.method != "POST":
        return _page(request, loaded, subscription)
    try:
        _set(request, subscription)
    except Refusal as refused:
        if refused.reasons:
            return closed_page(request, loaded, subscription, Action.METHOD, refused.reasons)
        if refused.code != "method_unchanged":
            return _page(request, loaded, subscription, refused=refused)
    return _paid_or_told(request, loaded, subscription)


def _paid_or_told(request: AccountRequest, loaded: Loaded, subscription: Subscription) -> HttpResponse:
    """Once the method is set: pay what is unpaid with it, or say what becomes of that."""
    who, method_id = reader(request.visit, loaded), request.POST["method"]
    waiting = unpaid(request.visit, loaded, [subscription], who)
    if to_pay := ticked(request, waiting):
        return pay_now(request, to_pay, method_id)
    label = next(method.label for method in loaded.state.methods if method.id == method_id)
    said = _("%(method)s pays from now on.") if waiting else _("%(method)s pays from now on. Nothing is charged now.")
    messages.success(request, said % {"method": label})
    still_unpaid(request, waiting, who)
    return redirect("portal:subscription", subscription_id=subscription.id)


def _set(request: AccountRequest, subscription: Subscription) -> None:
    visit = request.visit
    asked = Request(visit.actor, SetPaymentMethod((subscription.id,), request.POST.get("method", "")))
    stored = preview_change(account_id=visit.account_id, request=asked, now=visit.now)
    if stored.quote.short_notices and request.POST.get("method") not in request.POST.getlist("agree"):
        raise Refusal("short_notice_not_agreed", {})
    submit_quote(account_id=visit.account_id, quote_id=stored.id, actor=visit.actor, session=NOBODY, now=visit.now)


def _page(
    request: AccountRequest, loaded: Loaded, subscription: Subscription, *, refused: Refusal | None = None
) -> HttpResponse:
    who = reader(request.visit, loaded)
    scheduled = subscription.scheduled_change(ChangeKind.METHOD)
    context = {
        "subscription": subscription,
        "name": who.names.product(subscription.product),
        "options": [_option(loaded, method, subscription, who) for method in kept_methods(loaded.state)],
        "gives_way": scheduled is not None,
        "unpaid": unpaid(request.visit, loaded, [subscription], who),
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
    }
    return render(request, "portal/flows/choose_method.html", context, status=NOT_POSSIBLE if refused else 200)


def _option(loaded: Loaded, method: PaymentMethod, subscription: Subscription, who: Reader) -> Option:
    found = unusable_reasons(loaded.state, loaded.offer, method, loaded.today)
    is_own, policy = loaded.state.method_of(subscription) == method, loaded.offer.policy
    is_next = named_method(loaded.state, subscription) == method
    sooner = () if is_next else short_notices(policy, [subscription], method, loaded.today)
    return Option(
        method=method,
        icon=ICONS[method.kind],
        kind=words.method_kind(method.kind),
        is_own=is_own,
        agreement=words.short_notice(policy, sooner, who.locale),
        # Another one is chosen on this very page: only a new date on a card leads elsewhere.
        reasons=remedies.shown(map(_here, found), Wanted(Action.METHOD, subscription), who.locale, who.names),
    )


def _here(found: Reason) -> Reason:
    is_elsewhere = found.remedy is not None and found.remedy.code == "update_method"
    return found if is_elsewhere else replace(found, remedy=None)
