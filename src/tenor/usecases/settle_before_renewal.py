"""An unpaid order gives way to the renewal: it is called off at the gateway, then the term renews (rules 7)."""

import logging
from datetime import date, datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import orders_in_the_way
from tenor.usecases.close_order import close_order
from tenor.usecases.load import load
from tenor.usecases.tell import SYSTEM

log = logging.getLogger(__name__)
OUT_OF_THE_WAY = frozenset({"order_not_open", "already_paid"})
"""Refusals to close an order that tell it ended meanwhile, for good or ill."""


def settle_before_renewal(*, account_id: UUID, now: datetime, until: date = date.max) -> bool:
    """Let every unpaid order expire that is open on what renews by `until`. Call outside transactions.

    Returns whether nothing stands in the way any more. Money that is under way, or an answer that is unknown, is waited
    for: what the customer asked for and may have paid is not undone. Safe to repeat.
    """
    with account_scope(account_id):
        loaded = load(account_id, now)
    open_orders = orders_in_the_way(loaded.state, min(until, loaded.today))
    return all([_settle(account_id, UUID(order), now) for order in open_orders])


def _settle(account_id: UUID, order_id: UUID, now: datetime) -> bool:
    try:
        close_order(account_id=account_id, order_id=order_id, actor=SYSTEM, status=OrderStatus.EXPIRED, now=now)
    except Refusal as refusal:
        if refusal.code in OUT_OF_THE_WAY:
            return True
        log.info("a renewal of account %s waits for an order: %s", account_id, refusal)
        return False
    return True
