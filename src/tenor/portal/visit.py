"""Who is here: the signed-in person, the account chosen among theirs, the instant. Read once a request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language
from django_htmx.middleware import HtmxDetails

from tenor.db.access import account_scope
from tenor.db.queries.people import colleagues
from tenor.db.queries.visits import AccountAccess, Visitor, read_visitor
from tenor.domain.account import Actor, Role
from tenor.domain.permissions import Permission, closing, may
from tenor.domain.terms import local_date
from tenor.gateways import clock
from tenor.portal import remedies
from tenor.portal.signed_out import to_sign_in
from tenor.ui import formats, words
from tenor.ui.context import AccountChoice, Chrome

CHOSEN = "account_id"
"""Where the session keeps the account that was chosen."""

ASKED = "account"
"""What an address says which account it is about: mails lead to one of several."""

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a person to an account.

    `now` is the business instant, `today` the account's calendar day at it (rules 1); `language` is that of the page,
    `country` (ISO 3166) and `time_zone` (IANA) are the account's. `accounts` are all that the person may enter.
    """

    account_id: UUID
    actor: Actor
    now: datetime
    today: date
    language: str
    country: str
    time_zone: str
    accounts: tuple[AccountAccess, ...]


class AccountRequest(HttpRequest):
    """What a page inside an account gets: a request with the visit and the frame's facts."""

    visit: Visit
    chrome: Chrome
    htmx: HtmxDetails


View = Callable[Concatenate[AccountRequest, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def account_page_for(needs: Permission) -> Callable[[View[P]], Page[P]]:
    """A page inside an account: sets `request.visit` and `request.chrome`. Here every right is checked (rules 12).

    Whoever belongs to the account may look. What is sent (whatever is not GET) needs that permission: without it the
    page is not run, the answer says why and whom to ask, with status 403. A page that is looked at shows by itself
    which of its forms are closed to whom.

    Who is not signed in is sent to the sign-in page, and back afterwards. Nothing of it is kept by browsers or proxies.
    """

    def decorated(view: View[P]) -> Page[P]:
        @wraps(view)
        def visited(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = _enter(request, needs, view, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        return cast("Page[P]", visited)

    return decorated


def account_page(view: View[P]) -> Page[P]:
    """As `account_page_for`: a view that does not say otherwise takes nothing from who may not buy."""
    return account_page_for(Permission.BUY)(view)


def _enter(
    request: HttpRequest,
    needs: Permission,
    view: View[P],
    *args: P.args,
    **kwargs: P.kwargs,
) -> HttpResponse:
    person = request.user
    if not person.is_authenticated:
        return to_sign_in(request)
    visitor = read_visitor(person.pk)
    if request.method in SAFE and (asked := request.GET.get(ASKED)):
        return _to_account(request, visitor, asked)
    if not visitor.accounts:
        request.chrome = Chrome(person_name=person.name, person_email=person.email)  # type: ignore[attr-defined]
        return render(request, "portal/no_account.html", status=403)
    inside = _inside(request, visitor)
    if request.method not in SAFE and not may(inside.visit.actor.role, needs):
        return _not_allowed(inside, needs)
    return view(inside, *args, **kwargs)


def _to_account(request: HttpRequest, visitor: Visitor, asked: str) -> HttpResponse:
    """To the same page of the account that a mail's link names, if the person belongs to it; it is chosen from then on.

    Only the choice in the session changes. Whoever does not belong to it sees the page of their own account.
    """
    if any(str(account.account_id) == asked for account in visitor.accounts):
        request.session[CHOSEN] = asked
    query = request.GET.copy()
    del query[ASKED]
    path = escape_leading_slashes(request.path)
    return HttpResponseRedirect(f"{path}?{query.urlencode()}" if query else path)


def _not_allowed(request: AccountRequest, needs: Permission) -> HttpResponse:
    """What was sent is not part of the person's role: why, and whom to ask."""
    visit = request.visit
    with account_scope(visit.account_id):
        people = colleagues(visit.account_id)
    locale = formats.locale_for(visit.language, visit.country)
    reasons = remedies.shown(closing(visit.actor, needs, people), remedies.Wanted(""), locale)
    return render(request, "portal/not_allowed.html", {"reasons": reasons}, status=403)


def chosen_account(request: HttpRequest, accounts: tuple[AccountAccess, ...]) -> AccountAccess:
    """The account that the session names, if the person (still) belongs to it; else the first of theirs."""
    wanted = request.session.get(CHOSEN)
    return next((account for account in accounts if str(account.account_id) == wanted), accounts[0])


def _inside(request: HttpRequest, visitor: Visitor) -> AccountRequest:
    person, now = request.user, clock.now_by(visitor.clock)
    assert person.is_authenticated
    chosen = chosen_account(request, visitor.accounts)
    role = Role(chosen.role)
    visit = Visit(
        account_id=chosen.account_id,
        actor=Actor(id=str(person.pk), name=person.name, role=role),
        now=now,
        today=local_date(now, chosen.time_zone),
        language=get_language() or "en",
        country=chosen.country,
        time_zone=chosen.time_zone,
        accounts=visitor.accounts,
    )
    request.visit = visit  # type: ignore[attr-defined]
    request.chrome = _chrome(request, visit, chosen)  # type: ignore[attr-defined]
    return request  # type: ignore[return-value]


def _chrome(request: HttpRequest, visit: Visit, chosen: AccountAccess) -> Chrome:
    return Chrome(
        person_name=visit.actor.name,
        person_email=request.user.email if request.user.is_authenticated else "",
        role=words.capital(words.role(visit.actor.role)),
        account=_choice(chosen),
        accounts=tuple(map(_choice, visit.accounts)),
        business_date=visit.today,
        zone=visit.time_zone,
    )


def _choice(account: AccountAccess) -> AccountChoice:
    return AccountChoice(str(account.account_id), account.name, account.country)
