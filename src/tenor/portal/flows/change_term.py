"""Change term: the terms side by side, and one step to choose. Nothing is charged now."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.domain.account import Subscription
from tenor.domain.comparison import Against, TermOption, compare_terms
from tenor.domain.effects import Schedule
from tenor.domain.eligibility import Action, reasons
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ChangeTerm, Request
from tenor.portal.flows.shared import NOT_POSSIBLE, Reader, closed_page, load_account, owned, reader
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import formats, words
from tenor.ui.components import Step, TermChoice
from tenor.usecases.load import Loaded
from tenor.usecases.preview_change import preview_change
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote

CHANGED = frozenset({"price_changed", "quote_stale"})


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def change_term(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows the terms; POST confirms one, if it still costs what the page said."""
    loaded = load_account(request.visit)
    subscription = owned(loaded, subscription_id)
    found = reasons(loaded.state, loaded.offer, Action.CHANGE_TERM, subscription, request.visit.actor, loaded.today)
    if found:
        return closed_page(request, loaded, subscription, Action.CHANGE_TERM, found)
    if request.method != "POST":
        return _page(request, loaded, subscription)
    try:
        quote = _confirm(request, subscription)
    except Refusal as refused:
        if refused.reasons:
            return closed_page(request, loaded, subscription, Action.CHANGE_TERM, refused.reasons)
        return _page(request, load_account(request.visit), subscription, refused=refused)
    messages.success(request, _done(quote, reader(request.visit, loaded)))
    return redirect("portal:subscription", subscription_id=subscription_id)


def _confirm(request: AccountRequest, subscription: Subscription) -> Quote:
    """Schedule the term. Raises Refusal: `no_term_chosen`, `price_changed`, and whatever refuses the change itself."""
    visit, months = request.visit, request.POST.get("months", "")
    if not months.isdecimal():
        raise Refusal("no_term_chosen", {})
    asked = Request(visit.actor, ChangeTerm(subscription.id, int(months[:4])))
    stored = preview_change(account_id=visit.account_id, request=asked, now=visit.now)
    promised = _unit_price(stored.quote)
    if promised is not None and str(promised) != request.POST.get(f"price_{months}"):
        raise Refusal("price_changed", {})
    submit_quote(account_id=visit.account_id, quote_id=stored.id, actor=visit.actor, session=NOBODY, now=visit.now)
    return stored.quote


def _unit_price(quote: Quote) -> int | None:
    """The price of one seat that the quote promises, in minor units; None where going back promises no renewal."""
    if quote.promised:
        return quote.promised[0].unit_price.minor
    prices = (effect.unit_price for effect in quote.effects if isinstance(effect, Schedule))
    return next((price.minor for price in prices if price is not None), None)


def _page(
    request: AccountRequest, loaded: Loaded, subscription: Subscription, *, refused: Refusal | None = None
) -> HttpResponse:
    who = reader(request.visit, loaded)
    options = compare_terms(loaded.state, loaded.offer, subscription, loaded.today)
    wanted = request.POST.get("months") or request.GET.get("months", "")
    has_changed = refused is not None and refused.code in CHANGED
    context = {
        "subscription": subscription,
        "name": who.names.product(subscription.product),
        "plan": who.names.plan(subscription.product, subscription.plan),
        "seats": words.seats(options[0].seats if options else subscription.seats, who.locale),
        "choices": [_choice(option, subscription, wanted, who) for option in options],
        "shown": [(option.term.months, option.price.amount.minor) for option in options],
        "priced": who.tax.priced(included=any(option.price.entry.tax_included for option in options)),
        "has_changed": has_changed,
        "error": words.refusal(refused, who.locale, who.names) if refused and not has_changed else "",
    }
    return render(request, "portal/flows/change_term.html", context, status=NOT_POSSIBLE if has_changed else 200)


def _choice(option: TermOption, subscription: Subscription, wanted: str, who: Reader) -> TermChoice:
    months = option.term.months
    per_seat = _("%(seats)s at %(price)s each, %(every)s") % {
        "seats": words.seats(option.seats, who.locale),
        "price": formats.money(option.price.amount, who.locale),
        "every": words.every(months),
    }
    against = option.against_current
    return TermChoice(
        value=str(months),
        label=words.capital(words.term(months)),
        price=option.amount,
        period=per_seat if option.seats > 1 else words.every(months),
        per_year=option.per_year,
        starts=option.starts_on,
        saving=(against.difference, against.share) if against else None,
        lapsing=(option.lapsed_amount, option.lapsed_extra) if option.lapsed_extra else None,
        current=option.is_current,
        selected=wanted == str(months) if wanted else option.is_chosen,
        steps=[
            *words.explain(option.explanation, who.locale, who.names),
            *_compared(against, option, subscription, who),
        ],
    )


def _compared(against: Against | None, option: TermOption, subscription: Subscription, who: Reader) -> Iterator[Step]:
    """What stands behind a saving: both costs over the same stretch of time."""
    if against is None:
        return
    facts = {
        "term": words.term(option.term.months),
        "cost": formats.money(against.cost, who.locale),
        "span": words.term(against.months),
        "current": words.term(subscription.term.months),
        "other": formats.money(against.other, who.locale),
    }
    said = _("%(term)s: %(cost)s over %(span)s; today's term (%(current)s): %(other)s over the same time.") % facts
    yield Step(words.capital(said))


def _done(quote: Quote, who: Reader) -> str:
    told = " ".join(words.effect(effect, who.locale, who.names) + "." for effect in quote.effects)
    return _("%(what)s Nothing is charged now, and you can undo it until then.") % {"what": told}
