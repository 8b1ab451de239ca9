"""The demo's mailbox: all mail that would have been sent, for anybody to read."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tenor.db.queries.mailbox import find_mail, newest_mails
from tenor.portal.demo import demo_only

ONLY_LOOKED_AT = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""What a mail may do in its frame, as in a mail program: be looked at, and open its links elsewhere."""


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
    """One mail: as text, and framed as a mail program shows it, for its HTML is not ours to trust on a page."""
    found = find_mail(mail_id)
    if found is None:
        raise Http404
    shown = {"id": found.id, "has_html": bool(found.html)}
    shown |= {"to": found.to, "sender": found.sender, "subject": found.subject, "sent": found.sent, "body": found.text}
    return render(request, "portal/mail.html", {"mail": shown})


@require_safe
@never_cache
@xframe_options_sameorigin
@demo_only
def mail_html(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """A mail's HTML as it was sent, in an origin of its own, without scripts, forms or anything from elsewhere."""
    found = find_mail(mail_id)
    if found is None or not found.html:
        raise Http404
    return HttpResponse(found.html, headers={"Content-Security-Policy": ONLY_LOOKED_AT})
