"""Parts of pages that htmx asks for: what leads to another page leads the whole page there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class _Asked(HttpRequest):
    htmx: HtmxDetails


class WholePageRedirects:
    """A browser would follow a redirect unseen, and htmx put that other page into the part: the sign-in, into a price.

    Stands below `HtmxMiddleware`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: _Asked) -> HttpResponse:
        """The answer, or where the whole page is to go."""
        response = self._get_response(request)
        if not (request.htmx and isinstance(response, HttpResponseRedirectBase)):
            return response
        led: HttpResponse = HttpResponseClientRedirect(response.url)
        led.cookies = response.cookies
        return led
