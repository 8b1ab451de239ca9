"""What only a button does: whoever comes by its address is led to the page on which the button stands."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

Button = Callable[..., HttpResponse]


def posted_from(page: str, *kept: str) -> Callable[[Button], Button]:
    """A view that takes POST only; a GET of it is one of the page `page`, with the arguments `kept` of its address.

    Such addresses are come back to by reloading, by history, or after signing in.
    """

    def decorated(view: Button) -> Button:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def reached(request: HttpRequest, **kwargs: object) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(reverse(page, kwargs={name: kwargs[name] for name in kept}))

        return reached

    return decorated
