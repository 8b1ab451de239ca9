"""Payment methods: all in one place, with what is wrong with them; adding one on the provider's own page."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenor.domain.account import AccountState, MethodKind, MethodStatus, PaymentMethod
from tenor.domain.eligibility import Action, reasons
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.port import SetupStatus
from tenor.portal import remedies
from tenor.portal.flows.shared import load_account, reader
from tenor.portal.visit import AccountRequest, Visit, account_page
from tenor.ui import formats, words
from tenor.usecases.finish_method_setup import finish_method_setup
from tenor.usecases.load import Loaded
from tenor.usecases.make_default_method import make_default_method
from tenor.usecases.session import Session
from tenor.usecases.start_method_setup import REFERENCE, start_method_setup

ICONS = {MethodKind.CARD: "card", MethodKind.PAYPAL: "wallet", MethodKind.DIRECT_DEBIT: "bank"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored method as the page shows it. `pays_for` counts subscriptions; `runs_out` warns before a renewal."""

    method: PaymentMethod
    icon: str
    kind: str
    state: str
    tone: str
    state_icon: str
    pays_for: int
    runs_out: date | None
    may_be_default: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of method that can be added."""

    code: str
    label: str
    icon: str


@require_safe
@account_page
def methods(request: AccountRequest) -> HttpResponse:
    """Every stored method, and what can be added."""
    visit, loaded = request.visit, load_account(request.visit)
    who = reader(visit, loaded)
    closed = reasons(loaded.state, loaded.offer, Action.METHOD, None, visit.actor, loaded.today)
    context = {
        "stored": [_stored(loaded, method) for method in _kept(loaded.state)],
        "kinds": [_kind(kind) for kind in MethodKind if kind in loaded.offer.policy.paying_methods],
        "may_change": not closed,
        "reasons": remedies.shown(closed, remedies.Wanted(Action.METHOD), who.locale, who.names),
    }
    return render(request, "portal/flows/methods.html", context)


@require_POST
@account_page
def add_method(request: AccountRequest) -> HttpResponse:
    """To the provider's page, where a method of the chosen kind is typed in. Its numbers never come here."""
    kind = request.POST.get("kind", "")
    if kind not in set(MethodKind):
        messages.error(request, _("Choose how you want to pay."))
        return redirect("portal:methods")
    visit = request.visit
    try:
        page = start_method_setup(
            account_id=visit.account_id,
            kind=MethodKind(kind),
            actor=visit.actor,
            session=_session(visit),
            now=visit.now,
        )
    except Refusal as refused:
        return _refused(request, refused)
    return redirect(page)


@require_safe
@account_page
def method_return(request: AccountRequest, reference: str) -> HttpResponse:
    """Back from the provider's page: ask what became of it. Storing what it stored changes nothing outside."""
    visit = request.visit
    try:
        done = finish_method_setup(account_id=visit.account_id, reference=reference, actor=visit.actor, now=visit.now)
    except Refusal as refused:
        return _refused(request, refused)
    if done.status is SetupStatus.SUCCEEDED:
        messages.success(request, _("The payment method is saved."))
    else:
        messages.warning(request, _("No payment method was added. You can try again at any time."))
    return redirect("portal:methods")


@require_POST
@account_page
def make_default(request: AccountRequest, method_id: UUID) -> HttpResponse:
    """The method pays from now on for whatever has no method of its own."""
    visit = request.visit
    try:
        make_default_method(account_id=visit.account_id, method_id=method_id, actor=visit.actor, now=visit.now)
    except Refusal as refused:
        return _refused(request, refused)
    messages.success(request, _("It is the default payment method now."))
    return redirect("portal:methods")


def _refused(request: AccountRequest, refused: Refusal) -> HttpResponse:
    if refused.code in ("unknown_setup", "unknown_method"):
        raise Http404 from refused
    locale = formats.locale_for(request.visit.language, request.visit.country)
    messages.error(request, words.refusal(refused, locale))
    return redirect("portal:methods")


def _session(visit: Visit) -> Session:
    path = reverse("portal:method_return", args=["reference"]).replace("reference", REFERENCE)
    return Session(return_url=f"{settings.PUBLIC_URL}{path}", locale=visit.language)


def _kept(state: AccountState) -> list[PaymentMethod]:
    """The default first, then as they were added."""
    kept = [method for method in state.methods if method.status is not MethodStatus.REMOVED]
    return sorted(kept, key=lambda method: not method.is_default)


def _stored(loaded: Loaded, method: PaymentMethod) -> Stored:
    state, tone, icon = _standing(method, loaded.today)
    paid = [one for one in loaded.state.subscriptions if loaded.state.method_of(one) == method and renews_itself(one)]
    renewals = sorted(one.renews_on for one in paid if one.renews_on >= loaded.today)
    too_late = next((day for day in renewals if method.has_expired(day)), None)
    usable = method.status is MethodStatus.ACTIVE and not method.has_expired(loaded.today)
    return Stored(
        method=method,
        icon=ICONS[method.kind],
        kind=words.method_kind(method.kind),
        state=state,
        tone=tone,
        state_icon=icon,
        pays_for=len(paid),
        runs_out=too_late if usable else None,
        may_be_default=usable and not method.is_default,
    )


def _standing(method: PaymentMethod, today: date) -> tuple[str, str, str]:
    """A word, a tone and an icon for what a method is good for."""
    if method.status is MethodStatus.MANDATE_PENDING:
        return _("Waiting for your bank"), "warning", "clock"
    if method.status is MethodStatus.INVALID:
        return _("No longer accepted"), "danger", "danger"
    if method.has_expired(today):
        return _("Expired"), "danger", "danger"
    return _("Ready to pay"), "success", "check"


def _kind(kind: MethodKind) -> Kind:
    return Kind(kind.value, words.capital(words.method_kind(kind)), ICONS[kind])
