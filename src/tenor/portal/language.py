"""The language switch."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

from tenor.portal.posted import posted_from
from tenor.usecases.choose_language import choose_language as remember


@posted_from("portal:home")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Django's switch (a cookie); of who is signed in, the choice is kept for mail and for other browsers."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        remember(user_id=request.user.pk, language=chosen)
    response: HttpResponse = set_language(request)
    return response
