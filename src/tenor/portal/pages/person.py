"""One person of the account: their role and seats; another role, or no access any more."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.people import PersonRow, people_of
from tenor.domain.account import Role
from tenor.domain.permissions import Permission, may, roles_to_give
from tenor.portal.people import carried_out, closed_about, person_url, with_roles
from tenor.portal.posted import posted_from
from tenor.portal.visit import AccountRequest, account_page_for
from tenor.ui import words
from tenor.usecases.change_role import change_role
from tenor.usecases.remove_person import remove_person


@require_http_methods(["GET", "HEAD", "POST"])
@account_page_for(Permission.MANAGE_USERS)
def person(request: AccountRequest, person_id: UUID) -> HttpResponse:
    """Show the person; or give them the role that was sent."""
    visit = request.visit
    with account_scope(visit.account_id):
        everybody = people_of(visit.account_id)
    row = _found(everybody, person_id)
    if request.method == "POST":
        return _with_role(request, row)
    is_me = str(row.id) == visit.actor.id
    context = {
        "person": row,
        "is_me": is_me,
        "role": words.capital(words.role(row.role)) if row.role else "",
        "roles": [(str(role), words.role_with_rights(role)) for role in roles_to_give(visit.actor.role)],
        "reasons": closed_about(visit, row, with_roles(everybody)),
        "may_hand_over": may(visit.actor.role, Permission.HAND_OVER) and bool(row.role) and not is_me,
    }
    return render(request, "portal/users/person.html", context)


@posted_from("portal:person", "person_id")
@account_page_for(Permission.MANAGE_USERS)
def remove(request: AccountRequest, person_id: UUID) -> HttpResponse:
    """Take their role and their seats."""
    visit = request.visit

    def write() -> None:
        remove_person(account_id=visit.account_id, user_id=person_id, actor=visit.actor, now=visit.now)

    if carried_out(request, write, _("The person is removed, and their seats are free.")):
        return redirect("portal:users")
    return redirect(person_url(person_id))


def _found(everybody: tuple[PersonRow, ...], person_id: UUID) -> PersonRow:
    found = next((row for row in everybody if row.id == person_id), None)
    if found is None:
        raise Http404
    return found


def _with_role(request: AccountRequest, row: PersonRow) -> HttpResponse:
    visit, wanted = request.visit, request.POST.get("role", "")
    if wanted not in set(Role):
        messages.error(request, _("Choose a role."))
        return redirect(person_url(row.id))

    def write() -> None:
        change_role(account_id=visit.account_id, user_id=row.id, role=Role(wanted), actor=visit.actor, now=visit.now)

    carried_out(request, write, _("The role is changed."))
    return redirect(person_url(row.id))
