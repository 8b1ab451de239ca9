"""Replace a method by another one, everywhere and in one step: a page that lists what moves, and one button."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.methods import method_uses
from tenor.domain.account import PaymentMethod, Subscription
from tenor.domain.direct_debit import short_notices
from tenor.domain.eligibility import Action, reasons
from tenor.domain.methods import is_usable, kept_method, kept_methods, naming, paid_by
from tenor.domain.refusals import Refusal
from tenor.portal import remedies
from tenor.portal.flows.method_cards import ICONS, WANTED
from tenor.portal.flows.order_method import kinds_to_pay
from tenor.portal.flows.payable import Payable, payable
from tenor.portal.flows.shared import NOT_POSSIBLE, Reader, load_account, reader
from tenor.portal.flows.unpaid import Unpaid, pay_now, still_unpaid, ticked, unpaid
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.usecases import replace_method as replacing
from tenor.usecases.load import Loaded


@dataclass(frozen=True, slots=True)
class Moving:
    """A subscription that the method pays, now or from its next renewal on; `note` where it is not moved at once."""

    name: str
    reference: str
    url: str
    note: str


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def replace_method(request: AccountRequest, method_id: UUID) -> HttpResponse:
    """GET lists what moves, and what may take its place; POST moves it, and pays what is unpaid if ticked."""
    loaded = load_account(request.visit)
    old = kept_method(loaded.state, str(method_id))
    if old is None:
        raise Http404
    if request.method != "POST":
        return _page(request, loaded, old)
    by = kept_method(loaded.state, request.POST.get("method", ""))
    if by is None:
        return _page(request, loaded, old, refused=Refusal("unknown_method", {"method": ""}))
    waiting = _unpaid(request, loaded, old)
    try:
        _carry_out(request, old, by)
    except Refusal as refused:
        return _page(request, loaded, old, refused=refused)
    return _paid_or_told(request, loaded, by, waiting)


def _carry_out(request: AccountRequest, old: PaymentMethod, by: PaymentMethod) -> None:
    visit = request.visit
    remove, agreed = "remove" in request.POST, "agree" in request.POST
    wanted = replacing.Replacement(UUID(old.id), UUID(by.id), remove=remove, agreed=agreed)
    replacing.replace_method(account_id=visit.account_id, wanted=wanted, actor=visit.actor, now=visit.now)


def _paid_or_told(request: AccountRequest, loaded: Loaded, by: PaymentMethod, waiting: list[Unpaid]) -> HttpResponse:
    messages.success(request, _("Replaced: %(method)s pays from now on.") % {"method": by.label})
    if to_pay := ticked(request, waiting):
        return pay_now(request, to_pay, by.id, keep=True)
    still_unpaid(request, waiting, reader(request.visit, loaded))
    return redirect("portal:methods")


def _unpaid(request: AccountRequest, loaded: Loaded, old: PaymentMethod) -> list[Unpaid]:
    """What is unpaid on what the method pays."""
    owned = [one for one in loaded.state.subscriptions if loaded.state.method_of(one) == old]
    return unpaid(request.visit, loaded, owned, reader(request.visit, loaded))


def _page(
    request: AccountRequest, loaded: Loaded, old: PaymentMethod, *, refused: Refusal | None = None
) -> HttpResponse:
    visit, who = request.visit, reader(request.visit, loaded)
    with account_scope(visit.account_id):
        uses = [use for use in method_uses(visit.account_id) if use.method_id == old.id]
    closed = reasons(loaded.state, loaded.offer, Action.METHOD, None, visit.actor, loaded.today)
    context = {
        "old": old,
        "icon": ICONS[old.kind],
        "moving": _moving(request, loaded, old, who),
        "methods": _others(request, loaded, old),
        "kinds": kinds_to_pay(loaded, who),
        "waits_for": ", ".join(dict.fromkeys(use.number for use in uses)),
        "unpaid": _unpaid(request, loaded, old),
        "agreement": _agreement(loaded, old, who),
        "reasons": remedies.shown(closed, WANTED, who.locale, who.names),
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
        "refused": remedies.shown(refused.reasons, WANTED, who.locale, who.names) if refused else (),
    }
    return render(request, "portal/flows/replace_method.html", context, status=NOT_POSSIBLE if refused else 200)


def _moving(request: AccountRequest, loaded: Loaded, old: PaymentMethod, who: Reader) -> list[Moving]:
    """What names it, and then what names no method and follows the default, where it is that."""
    may = set(replacing.movable(loaded, old, request.visit.actor))
    named = naming(loaded.state, old)
    falls = [one for one in paid_by(loaded.state, old) if one not in named]
    return [
        Moving(
            who.names.product(one.product),
            words.subscription_reference(one),
            reverse("portal:subscription", args=[one.id]),
            note=_note(one) if one in named and one.id not in may else "",
        )
        for one in (*named, *falls)
    ]


def _note(one: Subscription) -> str:
    """What becomes of what may not be paid otherwise now: suspended, say, or sold by a reseller."""
    return _("moves when it is paid") if one.open_order else _("stays as it is: it can't be changed now")


def _others(request: AccountRequest, loaded: Loaded, old: PaymentMethod) -> list[Payable]:
    """The methods that may take its place; the one that the address names is chosen."""
    others = replace(loaded.state, methods=tuple(one for one in loaded.state.methods if one != old))
    return payable(replace(loaded, state=others), request.POST.get("method", request.GET.get("by", "")), None)


def _agreement(loaded: Loaded, old: PaymentMethod, who: Reader) -> str:
    """What has to be agreed to where a debit takes its place shortly before a renewal."""
    policy, paid = loaded.offer.policy, paid_by(loaded.state, old)
    debits = (one for one in kept_methods(loaded.state) if one != old and is_usable(loaded.offer, one, loaded.today))
    found = (short for debit in debits for short in short_notices(policy, paid, debit, loaded.today))
    return words.short_notice(policy, found, who.locale)
