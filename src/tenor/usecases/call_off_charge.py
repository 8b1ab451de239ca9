"""A charge that the customer's bank still waits for is called off where nothing is owed any more (rules 7, 9)."""

import logging
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.models import OrderSubscription, Payment
from tenor.domain.account import SubscriptionStatus
from tenor.domain.aging import status_on
from tenor.domain.lifecycle import PaymentStatus
from tenor.gateways.crashpoints import crashpoint
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.registry import gateway
from tenor.usecases.load import load
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.record_answer import record_answer

log = logging.getLogger(__name__)


def call_off_charge(payment: Payment, now: datetime) -> PaymentStatus:
    """Call it off at the gateway and record its word: `canceled`, or `succeeded` where the customer was faster.

    Raises GatewayError where nobody answers: it is called off another time.
    """
    outside_transactions()
    answer = gateway(payment.gateway).cancel_charge(str(payment.id))
    crashpoint("after_calling_off_before_recording")
    return record_answer(account_id=payment.account_id, payment_id=payment.id, answer=answer, now=now)


def call_off_before_canceling(*, account_id: UUID, now: datetime) -> bool:
    """Call off what the bank waits for of each subscription that ends today unpaid. Call outside transactions.

    Its invoice is credited next (`age_subscriptions`): nobody may approve a charge for it after that. Returns whether
    nothing waits any more; where the gateway does not answer, time stands still for the account until it does.
    """
    is_clear = True
    for payment in _waiting_for_the_bank(account_id, now):
        try:
            call_off_charge(payment, now)
        except GatewayError as silence:
            log.info("payment %s is not called off yet: %s", payment.id, silence)
            is_clear = False
    return is_clear


def _waiting_for_the_bank(account_id: UUID, now: datetime) -> list[Payment]:
    with account_scope(account_id):
        waiting = Payment.objects.filter(account_id=account_id, status=PaymentStatus.REQUIRES_ACTION)
        if not waiting.exists():
            return []
        loaded = load(account_id, now)
        ending = [
            subscription.id
            for subscription in loaded.state.subscriptions
            if subscription.status is not SubscriptionStatus.CANCELED
            and status_on(subscription, loaded.offer.policy, loaded.today) is SubscriptionStatus.CANCELED
        ]
        held = OrderSubscription.objects.filter(account_id=account_id, subscription_id__in=ending, open=True)
        return list(waiting.filter(invoice__order_id__in=held.values("order_id")))
