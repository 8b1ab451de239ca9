"""An order keeps its place, and says what it waits for."""

from tenor.db.models import Order
from tenor.db.transitions import move_order
from tenor.domain.lifecycle import OrderStatus
from tenor.usecases.load import Loaded


def hold_order(loaded: Loaded, order: Order, waiting_for: str) -> None:
    """Let the open order wait for what the code `waiting_for` says. Call with the account locked."""
    order.waiting_for = waiting_for
    if order.status == OrderStatus.REQUIRES_ACTION:
        order.save(update_fields=["waiting_for"])
    else:
        move_order(order, OrderStatus.REQUIRES_ACTION, loaded.now, also=["waiting_for"])
