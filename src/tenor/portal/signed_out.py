"""Whoever is signed out under way: to the sign-in, and back to what they were at."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Back afterwards to the page that was asked for; where something was sent, to the page that sent it.

    What was sent is not carried out: it is looked at, and sent, again.
    """
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    messages.info(request, _("You were signed out, so nothing was sent. Sign in to go on where you were."))
    return redirect_to_login(sent_from(request) or resolve_url("portal:home"))


def sent_from(request: HttpRequest) -> str:
    """The address here of the page that a form was sent from; "" where the browser does not tell, or it is no page of
    ours.
    """
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        return ""
    return escape_leading_slashes(urlsplit(referer)._replace(scheme="", netloc="", fragment="").geturl())
