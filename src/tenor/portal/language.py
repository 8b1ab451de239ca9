"""The language switch."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.i18n import set_language

from tenor.portal.posted import posted_from
from tenor.portal.signed_out import sent_from
from tenor.usecases.choose_language import choose_language as remember


@posted_from("portal:home")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Django's switch (a cookie); of who is signed in, the choice is kept for mail and for other browsers.

    Back to the page as it is by now: its address holds what was typed since it came.
    """
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        remember(user_id=request.user.pk, language=chosen)
    response: HttpResponse = set_language(request)
    if isinstance(response, HttpResponseRedirect) and (back := sent_from(request)):
        response.headers["Location"] = back
    return response
