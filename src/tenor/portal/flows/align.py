"""Align payment dates, first step: which subscriptions, to which day, and what that costs each of them."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tenor.domain.account import Subscription
from tenor.domain.alignment import Grouping, grouping
from tenor.domain.changes.align_dates import latest_date, target_date
from tenor.domain.eligibility import Action, reasons
from tenor.domain.planner import plan
from tenor.domain.preparation import aligning_methods, common_method
from tenor.domain.quote import Quote
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.requests import Request
from tenor.portal import remedies
from tenor.portal.flows import align_shown as shown
from tenor.portal.flows import pricing
from tenor.portal.flows.align_form import DAY, SHOWN, Asked, read
from tenor.portal.flows.shared import NOT_POSSIBLE, STEPS, Reader, load_account, reader
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change

TEMPLATE = "portal/flows/align.html"
LIVE = "portal/flows/align_live.html"
"""The price and the picture alone, for htmx."""
ADJUST = ("update", "prepare_all", "only_now", "pick")
"""The buttons that only change what is shown."""


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def align(request: AccountRequest) -> HttpResponse:
    """GET shows the choice, or with htmx what it costs; POST goes on to the review."""
    loaded = load_account(request.visit)
    visit = request.visit
    closed = reasons(loaded.state, loaded.offer, Action.ALIGN, None, visit.actor, loaded.today)
    if closed:
        return _closed(request, loaded, closed)
    found = grouping(loaded.state, loaded.offer, visit.actor, loaded.today)
    data = request.POST if request.method == "POST" else request.GET
    asked = read(data)
    if request.method != "POST":
        return _page(request, loaded, found, _looked_at(asked, found, loaded, is_sent=SHOWN in data))
    if any(name in data for name in ADJUST):
        adjusted = _adjusted(asked, found, data.dict())
        return redirect(f"{request.path}?{adjusted.query}")
    return _save(request, loaded, found, asked)


def _looked_at(asked: Asked, found: Grouping, loaded: Loaded, *, is_sent: bool) -> Asked:
    """What the account has of what an address names; what suggests itself where it names nothing."""
    known = {one.id for one in loaded.state.subscriptions}
    ids = tuple(one for one in asked.ids if one in known)
    if not is_sent and not asked.ids:
        ids = shown.to_prepare(found, ()) if asked.prepare else shown.suggested(found)
    return replace(asked, ids=ids)


def _adjusted(asked: Asked, found: Grouping, data: dict[str, Any]) -> Asked:
    """The form after one of its buttons that only change what is shown."""
    if "prepare_all" in data:
        return replace(asked, prepare=True, ids=shown.to_prepare(found, asked.ids))
    if "only_now" in data:
        outside = {one.subscription.id for one in found.outsiders}
        return replace(asked, prepare=False, ids=tuple(one for one in asked.ids if one not in outside))
    if (place := str(data.get("pick", ""))).isdecimal() and int(place[:3]) < len(found.groups):
        return replace(asked, ids=tuple(one.id for one in found.groups[int(place[:3])].subscriptions))
    return asked


def _save(request: AccountRequest, loaded: Loaded, found: Grouping, asked: Asked) -> HttpResponse:
    visit = request.visit
    if not asked.is_typed_well:
        return _page(request, loaded, found, asked)
    try:
        stored = preview_change(account_id=visit.account_id, request=Request(visit.actor, asked.ask), now=visit.now)
    except Refusal as refused:
        if refused.code == "unknown_subscription":
            raise Http404 from refused
        return _page(request, loaded, found, asked, status=NOT_POSSIBLE)
    return redirect("portal:review", quote_id=stored.id)


def _page(request: AccountRequest, loaded: Loaded, found: Grouping, asked: Asked, *, status: int = 200) -> HttpResponse:
    who = reader(request.visit, loaded)
    chosen = tuple(one for one in loaded.state.subscriptions if one.id in asked.ids)
    quote, refused = _priced(request, loaded, shown.kept(asked, chosen))
    context = {
        "asked": asked,
        "steps": STEPS,
        "live_url": reverse("portal:align"),
        "is_typing_the_day": request.htmx.trigger_name == DAY,
        "is_done": shown.is_done(found) and not chosen,
        "can_prepare": any(one.can_be_prepared for one in found.outsiders),
        "chosen": len(chosen),
        "is_refused": status == NOT_POSSIBLE,
        **_days(asked, chosen, who),
        "show_choice_errors": request.method == "POST",
        **_price(quote, refused, asked, chosen, loaded, who),
    }
    if request.htmx:
        return render(request, LIVE, context)
    context |= {
        "groups": shown.groups(found, asked, who),
        "outsiders": shown.outsiders(found, asked, who),
        "methods": aligning_methods(loaded.state, loaded.offer, loaded.today) if asked.prepare else (),
        "common_method": common_method(loaded.state, loaded.offer, chosen, loaded.today),
    }
    return render(request, TEMPLATE, context, status=status)


def _days(asked: Asked, chosen: tuple[Subscription, ...], who: Reader) -> dict[str, Any]:
    """The day as its field shows it, the one that suggests itself, and those between which it may be."""
    if not chosen:
        return {"typed": asked.typed}
    earliest, latest = target_date(chosen), latest_date(chosen)
    suggested = earliest.isoformat()
    return {
        "typed": asked.typed if asked.is_other_day else suggested,
        "suggested": suggested,
        "latest": latest.isoformat() if latest > earliest else "",
        "presets": [day.isoformat() for day in shown.presets(chosen, latest)],
        "renewing_last": shown.named(max(chosen, key=lambda one: (one.renews_on, one.number)), who),
    }


def _priced(request: AccountRequest, loaded: Loaded, asked: Asked) -> tuple[Quote | None, Refusal | None]:
    """The quote as it would be now, not stored: a look at a price leaves nothing behind."""
    if not asked.is_typed_well:
        return None, None
    try:
        return plan(loaded.state, loaded.offer, Request(request.visit.actor, asked.ask), loaded.today), None
    except Refusal as refused:
        return None, refused


def _price(
    quote: Quote | None,
    refused: Refusal | None,
    asked: Asked,
    chosen: tuple[Subscription, ...],
    loaded: Loaded,
    who: Reader,
) -> dict[str, Any]:
    if refused is not None:
        return {
            "refusal": words.refusal(refused, who.locale, who.names) if not refused.reasons else "",
            "hindrances": shown.hindrances(refused.reasons, loaded.state, who),
            "offer_to_prepare": bool(refused.reasons) and not asked.prepare and shown.can_be_mended(refused.reasons),
        }
    if quote is None:
        return {}
    questions = shown.questions(quote, asked, chosen, who)
    is_clear = all(each.chosen for each in questions)
    summary, common = pricing.numbered(pricing.summary(quote, who), quote, loaded.state), shown.common_date(quote)
    folded = summary.lines if len(summary.lines) > shown.MOST_ROWS else ()
    return {
        "summary": replace(summary, lines=()) if folded else summary,
        "folded": folded,
        "common": common,
        "when_alignable": "" if common else shown.when_alignable(chosen, who),
        "base": shown.base(quote, chosen, loaded.state, who),
        "preparations": shown.steps(quote, loaded.state, who),
        "picture": shown.picture(quote, chosen, loaded.today, who),
        "questions": questions,
        "renewals": pricing.renewals(quote, loaded.state, who) if is_clear else [],
    }


def _closed(request: AccountRequest, loaded: Loaded, found: tuple[Reason, ...]) -> HttpResponse:
    """Every reason why nothing can be aligned, in place of the form."""
    wanted, who = Wanted(Action.ALIGN), reader(request.visit, loaded)
    context = {
        "closed": remedies.shown(found, wanted, who.locale, who.names),
        "help": remedies.help_address(wanted, found[0].code),
        "steps": STEPS,
    }
    status = NOT_POSSIBLE if request.method == "POST" else 200
    return render(request, TEMPLATE, context, status=status)
