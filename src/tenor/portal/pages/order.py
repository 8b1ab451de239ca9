"""One order, which is its receipt: what was bought and why it costs that, how it was paid, what it still waits for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from tenor.db.access import account_scope
from tenor.db.queries.receipts import Attempt, Party, Receipt, read_receipt
from tenor.db.queries.returns import read_returns
from tenor.domain.account import RENEWAL, PaymentMethod
from tenor.domain.direct_debit import order_arrives_on, takes_effect_at_once
from tenor.domain.effects import OpenSubscription, SetSeats, changed_by
from tenor.domain.lifecycle import AWAITED, OPEN_ORDER, OrderStatus, PaymentStatus, shown_status
from tenor.domain.money import Money
from tenor.domain.owed import starts_anew
from tenor.domain.quote import Quote
from tenor.domain.terms import Period, local_date
from tenor.domain.under_way import once_paid
from tenor.portal import payouts, remedies, returns
from tenor.portal.flows import pricing
from tenor.portal.flows.order_method import kinds_to_pay
from tenor.portal.flows.shared import Reader, reader, whole
from tenor.portal.owing import Owing, owing
from tenor.portal.pages.order_methods import paying_by
from tenor.portal.payouts import OfferedPayOut
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, Visit, account_page
from tenor.ui import formats, words
from tenor.ui.components import PriceLine, PriceSummary
from tenor.usecases.load import Loaded, load
from tenor.usecases.tell import SYSTEM

CALLED_OFF = frozenset({OrderStatus.FAILED, OrderStatus.CANCELED, OrderStatus.EXPIRED})
DONE = frozenset({OrderStatus.PAID, OrderStatus.FULFILLED})
PAID_AHEAD = "renew_early"
UNCLEAR = frozenset({PaymentStatus.SENDING, PaymentStatus.UNKNOWN})
ASKED_BEFORE = "asked"
MOST_ASKED = 40
"""A page that waits for an answer asks so often, every three seconds: two minutes."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the receipt: a tone of components/receipt.html ("", "wait", "fail"), a title and a sentence."""

    tone: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be done about an order that waits. `amount` is to pay, `methods` with which ones it could be."""

    amount: Money
    resume: bool
    cancel: bool
    go_on_url: str
    methods: tuple[PaymentMethod, ...]


@require_safe
@account_page
def order(request: AccountRequest, order_id: UUID) -> HttpResponse:
    """The receipt, to read, to print, and to go on with where the payment was interrupted."""
    visit = request.visit
    with account_scope(visit.account_id):
        receipt = read_receipt(visit.account_id, order_id)
        if receipt is None:
            raise Http404
        loaded = load(visit.account_id, visit.now, with_orders=receipt.status == OrderStatus.FULFILLED)
        returned = read_returns(visit.account_id, order_id) if _is_returned(receipt) else ()
    if request.htmx:
        return _awaited_still(request, receipt)
    who = reader(visit, loaded)
    quote, about = _in_force(receipt, loaded.today), _subscriptions(receipt, loaded, who)
    offered, anew = _offered(visit, loaded, receipt), _starting_anew(loaded, receipt)
    is_in_force = receipt.status not in (OrderStatus.RETURNED, *CALLED_OFF)
    context = {
        "order": receipt,
        "head": _head_of_return(receipt) if returned else _head(receipt, loaded, who),
        "status": shown_status(receipt.status, receipt.waiting_for, is_partly_returned=bool(returned)),
        "again": _again(request, receipt),
        "title": words.order_action(receipt.action),
        "summary": _summary(receipt, loaded, who, anew),
        "renewal": pricing.renewal(quote, who) if is_in_force else None,
        "renewals": pricing.renewals(quote, loaded.state, who) if is_in_force else [],
        "parties": _parties(receipt, who),
        "completed_at": _completed_later(receipt, visit),
        "return": returns.offer(visit, loaded, receipt, who),
        "given": [returns.given(one, loaded, who) for one in returned],
        "help_url": remedies.help_address(Wanted("return_order"), "refund_failed"),
        "pay_out": _pay_out(visit, loaded, receipt),
        "effects": _effects(quote, loaded, who) if receipt.status in DONE else [],
        "attempts": [(attempt, _said(attempt)) for attempt in receipt.attempts],
        "offered": offered,
        "paying": paying_by(request, loaded, receipt, who) if offered else None,
        "kinds": kinds_to_pay(loaded, who) if offered else [],
        "owing": _owing(visit, loaded, receipt, who),
        "starts_anew": bool(anew),
        "subscriptions": about,
        "by": "" if receipt.placed_by == SYSTEM.name else receipt.placed_by,
        "close_url": _close_url(about),
        "assign_url": _assign_url(receipt),
    }
    return render(request, "portal/order.html", context)


def _pay_out(visit: Visit, loaded: Loaded, receipt: Receipt) -> OfferedPayOut | None:
    """The other way for a credit that went to the balance: back to the method (docs/adr 29)."""
    credited = receipt.status in DONE and receipt.quote.to_balance
    return payouts.offer(visit) if credited and loaded.state.balance else None


def _close_url(about: list[tuple[str, str]]) -> str:
    """Back to the subscription, if it is about one."""
    return reverse("portal:subscription", args=[about[0][0]]) if len(about) == 1 else reverse("portal:orders")


def _assign_url(receipt: Receipt) -> str:
    """Where the seats that an order added are given to people; "" where it added none, or to several subscriptions."""
    grown = {
        effect.subscription_id
        for effect in receipt.quote.effects
        if isinstance(effect, OpenSubscription) or (isinstance(effect, SetSeats) and effect.after > effect.before)
    }
    one = next(iter(grown)) if len(grown) == 1 and receipt.status in DONE else None
    return reverse("portal:assign_users", args=[one]) if one else ""


def _summary(receipt: Receipt, loaded: Loaded, who: Reader, anew: Mapping[str, Period]) -> PriceSummary:
    """The agreed lines, those that start anew with their new days; what is over is no longer "to pay now"."""
    summary = pricing.summary(receipt.quote, who)
    if anew:
        ids = [line.subscription_id for line in receipt.quote.lines]
        lines = [_moved(line, anew.get(id_), who) for line, id_ in zip_longest(summary.lines, ids)]
        summary = replace(summary, lines=lines)
    if receipt.status in CALLED_OFF:  # nothing was charged, and the balance has its part again
        return replace(summary, total_label=summary.total_label or _("Total"), paid=(), rest=None)
    if receipt.status not in OPEN_ORDER and summary.rest is not None:
        return replace(summary, rest_label=_("Charged"))
    if summary.total_label or receipt.status in OPEN_ORDER:
        return summary
    return replace(summary, total_label=_("Total"))


def _head(receipt: Receipt, loaded: Loaded, who: Reader) -> Head:
    if _was_taken_back(receipt):
        told = _("What was bought is owed again. Please pay it once more.")
        return Head("fail", _("Your bank took the payment back"), told)
    if receipt.status in DONE and receipt.action == RENEWAL:
        return Head("", _("The renewal is completed"), _("The next term is paid."))
    if receipt.status in DONE and receipt.action == PAID_AHEAD:
        told = _("The next term begins on its renewal date. Nothing is charged then.")
        return Head("", _("Thank you, the renewal is paid"), told)
    if receipt.status in DONE:
        return Head("", _("Thank you, the order is completed"), _("The changes have taken effect."))
    if receipt.status in CALLED_OFF and receipt.action == RENEWAL:
        told = _("Its invoice is credited whole: nothing of it is owed.")
        return Head("", _("The renewal was withdrawn"), told)
    if receipt.status in CALLED_OFF:
        title = {
            OrderStatus.FAILED: _("The payment failed"),
            OrderStatus.CANCELED: _("The order is canceled"),
            OrderStatus.EXPIRED: _("The order expired"),
        }[OrderStatus(receipt.status)]
        return Head("fail", title, _("Nothing was charged, and nothing has changed."))
    if receipt.waiting_for and receipt.action == RENEWAL and not receipt.attempts:
        # It took the place of an invoice that was declined, and was not tried itself.
        told = _("Nothing was charged. Choose a payment method and pay.")
        return Head("fail", _("The renewal is not paid yet"), told)
    if receipt.waiting_for == "direct_debit" and (arrives := order_arrives_on(loaded.state, str(receipt.id))):
        is_done = takes_effect_at_once(loaded.offer.policy, receipt.action)
        told = words.debit_arrival(arrives, who.locale, takes_effect=not is_done)
        return Head("wait", words.waiting_title(receipt.waiting_for), told)
    if receipt.waiting_for:
        tone = "fail" if receipt.waiting_for == "declined" else "wait"
        return Head(tone, words.waiting_title(receipt.waiting_for), words.waiting_for(receipt.waiting_for))
    return Head("wait", _("The order waits for its payment"), _("Nothing is changed before it is paid."))


def _is_awaited(receipt: Receipt) -> bool:
    """Whether the payment provider's answer may come at any moment, and nobody else is waited for."""
    last = receipt.attempts[-1].status if receipt.attempts else ""
    return receipt.status in OPEN_ORDER and (receipt.waiting_for in AWAITED or last in UNCLEAR)


def _again(request: AccountRequest, receipt: Receipt) -> str:
    """Where the page asks again for the answer that is awaited; "" where none is, or it was asked for long enough."""
    asked = whole(request.GET.get(ASKED_BEFORE, "0")) or 0
    if not _is_awaited(receipt) or not 0 <= asked < MOST_ASKED:
        return ""
    return f"{request.path}?{urlencode({ASKED_BEFORE: asked + 1})}"


def _awaited_still(request: AccountRequest, receipt: Receipt) -> HttpResponse:
    """What the waiting page asks for: to ask again; once the answer is there, the whole page."""
    if not _is_awaited(receipt):
        return HttpResponseClientRedirect(request.path)
    return render(request, "portal/order_awaited.html", {"again": _again(request, receipt)})


def _parties(receipt: Receipt, who: Reader) -> list[tuple[str, Party, str]]:
    """Seller and buyer with their countries, for paper."""
    if receipt.document is None:
        return []
    parties = {_("Seller"): receipt.document.seller, _("Buyer"): receipt.document.buyer}
    return [(label, party, words.country(party.country, who.locale)) for label, party in parties.items()]


def _completed_later(receipt: Receipt, visit: Visit) -> datetime | None:
    """When it was completed, where that was on another day than it was placed."""
    placed, completed = receipt.placed_at, receipt.fulfilled_at
    if completed is None or local_date(completed, visit.time_zone) == local_date(placed, visit.time_zone):
        return None
    return completed


def _is_returned(receipt: Receipt) -> bool:
    """Whether it, or a part of it, was given back."""
    return receipt.status == OrderStatus.RETURNED or bool(receipt.returned)


def _in_force(receipt: Receipt, today: date) -> Quote:
    """What was agreed, without what was done and promised for the subscriptions whose part was given back.

    A renewal is promised until its day has come.
    """
    quote, gone = receipt.quote, receipt.returned
    return replace(
        quote,
        effects=tuple(effect for effect in quote.effects if getattr(effect, "subscription_id", "") not in gone),
        promised=tuple(
            renewal for renewal in quote.promised if renewal.subscription_id not in gone and renewal.on > today
        ),
    )


def _moved(line: PriceLine, period: Period | None, who: Reader) -> PriceLine:
    """The line, and the days that it is for if it is paid today."""
    if period is None:
        return line
    start, end = (formats.day(day, who.locale, "medium") for day in (period.start, period.end))
    told = _("If you pay today: %(start)s to %(end)s") % {"start": start, "end": end}
    return replace(line, note=". ".join(filter(None, (str(line.note), told))))


def _head_of_return(receipt: Receipt) -> Head:
    """A return is done at once; only its money may still be under way."""
    if receipt.status != OrderStatus.RETURNED:
        told = _("What that part changed is undone. The rest of the order stands.")
        return Head("", _("A part of the order is returned"), told)
    return Head("", _("The order is returned"), _("What it changed is undone."))


def _offered(visit: Visit, loaded: Loaded, receipt: Receipt) -> Offered | None:
    """None where nothing is left to do, or for who may not buy."""
    if not (receipt.status in OPEN_ORDER or _was_taken_back(receipt)) or not visit.actor.role.may_buy:
        return None
    last = receipt.attempts[-1].status if receipt.attempts else ""
    under_way = receipt.status == OrderStatus.PROCESSING or last in UNCLEAR
    action_url = receipt.attempts[-1].action_url if last == PaymentStatus.REQUIRES_ACTION else ""
    return Offered(
        amount=_to_pay(receipt, loaded),
        resume=not under_way,
        cancel=not under_way and receipt.action != RENEWAL and not _was_taken_back(receipt),
        go_on_url=action_url,
        methods=() if action_url or under_way else _usable(loaded),
    )


def _to_pay(receipt: Receipt, loaded: Loaded) -> Money:
    """What is left to pay of it: what the gateway is asked for."""
    orders = (one.open_order for one in loaded.state.subscriptions)
    left = next((order.total for order in orders if order and order.id == str(receipt.id)), None)
    return left or receipt.quote.at_gateway


def _owing(visit: Visit, loaded: Loaded, receipt: Receipt, who: Reader) -> Owing | None:
    """What an unpaid renewal comes to, and what else can be done about it than paying; None for all else.

    The next try stands beside the methods (`paying_by`), with the one that it is charged to.
    """
    if receipt.status not in OPEN_ORDER or receipt.action != RENEWAL:
        return None
    about = {line.subscription_id for line in receipt.quote.lines}
    owned = (one for one in loaded.state.subscriptions if one.id in about)
    owed = (owing(loaded, one, visit.actor, who, says_next_try=False) for one in owned)
    return next((one for one in owed if one is not None), None)


def _was_taken_back(receipt: Receipt) -> bool:
    """Whether it was paid and carried out, and its invoice is owed again."""
    return (
        receipt.status == OrderStatus.FULFILLED and receipt.document is not None and receipt.document.status == "open"
    )


def _starting_anew(loaded: Loaded, receipt: Receipt) -> dict[str, Period]:
    """The terms of an unpaid renewal that begin on the day on which it is paid, as they are if that is today."""
    if receipt.status not in OPEN_ORDER or receipt.action != RENEWAL:
        return {}
    about = {line.subscription_id for line in receipt.quote.lines}
    owing = [one for one in loaded.state.subscriptions if one.id in about]
    return {
        one.id: Period(loaded.today, once_paid(one, loaded.offer.policy, loaded.today).renews_on)
        for one in owing
        if starts_anew(loaded.state, loaded.offer, one, loaded.today)
    }


def _usable(loaded: Loaded) -> tuple[PaymentMethod, ...]:
    """Methods that can be charged today, the default first."""
    allowed = loaded.offer.policy.paying_methods
    usable = (
        method
        for method in loaded.state.methods
        if method.status == "active" and not method.has_expired(loaded.today) and method.kind in allowed
    )
    return tuple(sorted(usable, key=lambda method: not method.is_default))


def _said(attempt: Attempt) -> str:
    """How one try to collect went."""
    if attempt.surplus and attempt.status == PaymentStatus.SUCCEEDED:
        return _("Paid a second time by mistake: this amount is being refunded")
    said = {
        PaymentStatus.SUCCEEDED: _("Paid"),
        PaymentStatus.REFUNDED: _("Paid and refunded"),
        PaymentStatus.REVERSED: _("Paid, then taken back by the bank"),
        PaymentStatus.FAILED: words.decline(attempt.decline_code),
        PaymentStatus.CANCELED: _("Called off"),
        PaymentStatus.REQUIRES_ACTION: _("Waits for you to confirm it"),
        PaymentStatus.PROCESSING: _("Under way at the bank"),
    }
    return said.get(PaymentStatus(attempt.status), _("Waits for the payment provider's answer"))


def _effects(quote: Quote, loaded: Loaded, who: Reader) -> list[str]:
    """What it did, in a line each; with the product's name where it was about several subscriptions."""
    products = {one.id: one.product for one in loaded.state.subscriptions}
    several = len(changed_by(quote.effects)) > 1
    told: list[str] = []
    for effect in quote.effects:
        product = products.get(getattr(effect, "subscription_id", ""), "")
        if sentence := words.effect(effect, who.locale, who.names, product):
            told.append(f"{who.names.product(product)}: {sentence}" if several and product else sentence)
    return told


def _subscriptions(receipt: Receipt, loaded: Loaded, who: Reader) -> list[tuple[str, str]]:
    """The subscriptions that the order is about and that the account has: id and name."""
    about = {line.subscription_id for line in receipt.quote.lines}
    return [
        (owned.id, f"{who.names.product(owned.product)} ({owned.number})")
        for owned in loaded.state.subscriptions
        if owned.id in about
    ]
