"""In the making."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenor.portal.visit import AccountRequest, account_page


@require_safe
@account_page
def home(request: AccountRequest) -> HttpResponse:
    """In the making."""
    return render(request, "base.html")
