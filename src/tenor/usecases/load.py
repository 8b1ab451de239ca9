"""The first beat of every use case: the account as it stands, with the offer made to it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tenor.db.catalog import load_offer
from tenor.db.locks import lock_account
from tenor.db.snapshots import load_account
from tenor.domain.account import AccountState
from tenor.domain.offer import Offer
from tenor.domain.terms import local_date


@dataclass(frozen=True, slots=True)
class Loaded:
    """One account at one instant: its state, the seller's offer, and its local day."""

    state: AccountState
    offer: Offer
    now: datetime

    @property
    def today(self) -> date:
        """The account's calendar day at `now` (rules 1)."""
        return local_date(self.now, self.state.time_zone)


def load(account_id: UUID, now: datetime) -> Loaded:
    """Read the account without locking it, for a preview. Call within `account_scope`."""
    snapshot = load_account(account_id)
    return Loaded(snapshot.state, load_offer(snapshot.seller_id, snapshot.catalog_revision), now)


def lock_and_load(account_id: UUID, now: datetime) -> Loaded:
    """Lock the account, then read it: whoever else wants to write waits. Call within `account_scope`."""
    lock_account(account_id)
    return load(account_id, now)
