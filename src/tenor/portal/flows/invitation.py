"""The page that an invitation's link opens. Looking at it changes nothing: programs that check links do so, too."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.utils import perform_login
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenor.db.queries.invitations import InvitationFound, find_invitation
from tenor.domain.refusals import Refusal
from tenor.domain.texts import one_line
from tenor.gateways import clock
from tenor.portal.flows.shared import NOT_POSSIBLE
from tenor.portal.visit import CHOSEN
from tenor.ui import formats, words
from tenor.usecases.accept_invitation import Accepted, accept_invitation
from tenor.usecases.invitation_token import digest_of

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened the link: nobody that we know, the invited person, or somebody else who is signed in."""

    is_signed_in: bool
    is_somebody_else: bool
    email: str


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET says who invites to what; POST accepts. 404 for a token that never was, or was replaced by a newer one."""
    found = find_invitation(digest_of(token))
    if found is None:
        raise Http404
    visitor, now = _visitor(request, found), clock.now()
    ended = _ended(found, now)
    if request.method != "POST" or ended or visitor.is_somebody_else:
        status = NOT_POSSIBLE if request.method == "POST" else 200
        return _page(request, found, visitor, ended=ended, status=status)
    name = one_line(request.POST.get("name", ""))[:LONGEST_NAME]
    if not name and not found.person_name:
        return _page(request, found, visitor, error=_("Write your name."), status=400)
    try:
        accepted = accept_invitation(token=token, name=name, now=now)
    except Refusal as refused:
        return _page(request, found, visitor, ended=_sentence(refused, found), status=NOT_POSSIBLE)
    return _enter(request, accepted, visitor)


def _visitor(request: HttpRequest, found: InvitationFound) -> Visitor:
    person = request.user
    if not person.is_authenticated:
        return Visitor(is_signed_in=False, is_somebody_else=False, email="")
    return Visitor(is_signed_in=True, is_somebody_else=person.pk != found.person_id, email=person.email)


def _ended(found: InvitationFound, now: datetime) -> str:
    """Why it can't be accepted any more; "" while it can."""
    if found.accepted_at is not None:
        return _sentence(Refusal("invitation_used", {}), found)
    if found.revoked_at is not None:
        return _sentence(Refusal("invitation_revoked", {}), found)
    return _sentence(Refusal("invitation_expired", {}), found) if found.expires_at <= now else ""


def _sentence(refused: Refusal, found: InvitationFound) -> str:
    return words.refusal(refused, formats.locale_for(get_language() or "en", found.country))


def _enter(request: HttpRequest, accepted: Accepted, visitor: Visitor) -> HttpResponse:
    """Into the account. Who was not known is signed in: the link proves the address, as a sign-in code would.

    Who was known may have a password or more to show: they sign in as always.
    """
    request.session[CHOSEN] = str(accepted.account_id)
    if visitor.is_signed_in:
        return redirect("portal:home")
    if not accepted.is_new:
        return redirect(f"{reverse('account_login')}?next={reverse('portal:home')}")
    person = get_user_model().objects.get(pk=accepted.person_id)
    response: HttpResponse = perform_login(request, person, redirect_url=reverse("portal:home"))
    request.session[CHOSEN] = str(accepted.account_id)
    return response


def _page(
    request: HttpRequest, found: InvitationFound, visitor: Visitor, *, ended: str = "", error: str = "", status: int
) -> HttpResponse:
    context = {
        "invitation": found,
        "role": words.role(found.role),
        "rights": words.rights(found.role),
        "visitor": visitor,
        "ended": ended,
        "error": error,
        "asks_name": not found.person_name,
        "name": request.POST.get("name", ""),
    }
    return render(request, "portal/users/invitation.html", context, status=status)
