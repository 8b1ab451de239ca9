"""Automatic renewal off or on, one page for one subscription or for many: what ends, what is lost, what is charged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.domain.account import ChangeKind, PriceKind, ScheduledChange, Subscription
from tenor.domain.effects import DeclineTerm, MoveRenewal
from tenor.domain.eligibility import Action, reasons, warnings
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.money import Money, total
from tenor.domain.paying import paying_for
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import NextTerm, next_term
from tenor.domain.requests import Request, SetAutoRenew
from tenor.domain.situation import situations
from tenor.domain.under_way import is_owed, once_paid
from tenor.portal import remedies
from tenor.portal.flows.shared import NOT_POSSIBLE, Reader, owned, reader
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import components, formats, words
from tenor.usecases.load import Loaded, load
from tenor.usecases.preview_change import preview_change
from tenor.usecases.send_refund import send_refund
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class One:
    """A chosen subscription in the words of the page. `lost` is what its seats cost more at the list price.

    `on` is the day on which access ends, or on which it is charged again; `reasons` why it can't be, `warned` what
    stands in the way of a renewal.
    """

    id: str
    name: str
    plan: str
    number: str
    on: date
    coming: NextTerm | None
    lost: Money | None
    method: str
    reasons: tuple[components.Reason, ...]
    warned: tuple[components.Reason, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Those that can be turned off, or on, and those that can't, with why.

    `declined` are the names of those that owe a renewal, which turning off ends today; `still` says what is charged for
    them all the same: what stays owed, and orders that are open.
    """

    on: bool
    open: Sequence[One] = ()
    closed: Sequence[One] = ()
    lost: Money | None = None
    refund: Money | None = None
    charged: Money | None = None
    declined: Sequence[str] = ()
    still: Sequence[str] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def auto_renew(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """The page for one subscription."""
    return _answer(request, [str(subscription_id)])


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def auto_renew_many(request: AccountRequest) -> HttpResponse:
    """The page for those that the list names (`s`, an id each)."""
    data = request.POST if request.method == "POST" else request.GET
    return _answer(request, data.getlist("s"))


def _answer(request: AccountRequest, ids: Sequence[str]) -> HttpResponse:
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now, with_orders=True)
    chosen = _chosen(loaded, ids)
    most = loaded.offer.policy.most_at_once
    if not chosen or len(chosen) > most:
        refused = Refusal("too_many_chosen", {"chosen": len(chosen), "most": most}) if chosen else None
        return _back_to_the_list(request, loaded, refused or Refusal("nothing_chosen", {}))
    if request.method != "POST":
        only = chosen[0] if len(chosen) == 1 else None
        if only is not None and _is_declined(request, loaded, only):
            return redirect("portal:decline_owed", subscription_id=only.id)
        return _page(request, loaded, chosen)
    try:
        quote = _carry_out(request, [one.id for one in chosen])
    except Refusal as refused:
        return _page(request, loaded, chosen, refused=refused)
    messages.success(request, _done(quote, request.POST.get("on") == "1", loaded, chosen, reader(visit, loaded)))
    if len(chosen) == 1:
        return redirect("portal:subscription", subscription_id=chosen[0].id)
    return redirect("portal:subscriptions")


def _is_declined(request: AccountRequest, loaded: Loaded, one: Subscription) -> bool:
    """Whether turning its renewal off ends what is owed of it: there is a page that says so, and another way."""
    if not is_owed(one, loaded.today) or not renews_itself(once_paid(one, loaded.offer.policy, loaded.today)):
        return False
    return not reasons(loaded.state, loaded.offer, Action.DECLINE_OWED, one, request.visit.actor, loaded.today)


def _back_to_the_list(request: AccountRequest, loaded: Loaded, refused: Refusal) -> HttpResponse:
    messages.error(request, words.refusal(refused, reader(request.visit, loaded).locale))
    return redirect("portal:subscriptions")


def _chosen(loaded: Loaded, ids: Sequence[str]) -> list[Subscription]:
    """The named ones, each once, by their renewal date. Raises Http404 for what is no id of this account."""
    try:
        found = {one.id: one for one in (owned(loaded, UUID(each)) for each in ids)}
    except ValueError as error:
        raise Http404 from error
    return sorted(found.values(), key=lambda one: (one.renews_on, one.number))


def _carry_out(request: AccountRequest, ids: Sequence[str]) -> Quote:
    """Turn it off or on; what goes back is sent at once. Raises Refusal."""
    visit, why = request.visit, request.POST.get("why", "").strip()[:LONGEST_REASON]
    asked = Request(visit.actor, SetAutoRenew(tuple(ids), on=request.POST.get("on") == "1", why=why))
    stored = preview_change(account_id=visit.account_id, request=asked, now=visit.now)
    submitted = submit_quote(
        account_id=visit.account_id, quote_id=stored.id, actor=visit.actor, session=NOBODY, now=visit.now
    )
    for refund_id in submitted.refunds:
        send_refund(account_id=visit.account_id, refund_id=refund_id, now=visit.now)
    return stored.quote


def _done(quote: Quote, on: bool, loaded: Loaded, chosen: Sequence[Subscription], who: Reader) -> str:
    """What is so from now on; "nothing more is charged" only where nothing is."""
    if on:
        return _("Automatic renewal is on again.")
    if quote.owed:
        return " ".join((_("Automatic renewal is off after what is owed."), *_still(quote, loaded, chosen, who)))
    told = [_("Automatic renewal is off."), *_still(quote, loaded, chosen, who)]
    if quote.total:
        facts = {"amount": formats.money(-quote.total, who.locale)}
        back = _("%(amount)s goes back to the payment method that paid it.")
        told.append((_("%(amount)s goes back to how it was paid.") if quote.to_balance else back) % facts)
    elif len(told) == 1:
        told.append(_("Nothing more is charged."))
    return " ".join(told)


def _still(quote: Quote | None, loaded: Loaded, chosen: Iterable[Subscription], who: Reader) -> tuple[str, ...]:
    """What is charged for them whatever is chosen: what they owe, and their other orders, each once."""
    if quote is None:
        return ()
    declined, found = _ended(quote), situations(loaded.state, loaded.offer, loaded.today)
    orders = dict.fromkeys(order for one in chosen if one.id not in declined and (order := found[one.id].order))
    under_way = {order.number for order in orders if order.is_under_way}
    owed = [each for each in quote.owed if each.order not in under_way]
    numbers = {each.order for each in owed}
    others = [order for order in orders if order.number not in numbers]
    return (*words.owed(owed, who.locale), *words.still_open(others, who.locale))


def _page(
    request: AccountRequest, loaded: Loaded, chosen: Sequence[Subscription], *, refused: Refusal | None = None
) -> HttpResponse:
    who = reader(request.visit, loaded)
    parts = [_part(request, loaded, chosen, on, who) for on in (False, True)]
    included = any(one.coming.price.entry.tax_included for part in parts for one in part.open if one.coming)
    context = {
        "one": chosen[0] if len(chosen) == 1 else None,
        "name": who.names.product(chosen[0].product),
        "count": len(chosen),
        "parts": [part for part in parts if part.open or part.closed],
        "priced": who.tax.priced(included=included),
        "longest": LONGEST_REASON,
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
        "refused": remedies.shown(refused.reasons, Wanted(""), who.locale, who.names) if refused else (),
    }
    return render(request, "portal/flows/auto_renew.html", context, status=NOT_POSSIBLE if refused else 200)


def _part(request: AccountRequest, loaded: Loaded, chosen: Sequence[Subscription], on: bool, who: Reader) -> Part:
    """What turning those on or off means that are not, by the plan that would be carried out."""
    after = {one.id: once_paid(one, loaded.offer.policy, loaded.today) for one in chosen}
    chosen = [one for one in chosen if renews_itself(after[one.id]) != on]
    action = Action.AUTO_RENEW_ON if on else Action.AUTO_RENEW_OFF
    actor, told = request.visit.actor, (loaded.state, loaded.offer, action)
    found = {one.id: reasons(*told, one, actor, loaded.today) for one in chosen}
    can = tuple(one.id for one in chosen if not found[one.id])
    quote = _planned(request, loaded, SetAutoRenew(can, on)) if can else None
    moved = {effect.subscription_id: effect.after for effect in _moves(quote)}
    ended = _ended(quote)
    shown = [
        replace(
            _one(request, loaded, after[one.id], action, who),
            on=loaded.today if one.id in ended else moved.get(one.id, after[one.id].renews_on),
            reasons=remedies.shown(found[one.id], Wanted(action, one), who.locale, who.names),
        )
        for one in chosen
    ]
    is_open = [one for one in shown if one.id in can]
    currency = loaded.state.currency
    return Part(
        on=on,
        open=is_open,
        closed=[one for one in shown if one.id not in can],
        lost=total((one.lost for one in is_open if one.lost), currency),
        refund=-quote.total if quote and quote.total else None,
        charged=total((one.coming.amount for one in is_open if one.coming), currency),
        declined=[f"{one.name} ({one.number})" for one in shown if one.id in ended],
        still=_still(quote, loaded, [one for one in chosen if one.id in can], who),
    )


def _planned(request: AccountRequest, loaded: Loaded, ask: SetAutoRenew) -> Quote | None:
    try:
        return plan(loaded.state, loaded.offer, Request(request.visit.actor, ask), loaded.today, loaded.orders)
    except Refusal:  # what stands in the way is said when it is sent
        return None


def _ended(quote: Quote | None) -> set[str]:
    """Those whose owed renewal is declined, so that they end today."""
    return {effect.subscription_id for effect in quote.effects if isinstance(effect, DeclineTerm)} if quote else set()


def _moves(quote: Quote | None) -> list[MoveRenewal]:
    """Renewal dates that go back with an extension."""
    return [effect for effect in quote.effects if isinstance(effect, MoveRenewal)] if quote else []


def _one(request: AccountRequest, loaded: Loaded, one: Subscription, action: Action, who: Reader) -> One:
    coming = _coming(loaded, one)
    method = paying_for(loaded.state, loaded.offer.policy, one, max(one.renews_on, loaded.today)).method
    warned = warnings(loaded.state, loaded.offer, action, one, request.visit.actor, loaded.today)
    return One(
        id=one.id,
        name=who.names.product(one.product),
        plan=who.names.plan(one.product, one.plan),
        number=words.subscription_reference(one),
        on=one.renews_on,
        coming=coming,
        lost=_lost(coming),
        method=method.label if method else "",
        reasons=(),
        warned=remedies.shown(warned, Wanted(Action.METHOD, one), who.locale, who.names),
    )


def _coming(loaded: Loaded, one: Subscription) -> NextTerm | None:
    """The next term, if it renews."""
    others = tuple(entry for entry in one.scheduled if entry.kind is not ChangeKind.AUTO_RENEW)
    on = ScheduledChange(ChangeKind.AUTO_RENEW, "on", loaded.today, "")
    try:
        return next_term(loaded.state, loaded.offer, replace(one, scheduled=(*others, on)), loaded.today)
    except Refusal:
        return None


def _lost(coming: NextTerm | None) -> Money | None:
    """What all seats cost more at the list price than at the special one; None where there is none to lose."""
    if coming is None or coming.price.kind is not PriceKind.RENEWAL:
        return None
    return (coming.price.entry.list_price - coming.price.amount) * coming.seats
