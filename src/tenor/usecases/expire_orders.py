"""Orders that waited too long for their money end: at the gateway first, then here (rules 9)."""

import logging
from datetime import datetime

from tenor.db.models import Order
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.refusals import Refusal
from tenor.usecases.close_order import close_order
from tenor.usecases.tell import SYSTEM

log = logging.getLogger(__name__)
WAITING = (OrderStatus.SUBMITTED, OrderStatus.REQUIRES_ACTION)


def expire_orders(*, now: datetime) -> int:
    """Expire every order that is due for it; returns how many. One that fails is looked at again another time."""
    overdue = Order.objects.filter(may_expire=True, status__in=WAITING, expires_at__lte=now)
    return sum(_expire(order, now) for order in overdue)


def _expire(order: Order, now: datetime) -> bool:
    try:
        close_order(account_id=order.account_id, order_id=order.id, actor=SYSTEM, status=OrderStatus.EXPIRED, now=now)
    except Refusal as refusal:  # its payment is under way or unclear: settled by another duty, then looked at again
        log.info("order %s is not expired yet: %s", order.number, refusal)
        return False
    except Exception:
        log.exception("order %s could not be expired", order.number)
        return False
    return True
