"""Renew what is due of one account: each term is ordered exactly once (rules 7, docs/adr 6)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.domain.effects import StartTerm
from tenor.domain.proportion import demand_proportion, last_prices
from tenor.domain.quote import Collection, Quote
from tenor.domain.renewals import plan_renewals, waits_for_an_order
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.place_order import PlacedOrder, place_order
from tenor.usecases.preview_change import store_quote
from tenor.usecases.session import NOBODY
from tenor.usecases.tell import SYSTEM


@dataclass(frozen=True, slots=True)
class RenewedAccount:
    """The orders that were placed, for how many terms; and whether another one is due and waits for an open order."""

    orders: tuple[PlacedOrder, ...]
    terms: int
    waits: bool

    @property
    def payments(self) -> tuple[UUID, ...]:
        """The payments to collect."""
        return tuple(order.payment_id for order in self.orders if order.payment_id is not None)


def renew_account(*, account_id: UUID, now: datetime, until: date = date.max) -> RenewedAccount:
    """Order every renewal that is due on the account's local day, on dates up to `until`; one invoice for each date
    and payment method. The night does the same for many accounts at once (see `renew_accounts`).

    Running it again finds nothing due: an order is open on what it renews, and a period starts once a subscription, by
    constraint. Raises Refusal for what can't be priced, and OutOfProportion: then nothing is ordered.
    """
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        day, prices = min(until, loaded.today), last_prices(loaded.state)
        quotes = plan_renewals(loaded.state, loaded.offer, day)
        for quote in quotes:
            demand_proportion(loaded.state, loaded.offer.policy, quote, prices)
        orders = [_order(loaded, quote) for quote in quotes]
        terms = sum(isinstance(effect, StartTerm) for quote in quotes for effect in quote.effects)
        return RenewedAccount(tuple(orders), terms, waits_for_an_order(loaded.state, day))


def _order(loaded: Loaded, quote: Quote) -> PlacedOrder:
    """Nobody asked for it: its invoice says what was agreed. A quote is kept where there is none (docs/adr 15)."""
    kept = None if quote.collection is Collection.GATEWAY else store_quote(loaded, SYSTEM.id, quote).id
    return place_order(loaded, kept, quote, SYSTEM, NOBODY)
