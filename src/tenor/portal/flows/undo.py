"""Take back what is scheduled for the next renewal: one button, no page of its own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tenor.domain.account import ChangeKind
from tenor.domain.refusals import Refusal
from tenor.domain.requests import Request, UndoScheduled
from tenor.portal.flows.shared import load_account, owned, reader
from tenor.portal.posted import posted_from
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.usecases.preview_change import preview_change
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote


@posted_from("portal:subscription", "subscription_id")
@account_page
def undo_scheduled(request: AccountRequest, subscription_id: UUID, kind: str) -> HttpResponse:
    """Take the entry of that kind off the list, and show the subscription again."""
    visit = request.visit
    loaded = load_account(visit)
    subscription = owned(loaded, subscription_id)
    if kind not in set(ChangeKind):
        raise Http404
    asked = Request(visit.actor, UndoScheduled(subscription.id, ChangeKind(kind)))
    try:
        stored = preview_change(account_id=visit.account_id, request=asked, now=visit.now)
        submit_quote(account_id=visit.account_id, quote_id=stored.id, actor=visit.actor, session=NOBODY, now=visit.now)
    except Refusal as refused:
        who = reader(visit, loaded)
        sentences = [words.reason(reason, who.locale, who.names) for reason in refused.reasons]
        messages.error(request, " ".join(sentences) or words.refusal(refused, who.locale, who.names))
    else:
        messages.success(request, _("Taken back. The next renewal is as it was before."))
    return redirect("portal:subscription", subscription_id=subscription_id)
