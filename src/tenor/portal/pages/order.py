"""In the making."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenor.portal.visit import AccountRequest, account_page


@require_safe
@account_page
def order(request: AccountRequest, order_id: UUID) -> HttpResponse:
    """In the making."""
    return render(request, "base.html")
