"""The account switch, for people who belong to several."""

from django.http import HttpResponse
from django.shortcuts import redirect

from tenor.domain.permissions import Permission
from tenor.portal.posted import posted_from
from tenor.portal.visit import CHOSEN, AccountRequest, account_page_for


@posted_from("portal:home")
@account_page_for(Permission.LOOK)
def switch_account(request: AccountRequest) -> HttpResponse:
    """Go on in another account. One that is not the person's own changes nothing."""
    wanted = request.POST.get("account", "")
    if wanted in {str(account.account_id) for account in request.visit.accounts}:
        request.session[CHOSEN] = wanted
    return redirect("portal:home")
