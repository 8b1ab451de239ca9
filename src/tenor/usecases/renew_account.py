"""Renew what is due of one account: each term is ordered exactly once (rules 7, docs/adr 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.missed_terms import write_missed
from tenor.db.night.queue import settled
from tenor.domain.effects import StartTerm
from tenor.domain.missed import catch_up
from tenor.domain.night import plan_night
from tenor.domain.proportion import last_prices
from tenor.domain.quote import Collection, Quote
from tenor.domain.renewals import waits_for_an_order
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.place_order import PlacedOrder, place_order
from tenor.usecases.preview_change import store_quote
from tenor.usecases.session import NOBODY
from tenor.usecases.tell import SYSTEM


@dataclass(frozen=True, slots=True)
class RenewedAccount:
    """The orders that were placed, for how many terms; and whether another one is due and waits for an open order.

    `faults`: what is wrong with each subscription that is due and could not be planned.
    """

    orders: tuple[PlacedOrder, ...]
    terms: int
    waits: bool
    faults: Mapping[str, Exception] = field(default_factory=dict[str, Exception])

    @property
    def payments(self) -> tuple[UUID, ...]:
        """The payments to collect."""
        return tuple(order.payment_id for order in self.orders if order.payment_id is not None)


def renew_account(*, account_id: UUID, now: datetime, until: date = date.max) -> RenewedAccount:
    """As `renew_what_can_be`; raises what is wrong (Refusal, OutOfProportion) where nothing could be ordered for it."""
    renewed = renew_what_can_be(account_id=account_id, now=now, until=until)
    if renewed.faults and not renewed.orders:
        raise next(iter(renewed.faults.values()))
    return renewed


def renew_what_can_be(*, account_id: UUID, now: datetime, until: date = date.max) -> RenewedAccount:
    """Order every renewal that is due on the account's local day, on dates up to `until`; one invoice for each date
    and payment method. The night does the same for many accounts at once (see `renew_accounts`).

    Terms that are over already are not charged: they are written down for a person (`domain.missed`). Running it again
    finds nothing due: an order is open on what it renews, and a period starts once a subscription, by constraint.
    """
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        state, missed = catch_up(loaded.state, loaded.offer, loaded.today)
        write_missed(((account_id, terms) for terms in missed.values()), now)
        loaded, day = replace(loaded, state=state), min(until, loaded.today)
        plan = plan_night(state, loaded.offer, day, last_prices(state))
        orders = [_order(loaded, quote) for quote in plan.quotes]
        started = [effect for quote in plan.quotes for effect in quote.effects if isinstance(effect, StartTerm)]
        if started:
            settled([effect.subscription_id for effect in started])
        return RenewedAccount(tuple(orders), len(started), waits_for_an_order(state, day), plan.faults)


def _order(loaded: Loaded, quote: Quote) -> PlacedOrder:
    """Nobody asked for it: its invoice says what was agreed. A quote is kept where there is none (docs/adr 15)."""
    kept = None if quote.collection is Collection.GATEWAY else store_quote(loaded, SYSTEM.id, quote).id
    return place_order(loaded, kept, quote, SYSTEM, NOBODY)
