"""Collect a payment while its payer waits for the page: within seconds, or the worker does it."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import retrying
from tenor.db.models import Invoice, Order, Payment
from tenor.domain.breaker import Breaker
from tenor.domain.lifecycle import OPEN_ORDER, PaymentStatus
from tenor.gateways.payments.away import is_away
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.gateway_guard import Breakers, Guard
from tenor.usecases.hold_order import hold_order
from tenor.usecases.load import lock_and_load

SOON = Breaker(window=6, failures=3)
"""Opens sooner than the night's: each silence is seconds of somebody's waiting."""

NOT_TOLD = frozenset({PaymentStatus.PENDING, PaymentStatus.SENDING})
"""Somebody else sends it: nothing was heard of the gateway."""


def collect_for_page(*, account_id: UUID, payment_id: UUID, now: datetime, breakers: Breakers) -> PaymentStatus:
    """As `collect_payment`; where the gateway is known to be away, nobody waits for it.

    Then the payment stays pending for the worker, which collects it once the gateway is back, and the order says so.
    Hand over the same `breakers` each time. Returns the payment's status afterwards.
    """
    with account_scope(account_id):
        name = Payment.objects.values_list("gateway", flat=True).get(account_id=account_id, id=payment_id)
    guard = Guard(name, breakers, SOON)
    if not guard.admits() or is_away(name):
        return retrying(lambda: _leave_to_the_worker(account_id, payment_id, now))
    guard.sent(1)
    status = collect_payment(account_id=account_id, payment_id=payment_id, now=now)
    if status not in NOT_TOLD:
        guard.told(status is not PaymentStatus.UNKNOWN)
    return status


def _leave_to_the_worker(account_id: UUID, payment_id: UUID, now: datetime) -> PaymentStatus:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        payment = Payment.objects.get(account_id=account_id, id=payment_id)
        if payment.status != PaymentStatus.PENDING:
            return PaymentStatus(payment.status)
        payment.lease_until = None
        payment.save(update_fields=["lease_until"])
        invoice = Invoice.objects.get(account_id=account_id, id=payment.invoice_id)
        order = Order.objects.get(account_id=account_id, id=invoice.order_id or "")
        if order.status in OPEN_ORDER:
            hold_order(loaded, order, "provider_away")
        return PaymentStatus.PENDING
