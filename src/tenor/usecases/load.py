"""The first beat of every use case: the account as it stands, with the offer made to it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from tenor.db.locks import lock_account
from tenor.db.past_orders import load_past_orders
from tenor.db.snapshots import load_account
from tenor.domain.account import AccountState
from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrders
from tenor.domain.requests import NEED_ORDERS, Ask
from tenor.domain.terms import local_date
from tenor.usecases.offered import offered


@dataclass(frozen=True, slots=True)
class Loaded:
    """One account at one instant: its state, the seller's offer, and its local day.

    `orders` are its past ones, where they were asked for.
    """

    state: AccountState
    offer: Offer
    now: datetime
    orders: PastOrders = ()

    @property
    def today(self) -> date:
        """The account's calendar day at `now` (rules 1)."""
        return local_date(self.now, self.state.time_zone)


def load(account_id: UUID, now: datetime, *, with_orders: bool = False) -> Loaded:
    """Read the account without locking it, for a preview. Call within `account_scope`."""
    snapshot = load_account(account_id)
    loaded = Loaded(snapshot.state, offered(snapshot.seller_id, snapshot.catalog_revision), now)
    return replace(loaded, orders=load_past_orders(account_id, loaded.today)) if with_orders else loaded


def lock_and_load(account_id: UUID, now: datetime, *, with_orders: bool = False) -> Loaded:
    """Lock the account, then read it: whoever else wants to write waits. Call within `account_scope`."""
    lock_account(account_id)
    return load(account_id, now, with_orders=with_orders)


def load_for(ask: Ask, account_id: UUID, now: datetime) -> Loaded:
    """Read what planning that request needs."""
    return load(account_id, now, with_orders=isinstance(ask, NEED_ORDERS))
