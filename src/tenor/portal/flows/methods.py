"""Payment methods: all in one place, with what is wrong with them; adding one on the provider's own page."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.methods import method_uses
from tenor.domain.account import MethodKind
from tenor.domain.eligibility import Action, reasons
from tenor.domain.methods import kept_method
from tenor.domain.paying import paying_for
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.port import SetupStatus
from tenor.portal import payouts, remedies
from tenor.portal.flows.method_cards import ICONS, method_cards
from tenor.portal.flows.shared import Reader, load_account, reader
from tenor.portal.flows.unpaid import unpaid
from tenor.portal.posted import posted_from
from tenor.portal.visit import AccountRequest, Visit, account_page
from tenor.ui import formats, words
from tenor.usecases.finish_method_setup import finish_method_setup
from tenor.usecases.load import Loaded, load
from tenor.usecases.make_backup_method import make_backup_method
from tenor.usecases.make_default_method import make_default_method
from tenor.usecases.session import Session
from tenor.usecases.start_method_setup import REFERENCE, kinds_in, start_method_setup


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of method that can be added; `closed` says why it can't be."""

    code: str
    label: str
    icon: str
    closed: str = ""


@require_safe
@account_page
def methods(request: AccountRequest) -> HttpResponse:
    """Every stored method, and what can be added."""
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now)
        uses = method_uses(visit.account_id)
    who = reader(visit, loaded)
    closed = reasons(loaded.state, loaded.offer, Action.METHOD, None, visit.actor, loaded.today)
    context = {
        "cards": method_cards(loaded, uses, who),
        "kinds": addable(loaded, who),
        "notice": words.debit_promise(loaded.offer.policy, who.locale),
        "balance": loaded.state.balance,
        "pay_out": payouts.offer(visit) if loaded.state.balance else None,
        "may_change": not closed,
        "reasons": remedies.shown(closed, remedies.Wanted(Action.METHOD), who.locale, who.names),
    }
    return render(request, "portal/flows/methods.html", context)


@posted_from("portal:methods")
@account_page
def add_method(request: AccountRequest) -> HttpResponse:
    """To the provider's page, where a method of the chosen kind is typed in. Its numbers never come here.

    `replaces` is the method whose place the new one is to take: the customer comes back to where that is done.
    """
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
            session=_session(visit, request.POST.get("replaces", "")),
            now=visit.now,
        )
    except Refusal as refused:
        return refused_method(request, refused)
    return redirect(page)


@require_safe
@account_page
def method_return(request: AccountRequest, reference: str) -> HttpResponse:
    """Back from the provider's page: ask what became of it. Storing what it stored changes nothing outside."""
    visit = request.visit
    try:
        done = finish_method_setup(account_id=visit.account_id, reference=reference, actor=visit.actor, now=visit.now)
    except Refusal as refused:
        return refused_method(request, refused)
    if done.status is SetupStatus.SUCCEEDED:
        messages.success(request, _("The payment method is saved."))
        old = kept_method(load_account(visit).state, request.GET.get("replaces", ""))
        if old is not None:
            return redirect(f"{reverse('portal:replace_method', args=[old.id])}?{urlencode({'by': done.method_id})}")
        return redirect("portal:use_method", method_id=done.method_id)
    messages.warning(request, _("No payment method was added. You can try again at any time."))
    return redirect("portal:methods")


@posted_from("portal:methods")
@account_page
def make_default(request: AccountRequest, method_id: UUID) -> HttpResponse:
    """The method pays from now on for whatever has no method of its own; what of that is unpaid can be paid with it."""
    visit = request.visit
    try:
        make_default_method(account_id=visit.account_id, method_id=method_id, actor=visit.actor, now=visit.now)
    except Refusal as refused:
        return refused_method(request, refused)
    messages.success(request, _("It is the default payment method now."))
    return to_what_is_unpaid(request, str(method_id)) or redirect("portal:methods")


@posted_from("portal:methods")
@account_page
def make_backup(request: AccountRequest, method_id: UUID) -> HttpResponse:
    """The method is kept in reserve from now on, or, where the form says "off", no longer."""
    visit, is_backup = request.visit, request.POST.get("backup") != "off"
    try:
        make_backup_method(
            account_id=visit.account_id, method_id=method_id, is_backup=is_backup, actor=visit.actor, now=visit.now
        )
    except Refusal as refused:
        return refused_method(request, refused)
    done = _("It is the backup payment method now.") if is_backup else _("It is no backup any more.")
    messages.success(request, done)
    return redirect("portal:methods")


def to_what_is_unpaid(request: AccountRequest, method_id: str) -> HttpResponse | None:
    """To the first order that is unpaid and that the method is charged for now, with the method chosen there."""
    loaded = load_account(request.visit)
    policy, today = loaded.offer.policy, loaded.today
    paying = ((one, paying_for(loaded.state, policy, one, today).method) for one in loaded.state.subscriptions)
    owned = [one for one, method in paying if method is not None and method.id == method_id]
    found = unpaid(request.visit, loaded, owned, reader(request.visit, loaded))
    if not found:
        return None
    messages.info(request, _("Something is unpaid: you can pay it with this payment method now."))
    return redirect(f"{reverse('portal:order', args=[found[0].id])}?{urlencode({'method': method_id})}")


def refused_method(request: AccountRequest, refused: Refusal) -> HttpResponse:
    """Back to the methods, with why it was not done. What belongs to somebody else does not exist."""
    if refused.code in ("unknown_setup", "unknown_method"):
        raise Http404 from refused
    locale = formats.locale_for(request.visit.language, request.visit.country)
    messages.error(request, words.refusal(refused, locale))
    return redirect("portal:methods")


def _session(visit: Visit, replaces: str) -> Session:
    path = reverse("portal:method_return", args=["reference"]).replace("reference", REFERENCE)
    named = f"?{urlencode({'replaces': replaces})}" if replaces else ""
    return Session(return_url=f"{settings.PUBLIC_URL}{path}{named}", locale=visit.language)


def addable(loaded: Loaded, who: Reader) -> list[Kind]:
    """The kinds that the seller takes; what can't pay in the account's currency says so."""
    return [_kind(kind, loaded, who) for kind in MethodKind if kind in loaded.offer.policy.paying_methods]


def _kind(kind: MethodKind, loaded: Loaded, who: Reader) -> Kind:
    label = words.capital(words.method_kind(kind))
    if kind is MethodKind.DIRECT_DEBIT:
        label = f"{label} (SEPA)"
    currency = loaded.state.currency
    closed = Refusal("method_kind_not_in_currency", {"kind": str(kind), "currency": currency})
    is_open = kind in kinds_in(currency)
    return Kind(kind.value, label, ICONS[kind], "" if is_open else words.refusal(closed, who.locale, who.names))
