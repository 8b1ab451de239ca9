"""Renewals in somebody's own calendar: the address that a calendar program reads, and turning it on and off."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit  # the public one lets every GET pass
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.calendar_feeds import find_feed, own_feed
from tenor.domain.permissions import Permission
from tenor.domain.situation import situations
from tenor.domain.tax import outlook
from tenor.gateways import clock
from tenor.portal.posted import posted_from
from tenor.portal.visit import AccountRequest, account_page_for
from tenor.ui import calendar as files
from tenor.ui import formats, words
from tenor.ui.words import Names, TaxWords
from tenor.usecases.calendar_token import calendar_token
from tenor.usecases.close_calendar import close_calendar
from tenor.usecases.invitation_token import digest_of
from tenor.usecases.load import Loaded, load
from tenor.usecases.open_calendar import open_calendar

ACTION = "calendar"
LIMITS = {ACTION: "60/h/key,600/h/ip"}
"""Programs look every quarter of an hour at most; of a whole office, all from one address."""
AS_FILE = {"Content-Disposition": 'inline; filename="renewals.ics"'}


@posted_from("portal:upcoming")
@account_page_for(Permission.LOOK)
def calendar_settings(request: AccountRequest) -> HttpResponse:
    """Turn one's own feed on, give it another address, or turn it off."""
    visit = request.visit
    user_id = UUID(visit.actor.id)
    match request.POST.get("do"):
        case "on":
            open_calendar(account_id=visit.account_id, user_id=user_id)
            messages.success(request, _("Your calendar has a new address."))
        case "off":
            close_calendar(account_id=visit.account_id, user_id=user_id, now=visit.now)
            messages.success(request, _("The calendar is turned off."))
        case _:
            raise Http404
    return redirect(f"{reverse('portal:upcoming')}#calendar")


def calendar_card(request: AccountRequest) -> dict[str, Any]:
    """What the upcoming payments show of it: the address of one's own feed, "" while it is off."""
    visit = request.visit
    with account_scope(visit.account_id):
        own = own_feed(visit.account_id, UUID(visit.actor.id))
    if own is None:
        return {"calendar_address": ""}
    path = reverse("portal:calendar_file", args=[calendar_token(own.id, own.serial)])
    return {"calendar_address": request.build_absolute_uri(path)}


@require_safe
@never_cache
def calendar_file(request: HttpRequest, feed: str) -> HttpResponse:
    """The feed itself: its secret address is all that it takes. 404 for one that never was, or is no longer."""
    if not ratelimit.consume(request, app="tenor", action=ACTION, config=LIMITS, key=feed, limit_get=True):
        return HttpResponse(status=429, content_type="text/plain", headers={"Retry-After": "3600"})
    found = find_feed(digest_of(feed))
    if found is None:
        raise Http404
    with account_scope(found.account_id):
        loaded = load(found.account_id, clock.now())
    with override(found.language):
        name = _("Renewals of %(account)s") % {"account": loaded.state.name}
        body = files.calendar_file(name, _entries(request, loaded, found.language), loaded.now)
    return HttpResponse(body, content_type=files.TYPE, headers=AS_FILE)


def _entries(request: HttpRequest, loaded: Loaded, language: str) -> Iterator[files.Entry]:
    """The day to come of each subscription; what is owed or ended has none."""
    state, names = loaded.state, Names.of(loaded.offer, language)
    locale = formats.locale_for(language, state.country)
    tax = TaxWords.of(outlook(loaded.offer, state, loaded.today)).included
    found = situations(state, loaded.offer, loaded.today)
    for one in sorted(state.subscriptions, key=lambda one: (found[one.id].on, one.number)):
        if title := words.calendar_title(found[one.id], one, locale, names, tax):
            url = request.build_absolute_uri(reverse("portal:subscription", args=[one.id]))
            yield files.Entry(f"renewal-{one.id}@tenor", found[one.id].on, title, url)
