"""Renew what is due of one account: each term is ordered exactly once (rules 7, docs/adr 6)."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.domain.renewals import plan_renewals
from tenor.usecases.load import lock_and_load
from tenor.usecases.place_order import place_order
from tenor.usecases.preview_change import store_quote
from tenor.usecases.session import NOBODY
from tenor.usecases.tell import SYSTEM


def renew_account(*, account_id: UUID, now: datetime) -> tuple[UUID, ...]:
    """Order every renewal that is due on the account's local day; one invoice for each date and payment method.

    Returns the payments to collect. Running it again finds nothing due: an order is open on what it renews, and a
    period starts once a subscription, by constraint.
    """
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        payments: list[UUID] = []
        for quote in plan_renewals(loaded.state, loaded.offer, loaded.today):
            stored = store_quote(loaded, SYSTEM.id, quote)
            placed = place_order(loaded, stored.id, quote, SYSTEM, NOBODY)
            if placed.payment_id is not None:
                payments.append(placed.payment_id)
        return tuple(payments)
