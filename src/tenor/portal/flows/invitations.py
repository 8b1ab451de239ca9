"""What can be done about an invitation that waits: send it again, or withdraw it. Buttons, no pages of their own."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tenor.domain.permissions import Permission
from tenor.portal.people import carried_out
from tenor.portal.posted import posted_from
from tenor.portal.visit import AccountRequest, account_page_for
from tenor.usecases.resend_invitation import resend_invitation
from tenor.usecases.revoke_invitation import revoke_invitation


@posted_from("portal:users")
@account_page_for(Permission.MANAGE_USERS)
def resend(request: AccountRequest, invitation_id: UUID) -> HttpResponse:
    """Another mail with another link; the old link is dead."""
    visit = request.visit

    def write() -> None:
        resend_invitation(account_id=visit.account_id, invitation_id=invitation_id, actor=visit.actor, now=visit.now)

    carried_out(request, write, _("The invitation is sent again. The link of the earlier mail no longer works."))
    return redirect("portal:users")


@posted_from("portal:users")
@account_page_for(Permission.MANAGE_USERS)
def revoke(request: AccountRequest, invitation_id: UUID) -> HttpResponse:
    """Its link no longer works."""
    visit = request.visit

    def write() -> None:
        revoke_invitation(account_id=visit.account_id, invitation_id=invitation_id, actor=visit.actor, now=visit.now)

    carried_out(request, write, _("The invitation is withdrawn."))
    return redirect("portal:users")
