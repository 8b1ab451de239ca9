"""Orders that waited too long for their money end: at the gateway first, then here (rules 9)."""

import logging
from datetime import datetime
from uuid import UUID

from tenor.db.models import Order
from tenor.domain.duties import Duty
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.refusals import Refusal
from tenor.usecases.apart import each_apart
from tenor.usecases.close_order import close_order
from tenor.usecases.tell import SYSTEM

log = logging.getLogger(__name__)
WAITING = (OrderStatus.SUBMITTED, OrderStatus.REQUIRES_ACTION)


def expire_orders(*, now: datetime) -> int:
    """Expire every order that is due for it; returns how many. One that fails is set aside (see `apart`)."""
    overdue = Order.objects.filter(may_expire=True, status__in=WAITING, expires_at__lte=now)
    steps = list(overdue.values_list("account_id", "id"))
    return each_apart(Duty.EXPIRE, steps, lambda account_id, order_id: _expire(account_id, order_id, now))


def _expire(account_id: UUID, order_id: UUID, now: datetime) -> bool:
    try:
        close_order(account_id=account_id, order_id=order_id, actor=SYSTEM, status=OrderStatus.EXPIRED, now=now)
    except Refusal as refusal:  # its payment is under way or unclear: settled by another duty, then looked at again
        log.info("order %s is not expired yet: %s", order_id, refusal)
        return False
    return True
