"""Handing over the buyer's role: the buyer offers it and confirms, the other person accepts. Accepted by both."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.people import PersonRow, pending_handover, people_of
from tenor.domain.account import Role
from tenor.domain.permissions import Permission
from tenor.domain.refusals import Refusal
from tenor.portal.people import carried_out, closed, locale, with_roles
from tenor.portal.visit import AccountRequest, Visit, account_page_for
from tenor.ui import components, words
from tenor.usecases.accept_handover import accept_handover
from tenor.usecases.decline_handover import decline_handover
from tenor.usecases.offer_handover import offer_handover
from tenor.usecases.withdraw_handover import withdraw_handover

ANSWERS = {
    "accept": (accept_handover, gettext_lazy("You are the buyer now.")),
    "decline": (decline_handover, gettext_lazy("You declined. Nothing has changed.")),
    "withdraw": (withdraw_handover, gettext_lazy("The offer is withdrawn. You are still the buyer.")),
}
"""What can be answered to a pending offer. Each use case checks whose answer it is."""


@require_http_methods(["GET", "HEAD", "POST"])
@account_page_for(Permission.HAND_OVER)
def offer(request: AccountRequest, person_id: UUID) -> HttpResponse:
    """GET says what will happen; POST is the buyer's half of the agreement."""
    visit = request.visit
    with account_scope(visit.account_id):
        everybody = people_of(visit.account_id)
    person = next((row for row in everybody if row.id == person_id and row.role), None)
    if person is None:
        raise Http404
    if request.method == "POST":
        write = partial(
            offer_handover, account_id=visit.account_id, user_id=person_id, actor=visit.actor, now=visit.now
        )
        done = _("The buyer's role is offered to %(person)s. You are the buyer until they accept.")
        carried_out(request, write, done % {"person": person.label})
        return redirect("portal:users")
    context = {
        "person": person,
        "role": words.role(person.role),
        "new_role": words.role(Role.BILLING_ADMIN),
        "reasons": closed(visit, Permission.HAND_OVER, with_roles(everybody)) or _to_oneself(visit, person),
    }
    return render(request, "portal/users/offer_handover.html", context)


def _to_oneself(visit: Visit, person: PersonRow) -> tuple[components.Reason, ...]:
    if str(person.id) != visit.actor.id:
        return ()
    return (components.Reason(words.refusal(Refusal("handover_to_oneself", {}), locale(visit))),)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page_for(Permission.LOOK)
def handover(request: AccountRequest) -> HttpResponse:
    """The offer that waits. Whoever it was made to may have any role: the use cases know whose answer counts."""
    visit = request.visit
    if request.method == "POST":
        if (answer := request.POST.get("answer", "")) not in ANSWERS:
            raise Http404
        use_case, done = ANSWERS[answer]
        write = partial(use_case, account_id=visit.account_id, actor=visit.actor, now=visit.now)
        carried_out(request, write, str(done))
        return redirect("portal:users")
    with account_scope(visit.account_id):
        pending = pending_handover(visit.account_id)
    context = {
        "handover": pending,
        "is_mine": pending is not None and str(pending.offered_to) == visit.actor.id,
        "is_from_me": pending is not None and str(pending.offered_by) == visit.actor.id,
    }
    return render(request, "portal/users/handover.html", context)
