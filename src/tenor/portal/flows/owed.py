"""What is owed, changed or ended: fewer seats, another term or plan, some instead of all; or not taken at all."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.domain.account import Subscription
from tenor.domain.changes.change_plan import plans_at_renewal
from tenor.domain.changes.reduce_seats import least_seats
from tenor.domain.eligibility import Action, reasons
from tenor.domain.eligibility.case import late_renewal_closes_on
from tenor.domain.methods import charged_to
from tenor.domain.owed import starts_anew
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.renewals import terms_at_renewal
from tenor.domain.requests import ChangeOwed, DeclineOwed, OwedChoice, Request, SetAutoRenew
from tenor.domain.under_way import as_owed, once_paid, owed_term, owed_together, still_owed
from tenor.portal.flows.payable import Payable, chosen_method, payable
from tenor.portal.flows.paying import collect_and_go_on
from tenor.portal.flows.shared import (
    NOT_POSSIBLE,
    STEPS,
    Reader,
    closed_page,
    load_account,
    owned,
    reader,
    session,
)
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import formats, words
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change
from tenor.usecases.resume_order import resume_order
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote

LONGEST_REASON = 500
WHOLE_NUMBER = 9
"""Digits of a number that is worth reading."""


@dataclass(frozen=True, slots=True)
class Option:
    """A term or a plan to choose from."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription on the unpaid invoice: what of it may be chosen. Seats as they were typed."""

    subscription: Subscription
    name: str
    seats: str
    least: int
    most: int
    terms: tuple[Option, ...]
    plans: tuple[Option, ...]
    is_chosen: bool


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def change_owed(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows what can be chosen; POST goes on to the review, which charges it."""
    loaded, data = load_account(request.visit), request.POST or request.GET
    one = owned(loaded, subscription_id)
    own = loaded.state.method_of(once_paid(one, loaded.offer.policy, loaded.today))
    methods = payable(loaded, data.get("method", ""), own)
    judged = charged_to(one, chosen_method(methods))
    if found := _reasons(request, loaded, judged, Action.CHANGE_OWED):
        return closed_page(request, loaded, one, Action.CHANGE_OWED, found)
    rows = [_row(loaded, each, data, reader(request.visit, loaded)) for each in _together(loaded, one)]
    if request.method != "POST":
        return _change_page(request, loaded, one, rows, methods)
    try:
        asked = Request(request.visit.actor, _wish(rows, data, methods))
        stored = preview_change(account_id=request.visit.account_id, request=asked, now=request.visit.now)
    except Refusal as refused:
        if refused.reasons:
            return closed_page(request, loaded, one, Action.CHANGE_OWED, refused.reasons)
        return _change_page(request, loaded, one, rows, methods, refused=refused)
    return redirect("portal:review", quote_id=stored.id)


def _together(loaded: Loaded, one: Subscription) -> tuple[Subscription, ...]:
    return owed_together(loaded.state, one, loaded.today)


def _reasons(request: AccountRequest, loaded: Loaded, one: Subscription, action: Action) -> tuple[Reason, ...]:
    return reasons(loaded.state, loaded.offer, action, one, request.visit.actor, loaded.today)


def _row(loaded: Loaded, one: Subscription, data: QueryDict, who: Reader) -> Row:
    owed = owed_term(one, loaded.today)
    assert owed is not None, "it stands on an unpaid invoice"
    as_it_is = as_owed(one, owed)
    months, plan = data.get(f"months_{one.id}", str(owed.months)), data.get(f"plan_{one.id}", owed.plan)
    terms = [term.months for term in terms_at_renewal(loaded.state, loaded.offer, as_it_is, loaded.today)]
    plans = plans_at_renewal(loaded.state, loaded.offer, as_it_is, loaded.today)
    return Row(
        subscription=one,
        name=who.names.product(one.product),
        seats=data.get(f"seats_{one.id}", str(owed.seats)),
        least=least_seats(loaded.offer, one),
        most=max(owed.seats, one.last_seats),
        terms=tuple(Option(str(each), words.term(each), str(each) == months) for each in sorted({*terms, owed.months})),
        plans=tuple(
            Option(each, who.names.plan(one.product, each), each == plan) for each in sorted({*plans, owed.plan})
        ),
        is_chosen="of" not in data or one.id in data.getlist("s"),
    )


def _wish(rows: list[Row], data: QueryDict, methods: list[Payable]) -> ChangeOwed:
    """What the form asks. Raises Refusal("seats_not_positive") for what is no number of seats."""
    chosen = tuple(
        OwedChoice(
            row.subscription.id,
            seats=_number(row.seats),
            months=next((int(each.value) for each in row.terms if each.is_chosen), None),
            plan=next((each.value for each in row.plans if each.is_chosen), None),
        )
        for row in rows
        if row.is_chosen
    )
    method = chosen_method(methods)
    return ChangeOwed(chosen, method.id if method else None, keep=_keeps(data))


def _keeps(data: QueryDict) -> bool:
    """Whether the method is to pay from now on: ticked, as long as nobody unticked it."""
    return "of" not in data or "keep" in data


def _number(typed: str) -> int:
    if not typed.isdecimal() or len(typed) > WHOLE_NUMBER:
        raise Refusal("seats_not_positive")
    return int(typed)


def _change_page(
    request: AccountRequest,
    loaded: Loaded,
    one: Subscription,
    rows: list[Row],
    methods: list[Payable],
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    who = reader(request.visit, loaded)
    context = {
        "subscription": one,
        "name": who.names.product(one.product),
        "steps": STEPS,
        "owed": _sentences(loaded, one, who),
        "anew": starts_anew(loaded.state, loaded.offer, one, loaded.today),
        "rows": rows,
        "methods": methods,
        "keeps": _keeps(request.POST or request.GET),
        "may_leave_out": len(rows) > 1 and not _reasons(request, loaded, one, Action.DECLINE_OWED),
        "may_end": not _reasons(request, loaded, one, Action.DECLINE_OWED),
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
    }
    return render(request, "portal/flows/change_owed.html", context, status=NOT_POSSIBLE if refused else 200)


def _sentences(loaded: Loaded, one: Subscription, who: Reader) -> tuple[str, ...]:
    return words.owed(still_owed(loaded.state, [one], loaded.today), who.locale)


# --- ending it ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def decline_owed(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows both ways to stop; POST ends it now ("end"), or pays it and stops after it ("stop")."""
    loaded = load_account(request.visit)
    one = owned(loaded, subscription_id)
    if found := _reasons(request, loaded, one, Action.DECLINE_OWED):
        return closed_page(request, loaded, one, Action.DECLINE_OWED, found)
    if request.method != "POST":
        return _end_page(request, loaded, one)
    try:
        return _pay_and_stop(request, loaded, one) if request.POST.get("do") == "stop" else _end(request, loaded, one)
    except Refusal as refused:
        if refused.reasons:
            return closed_page(request, loaded, one, Action.DECLINE_OWED, refused.reasons)
        return _end_page(request, loaded, one, refused=refused)


def _end(request: AccountRequest, loaded: Loaded, one: Subscription) -> HttpResponse:
    """Take none of what is chosen (`s`): the subscription itself, where nothing else is owed with it."""
    together = {each.id for each in _together(loaded, one)}
    ids = tuple(each for each in request.POST.getlist("s") if each in together)
    if not ids and len(together) > 1:
        raise Refusal("nothing_chosen")
    _submit(request, DeclineOwed(ids or (one.id,), why=request.POST.get("why", "").strip()[:LONGEST_REASON]))
    messages.success(request, _("It has ended, and nothing is owed for it. Nothing is charged any more."))
    return redirect("portal:subscription", subscription_id=one.id)


def _pay_and_stop(request: AccountRequest, loaded: Loaded, one: Subscription) -> HttpResponse:
    """Renewal off after what is owed, then the payment: whatever becomes of it, the off is kept."""
    visit, order = request.visit, one.open_order
    if order is None:  # there is nothing to pay: what was owed has been given up
        raise Refusal("unknown_order", {"order": ""})
    off = SetAutoRenew((one.id,), on=False, why=request.POST.get("why", "").strip()[:LONGEST_REASON], after_owed=True)
    try:
        _submit(request, off)
    except Refusal as refused:
        if refused.code != "already_off":
            raise
    method = chosen_method(payable(loaded, request.POST.get("method", ""), loaded.state.method_of(one)))
    resumed = resume_order(
        account_id=visit.account_id,
        order_id=UUID(order.id),
        method_id=method.id if method else None,
        actor=visit.actor,
        session=session(visit),
        now=visit.now,
    )
    return collect_and_go_on(visit, resumed.order_id, resumed.payment_id)


def _submit(request: AccountRequest, ask: DeclineOwed | SetAutoRenew) -> None:
    visit = request.visit
    stored = preview_change(account_id=visit.account_id, request=Request(visit.actor, ask), now=visit.now)
    submit_quote(account_id=visit.account_id, quote_id=stored.id, actor=visit.actor, session=NOBODY, now=visit.now)


def _end_page(
    request: AccountRequest, loaded: Loaded, one: Subscription, *, refused: Refusal | None = None
) -> HttpResponse:
    who = reader(request.visit, loaded)
    after = once_paid(one, loaded.offer.policy, loaded.today)
    last = late_renewal_closes_on(loaded.offer, one) - timedelta(days=1)
    own = loaded.state.method_of(after)
    context = {
        "subscription": one,
        "name": who.names.product(one.product),
        "owed": _sentences(loaded, one, who),
        "order": one.open_order,
        "total": one.open_order.total if one.open_order else None,
        "together": [(each, who.names.product(each.product)) for each in _together(loaded, one)],
        "late_until": formats.day(last, who.locale) if last >= loaded.today else "",
        "runs_until": after.renews_on,
        "methods": payable(loaded, "", own),
        "longest": LONGEST_REASON,
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
    }
    return render(request, "portal/flows/decline_owed.html", context, status=NOT_POSSIBLE if refused else 200)
