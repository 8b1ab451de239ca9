"""Give an order back: what is undone and what goes back, on one page, with one button."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.receipts import Receipt, read_receipt
from tenor.domain.eligibility import Action, reasons
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.money import Money
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.requests import Request, ReturnOrder
from tenor.gateways.payments.errors import GatewayError
from tenor.portal import remedies, returns
from tenor.portal.flows import pricing
from tenor.portal.flows.pricing import Difference
from tenor.portal.flows.shared import NOT_POSSIBLE, Reader, reader
from tenor.portal.remedies import Wanted
from tenor.portal.returns import Part
from tenor.portal.visit import AccountRequest, Visit, account_page
from tenor.ui import components, formats, words
from tenor.usecases.load import Loaded, load
from tenor.usecases.preview_change import preview_change
from tenor.usecases.send_refund import RefundFailed, send_refund
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """The order that is to be given back, the account as it stands, and who reads."""

    receipt: Receipt
    loaded: Loaded
    who: Reader
    parts: list[Part]
    chosen: tuple[str, ...]

    @property
    def ask(self) -> ReturnOrder:
        """What is asked for: all that is left, or the chosen part of it."""
        is_all = len(self.chosen) == len(self.parts)
        return ReturnOrder(str(self.receipt.id), () if is_all else self.chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def return_order(request: AccountRequest, order_id: UUID) -> HttpResponse:
    """GET shows what a return undoes and gives back; POST carries it out, if it is still what the page said."""
    asked = _read(request, order_id)
    if asked.receipt.status == OrderStatus.RETURNED:
        return redirect("portal:order", order_id=order_id)
    try:
        quote = _plan(request.visit, asked)
        if request.method != "POST":
            return _page(request, asked, quote)
        if request.POST.get("seen") != quote.fingerprint:
            return _page(request, asked, quote, has_changed=True)
        refunds = _carry_out(request.visit, asked.ask, quote)
    except Refusal as refused:
        return _refused(request, order_id, refused)
    _send(request.visit, refunds)
    if asked.ask.subscription_ids:
        messages.success(request, _("That part of the order is returned, and what it changed is undone."))
    else:
        messages.success(request, _("The order is returned, and what it changed is undone."))
    return redirect("portal:order", order_id=order_id)


def _read(request: AccountRequest, order_id: UUID) -> Asked:
    visit = request.visit
    with account_scope(visit.account_id):
        receipt = read_receipt(visit.account_id, order_id)
        if receipt is None:
            raise Http404
        loaded = load(visit.account_id, visit.now, with_orders=True)
    who, past = reader(visit, loaded), returns.past_order(loaded, receipt)
    parts = returns.parts(visit, loaded, past, who) if past else []
    return Asked(receipt, loaded, who, parts, _chosen(request, parts))


def _chosen(request: AccountRequest, parts: list[Part]) -> tuple[str, ...]:
    """The parts that the form names; all that can be given back, where it names none."""
    named = set((request.POST if request.method == "POST" else request.GET).getlist("part"))
    chosen = tuple(part.id for part in parts if part.id in named)
    return chosen or tuple(part.id for part in parts if part.is_open) or tuple(part.id for part in parts)


def _plan(visit: Visit, asked: Asked) -> Quote:
    """What the return would do. Raises Refusal with every reason."""
    loaded, wanted = asked.loaded, Request(visit.actor, asked.ask)
    return plan(loaded.state, loaded.offer, wanted, loaded.today, loaded.orders)


def _carry_out(visit: Visit, ask: ReturnOrder, shown: Quote) -> tuple[UUID, ...]:
    """Submit what was shown, and nothing else. Raises Refusal: `quote_stale`, and whatever refuses it by now."""
    wanted = Request(visit.actor, ask)
    stored = preview_change(account_id=visit.account_id, request=wanted, now=visit.now)
    if stored.quote.fingerprint != shown.fingerprint:
        raise Refusal("quote_stale", {})
    submitted = submit_quote(
        account_id=visit.account_id, quote_id=stored.id, actor=visit.actor, session=NOBODY, now=visit.now
    )
    return submitted.refunds


def _send(visit: Visit, refunds: tuple[UUID, ...]) -> None:
    """What the gateway gives no answer to is left to the worker: the obligation stands."""
    for refund_id in refunds:
        try:
            send_refund(account_id=visit.account_id, refund_id=refund_id, now=visit.now)
        except (GatewayError, RefundFailed) as error:
            log.warning("refund %s is left to the worker: %s", refund_id, error)


def _refused(request: AccountRequest, order_id: UUID, refused: Refusal) -> HttpResponse:
    """What stands in the way by now; or the page again, where what it would do has changed under the hand."""
    asked = _read(request, order_id)
    if asked.receipt.status == OrderStatus.RETURNED:
        return redirect("portal:order", order_id=order_id)
    if refused.code == "quote_stale":
        return _page(request, asked, _plan(request.visit, asked), has_changed=True)
    found, who = refused.reasons or _waits(request.visit, asked), asked.who
    wanted = Wanted(Action.RETURN_ORDER, next(iter(returns.bought(asked.receipt, asked.loaded.state)), None))
    context = {
        "order": asked.receipt,
        "reasons": remedies.shown(found, wanted, who.locale, who.names),
        "refusal": words.refusal(Refusal("not_returnable", {}), who.locale, who.names),
        "help": remedies.help_address(wanted, found[0].code if found else refused.code),
    }
    status = NOT_POSSIBLE if request.method == "POST" else 200
    return render(request, "portal/flows/return_closed.html", context, status=status)


def _waits(visit: Visit, asked: Asked) -> tuple[Reason, ...]:
    """Why an order can't be given back that has not taken effect: it still waits for its money."""
    loaded = asked.loaded
    waiting = [one for one in returns.bought(asked.receipt, loaded.state) if one.open_order]
    found = (
        reasons(loaded.state, loaded.offer, Action.RETURN_ORDER, one, visit.actor, loaded.today) for one in waiting
    )
    return tuple(reason for each in found for reason in each)


def _page(request: AccountRequest, asked: Asked, quote: Quote, *, has_changed: bool = False) -> HttpResponse:
    loaded, who = asked.loaded, asked.who
    methods = {method.id: method.label for method in loaded.state.methods}
    context = {
        "order": asked.receipt,
        "title": words.order_action(asked.receipt.action),
        "undone": returns.undone(quote, loaded.state, who),
        "ended": returns.ends_today(quote, loaded.state, loaded.today, who),
        "summary": returns.summary(quote, who),
        "refund": -quote.at_gateway if quote.collection is Collection.REFUND else None,
        "to_balance": quote.to_balance,
        "from_balance": quote.from_balance,
        "method": methods.get(quote.method_id or "", ""),
        "parts": _shown_parts(asked),
        "has_parts": len(asked.parts) > 1,
        "is_part": len(asked.chosen) < len(asked.parts),
        "last_day": min(part.last_day for part in asked.parts if part.id in asked.chosen),
        "renewal": pricing.renewal(quote, who) if len(quote.promised) == 1 else None,
        "renewals": pricing.renewals(quote, loaded.state, who),
        "is_due": any(coming.on <= loaded.today for coming in quote.promised),
        "seen": _seen(quote),
        "has_changed": has_changed,
        "differences": _differences(request, quote, who) if has_changed else [],
    }
    return render(request, "portal/flows/return_order.html", context, status=NOT_POSSIBLE if has_changed else 200)


def _shown_parts(asked: Asked) -> list[tuple[Part, bool, tuple[components.Reason, ...]]]:
    """Each part, whether it is chosen, and every reason why it can't be."""
    who, subscriptions = asked.who, {one.id: one for one in asked.loaded.state.subscriptions}
    return [
        (
            part,
            part.id in asked.chosen,
            remedies.shown(part.reasons, Wanted(Action.RETURN_ORDER, subscriptions[part.id]), who.locale, who.names),
        )
        for part in asked.parts
    ]


def _seen(quote: Quote) -> dict[str, str]:
    """What the form carries back, so that a change can be shown beside what was seen."""
    renewal = sum((quote.charge_of(coming) or coming.amount).minor for coming in quote.promised)
    return {"seen": quote.fingerprint, "seen_total": str(-quote.total.minor), "seen_renewal": str(renewal)}


def _differences(request: AccountRequest, quote: Quote, who: Reader) -> list[Difference]:
    """The amounts that the form was sent with, beside those that hold now, where they differ."""
    rows = {"seen_total": _("Goes back"), "seen_renewal": _("Next renewal")}
    now, currency = _seen(quote), quote.total.currency
    return [
        Difference(label, _amount(request.POST.get(name, ""), currency, who), _amount(now[name], currency, who))
        for name, label in rows.items()
        if request.POST.get(name) != now[name]
    ]


def _amount(minor: str, currency: str, who: Reader) -> str:
    """An amount that came with the form; what is none is shown as unknown."""
    digits = minor.removeprefix("-")
    if not digits.isdecimal() or len(digits) > 12:
        return "–"
    return formats.money(Money(int(minor), currency), who.locale)
