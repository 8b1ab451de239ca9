"""Which reminders a person gets: chosen when signed in, or stopped by the link in a mail, without signing in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tenor.db.queries.mail_choices import wants_optional_reminders
from tenor.usecases.choose_reminders import choose_reminders
from tenor.usecases.reminder_token import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def my_mail(request: HttpRequest) -> HttpResponse:
    """What comes by mail in any case, and what the person may choose."""
    assert request.user.is_authenticated
    if request.method == "POST":
        choose_reminders(user_id=request.user.pk, optional=request.POST.get("optional") == "1")
        messages.success(request, _("Your choice is saved."))
        return redirect("portal:my_mail")
    wanted = wants_optional_reminders(request.user.pk)
    return render(request, "portal/my_mail.html", {"wanted": wanted})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@csrf_exempt  # mail programs send it by themselves, with one click in the mail and without the page (RFC 8058)
def stop_reminders(request: HttpRequest, reader: str) -> HttpResponse:
    """GET asks, and changes nothing: programs that check links look at it, too. POST stops the optional reminders.

    The token is all that it takes: whoever has the mail may stop it, and nothing else. 404 for what is no token.
    """
    person = _person(reader)
    if request.method == "POST":
        choose_reminders(user_id=person, optional=False)
    return render(request, "portal/stop_reminders.html", {"wanted": wants_optional_reminders(person)})


def _person(reader: str) -> UUID:
    person = person_of(reader)
    if person is None or wants_optional_reminders(person) is None:
        raise Http404
    return person
