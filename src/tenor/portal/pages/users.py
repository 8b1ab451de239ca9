"""Users: who belongs to the account and what they may do, who uses how many seats, who is invited."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries import people as queries
from tenor.domain.account import Role
from tenor.domain.permissions import Permission, may_give, roles_to_give
from tenor.domain.refusals import Refusal
from tenor.portal.people import closed, locale, with_roles
from tenor.portal.visit import AccountRequest, Visit, account_page_for
from tenor.ui import words
from tenor.usecases.invite_person import Invited, invite_person


class InviteForm(forms.Form):
    """Whom to invite, as what, in which language. Offers the roles that the visitor may give."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"translate": "no"}),  # each is called what its speakers call it
    )

    def __init__(self, giver: Role, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(str(each), words.role_with_rights(each)) for each in roles_to_give(giver)]
        self.fields["email"].widget.attrs["autocomplete"] = "off"


@require_http_methods(["GET", "HEAD", "POST"])
@account_page_for(Permission.MANAGE_USERS)
def users(request: AccountRequest) -> HttpResponse:
    """Show everybody; or invite somebody."""
    visit = request.visit
    posted = request.POST if request.method == "POST" else None
    form = InviteForm(visit.actor.role, posted, initial={"language": visit.language})
    if posted is not None and form.is_valid() and _invited(request, form):
        return redirect("portal:users")
    return _page(request, form)


def _invited(request: AccountRequest, form: InviteForm) -> bool:
    """Whether that went well; what did not is said beside the form."""
    visit, asked = request.visit, form.cleaned_data
    invited = Invited(asked["email"], Role(asked["role"]), asked["language"])
    try:
        invite_person(account_id=visit.account_id, invited=invited, actor=visit.actor, now=visit.now)
    except Refusal as refused:
        form.add_error("email", words.refusal(refused, locale(visit)))
        return False
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": asked["email"]})
    return True


def _page(request: AccountRequest, form: InviteForm) -> HttpResponse:
    visit = request.visit
    with account_scope(visit.account_id):
        everybody = queries.people_of(visit.account_id)
        invitations = queries.open_invitations(visit.account_id)
        handover = queries.pending_handover(visit.account_id)
        seats = queries.seats_in_use(visit.account_id)
    context = {
        "people": [(row, words.role(row.role) if row.role else "") for row in everybody],
        "me": visit.actor.id,
        "invitations": [_invitation(visit, row) for row in invitations],
        "handover": handover,
        "is_offered_to_me": handover is not None and str(handover.offered_to) == visit.actor.id,
        "seats": seats,
        "form": form,
        "reasons": closed(visit, Permission.MANAGE_USERS, with_roles(everybody)),
    }
    return render(request, "portal/users/users.html", context, status=400 if form.errors else 200)


def _invitation(visit: Visit, row: queries.InvitationRow) -> dict[str, Any]:
    return {
        "row": row,
        "role": words.role(row.role),
        "has_expired": row.expires_at <= visit.now,
        "may_change": may_give(visit.actor.role, Role(row.role)),
    }
