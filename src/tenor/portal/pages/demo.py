"""What only the demo has: signing in with one click, and the gallery of components."""

from allauth.account.utils import perform_login
from django.contrib.auth import get_user_model, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tenor.portal.demo import demo_only
from tenor.portal.demo_notes import NOTES
from tenor.portal.posted import posted_from
from tenor.ui import gallery as components


@posted_from("portal:home")
@demo_only
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people, by allauth as a password would. Anybody else is 404."""
    email = request.POST.get("person", "")
    person = get_user_model().objects.filter(email=email).first() if email in NOTES else None
    if person is None:
        raise Http404
    if request.user.is_authenticated:
        logout(request)
    response: HttpResponse = perform_login(request, person)
    return response


@require_safe
@demo_only
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return components.view(request)
