"""Use a method for chosen subscriptions or for all, as default or as backup: one form, sent once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.domain.account import ChangeKind, MethodKind, MethodStatus, PaymentMethod, Subscription, SubscriptionStatus
from tenor.domain.direct_debit import short_notices
from tenor.domain.eligibility import Action, reasons
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.methods import OWED, beyond_reach, is_usable, kept_method, paid_by, unusable_reasons
from tenor.domain.paying import named_method, paying_for
from tenor.domain.quote import ShortNotice
from tenor.domain.refusals import Refusal
from tenor.domain.requests import Request, SetPaymentMethod
from tenor.portal import remedies
from tenor.portal.flows.method_cards import ICONS, WANTED
from tenor.portal.flows.shared import NOT_POSSIBLE, Reader, load_account, reader
from tenor.portal.flows.unpaid import Unpaid, pay_now, still_unpaid, ticked, unpaid
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, Visit, account_page
from tenor.ui import components, formats, words
from tenor.usecases.load import Loaded
from tenor.usecases.make_backup_method import make_backup_method
from tenor.usecases.make_default_method import make_default_method
from tenor.usecases.preview_change import StoredQuote, preview_change
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote

PLACES = ("default", "backup")
UNCHANGED = frozenset({"method_unchanged"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A subscription that may be chosen: what pays it now; `reasons` why it can't be changed."""

    id: str
    name: str
    number: str
    on: date
    now: str
    renews: bool
    is_chosen: bool
    reasons: tuple[components.Reason, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: the subscriptions that the method is to pay, and the place it is to have, or ""."""

    ids: Sequence[str]
    place: str


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def use_method(request: AccountRequest, method_id: UUID) -> HttpResponse:
    """GET shows what the method may pay, with what needs it chosen already; POST has it pay that.

    What is unpaid on what it pays from then on is paid with it at once, unless that is unticked.
    """
    loaded = load_account(request.visit)
    method = kept_method(loaded.state, str(method_id))
    if method is None:
        raise Http404
    if request.method != "POST":
        return _page(request, loaded, method, _suggested(request, loaded, method))
    asked = _asked(request, loaded)
    try:
        _demand_agreement(request, loaded, method, asked)
        changed = _carry_out(request.visit, method, asked, loaded.offer.policy.most_at_once)
    except Refusal as refused:
        return _page(request, loaded, method, set(asked.ids), refused=refused)
    return _paid_or_told(request, loaded, method, asked, changed=changed)


def _paid_or_told(
    request: AccountRequest, loaded: Loaded, method: PaymentMethod, asked: Asked, *, changed: bool
) -> HttpResponse:
    """Pay at once what it pays from now on and is unpaid; or say what becomes of that."""
    who, waiting = reader(request.visit, loaded), _unpaid(request, loaded, method, asked.ids)
    before, after = _pays(loaded, method), _pays(load_account(request.visit), method)
    new = (after - before) | (after & set(asked.ids))
    named = [one for one in waiting if new & set(one.subscription_ids)]
    if to_pay := ticked(request, named):
        return pay_now(request, to_pay, method.id)
    if not changed:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Saved.") if named else _("Saved. Nothing is charged now."))
    still_unpaid(request, named, who)
    return redirect("portal:methods")


def _pays(loaded: Loaded, method: PaymentMethod) -> set[str]:
    """The subscriptions that the method is charged for, its own and those of methods that can't pay."""
    policy, today = loaded.offer.policy, loaded.today
    paying = ((one.id, paying_for(loaded.state, policy, one, today).method) for one in loaded.state.subscriptions)
    return {subscription_id for subscription_id, found in paying if found is not None and found.id == method.id}


def _unpaid(request: AccountRequest, loaded: Loaded, method: PaymentMethod, chosen: Collection[str]) -> list[Unpaid]:
    """What is unpaid on what the method may come to pay; ticked where that is chosen already."""
    others = [one for one in loaded.state.subscriptions if loaded.state.method_of(one) != method]
    found = unpaid(request.visit, loaded, others, reader(request.visit, loaded))
    return [replace(one, is_chosen=not set(chosen).isdisjoint(one.subscription_ids)) for one in found]


def _demand_agreement(request: AccountRequest, loaded: Loaded, method: PaymentMethod, asked: Asked) -> None:
    """Raise Refusal where renewals come to be debited sooner than usual, and that is not ticked."""
    falls_to_it = asked.place == "default"
    named = [one for one in loaded.state.subscriptions if one.id in asked.ids or (falls_to_it and not one.method_id)]
    if _sooner(loaded, method, named) and "agree" not in request.POST:
        raise Refusal("short_notice_not_agreed", {})


def _sooner(loaded: Loaded, method: PaymentMethod, named: Collection[Subscription]) -> tuple[ShortNotice, ...]:
    """Renewals that it would come to debit before they could be announced as early as usual."""
    others = [one for one in named if named_method(loaded.state, one) != method]
    return short_notices(loaded.offer.policy, others, method, loaded.today)


def _asked(request: AccountRequest, loaded: Loaded) -> Asked:
    place = request.POST.get("place", "")
    if "all" in request.POST:
        chosen = [one.id for one in _open(loaded, request.visit)]
    else:
        chosen = request.POST.getlist("subscription")
    return Asked(chosen, place if place in PLACES else "")


def _carry_out(visit: Visit, method: PaymentMethod, asked: Asked, most: int) -> bool:
    """Everything is priced, and so checked, before anything is written. Whether something changed. Raises Refusal.

    The place comes last: a new default takes over what has a method beyond use, which would stale the quotes.
    """
    quotes = [_preview(visit, method, asked.ids[start : start + most]) for start in range(0, len(asked.ids), most)]
    act = {"account_id": visit.account_id, "method_id": UUID(method.id), "actor": visit.actor, "now": visit.now}
    for quote in filter(None, quotes):
        submit_quote(account_id=visit.account_id, quote_id=quote.id, actor=visit.actor, session=NOBODY, now=visit.now)
    match asked.place:
        case "default":
            make_default_method(**act)  # type: ignore[arg-type]
        case "backup":
            make_backup_method(is_backup=True, **act)  # type: ignore[arg-type]
    return any(quotes) or bool(asked.place)


def _preview(visit: Visit, method: PaymentMethod, ids: Sequence[str]) -> StoredQuote | None:
    """The quote; None where the method pays all of them already."""
    asked = Request(visit.actor, SetPaymentMethod(tuple(ids), method.id))
    try:
        return preview_change(account_id=visit.account_id, request=asked, now=visit.now)
    except Refusal as refused:
        if refused.code in UNCHANGED:
            return None
        raise


def _open(loaded: Loaded, visit: Visit) -> list[Subscription]:
    """The subscriptions whose method may be changed."""
    return [
        one
        for one in loaded.state.subscriptions
        if not reasons(loaded.state, loaded.offer, Action.METHOD, one, visit.actor, loaded.today)
    ]


def _suggested(request: AccountRequest, loaded: Loaded, method: PaymentMethod) -> set[str]:
    """What the address names; else what nothing else can pay."""
    named = {one.id for one in loaded.state.subscriptions if one.id in request.GET.getlist("subscription")}
    replaced = kept_method(loaded.state, request.GET.get("instead_of", ""))
    named |= {one.id for one in paid_by(loaded.state, replaced)} if replaced else set()
    return named or {one.id for one in loaded.state.subscriptions if not _is_paid_well(loaded, one)}


def _is_paid_well(loaded: Loaded, one: Subscription) -> bool:
    paying = loaded.state.method_of(one)
    is_owed = one.status in OWED
    return not is_owed and paying is not None and is_usable(loaded.offer, paying, loaded.today)


def _page(
    request: AccountRequest,
    loaded: Loaded,
    method: PaymentMethod,
    chosen: set[str],
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    who, actor = reader(request.visit, loaded), request.visit.actor
    account = reasons(loaded.state, loaded.offer, Action.METHOD, None, actor, loaded.today)
    closed = (*account, *unusable_reasons(loaded.state, loaded.offer, method, loaded.today))
    shown = [one for one in loaded.state.subscriptions if one.status is not SubscriptionStatus.CANCELED]
    paid = [
        one for one in shown if loaded.state.method_of(one) == method and not one.scheduled_change(ChangeKind.METHOD)
    ]
    others = [] if closed else [one for one in shown if one not in paid]
    choices = [_choice(request.visit, loaded, one, chosen, who) for one in others]
    choices.sort(key=lambda choice: (bool(choice.reasons), choice.on, choice.number))
    context = {
        "method": method,
        "replaced": kept_method(loaded.state, request.GET.get("instead_of", "")),
        "icon": ICONS[method.kind],
        "choices": choices,
        "open_count": sum(not choice.reasons for choice in choices),
        "paid_count": len(paid),
        "reasons": remedies.shown(closed, WANTED, who.locale, who.names),
        "place": request.POST.get("place", request.GET.get("place", "")),
        "is_debit": method.kind is MethodKind.DIRECT_DEBIT,
        "agreement": words.short_notice(loaded.offer.policy, _sooner(loaded, method, others), who.locale),
        "too_short": "" if closed else _too_short(loaded, method, who),
        "unpaid": [] if closed else _unpaid(request, loaded, method, chosen),
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
        "refused": remedies.shown(refused.reasons, WANTED, who.locale, who.names) if refused else (),
    }
    return render(request, "portal/flows/use_method.html", context, status=NOT_POSSIBLE if refused else 200)


def _too_short(loaded: Loaded, method: PaymentMethod, who: Reader) -> str:
    """That a card, say, runs out before renewals that it could be chosen for; "" where it does not."""
    first = beyond_reach(loaded.state, method, loaded.today)
    if first is None or method.last_day is None:
        return ""
    facts = {"last": formats.day(method.last_day, who.locale), "day": formats.day(first, who.locale)}
    return _("It is valid until %(last)s only: it can't pay renewals from %(day)s on.") % facts


def _choice(visit: Visit, loaded: Loaded, one: Subscription, chosen: set[str], who: Reader) -> Choice:
    found = reasons(loaded.state, loaded.offer, Action.METHOD, one, visit.actor, loaded.today)
    paying = loaded.state.method_of(one)
    known = paying is not None and paying.status is not MethodStatus.REMOVED
    return Choice(
        id=one.id,
        name=who.names.product(one.product),
        number=one.number,
        on=one.renews_on,
        now=paying.label if paying and known else "",
        renews=renews_itself(one),
        is_chosen=one.id in chosen,
        reasons=remedies.shown(found, Wanted(Action.METHOD, one), who.locale, who.names),
    )
