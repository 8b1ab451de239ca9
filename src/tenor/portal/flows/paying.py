"""After the obligation: collect the payment, and go on to wherever it leads."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from tenor.db.access import account_scope
from tenor.db.queries.quotes import payment_in_flight
from tenor.portal.visit import Visit
from tenor.usecases.collect_for_page import collect_for_page
from tenor.usecases.gateway_guard import Breakers

BREAKERS: Breakers = {}
"""What this process knows of how the gateways fare."""


def collect_and_go_on(visit: Visit, order_id: UUID, payment_id: UUID | None) -> HttpResponse:
    """Ask the gateway for the payment, if there is one to ask for; then to the page where the customer goes on.

    That is the gateway's own page while it waits for the customer (the bank's check), else the order: paid, declined,
    under way, unclear, or left to the worker, it says so itself.
    """
    if payment_id is not None:
        collect_for_page(account_id=visit.account_id, payment_id=payment_id, now=visit.now, breakers=BREAKERS)
    with account_scope(visit.account_id):
        payment = payment_in_flight(visit.account_id, order_id)
    if payment is not None and payment.action_url:
        return redirect(payment.action_url)
    return redirect("portal:order", order_id=order_id)
