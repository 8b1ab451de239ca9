"""The demo's mailbox: all mail that would have been sent, for anybody to read."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenor.db.queries.mailbox import find_mail, newest_mails
from tenor.portal.demo import demo_only


@require_safe
@never_cache
@demo_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails first."""
    return render(request, "portal/mailbox.html", {"mails": newest_mails()})


@require_safe
@never_cache
@demo_only
def mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """One mail, as text: its HTML is not ours to trust on a page."""
    found = find_mail(mail_id)
    if found is None:
        raise Http404
    shown = {"to": found.to, "sender": found.sender, "subject": found.subject, "sent": found.sent, "body": found.text}
    return render(request, "portal/mail.html", {"mail": shown})
