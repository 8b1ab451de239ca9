"""A sale by the website or by the seller's own people: a new subscription for an account (staff, import, demo)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.domain.account import Actor
from tenor.domain.catalog import Item
from tenor.domain.sales import Sale as PlannedSale
from tenor.domain.sales import plan_sale
from tenor.domain.terms import Term
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.place_order import place_order
from tenor.usecases.preview_change import store_quote
from tenor.usecases.session import NOBODY


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold: seats of a product's plan for a term, paid by a stored method of the account."""

    product: str
    plan: str
    months: int
    seats: int
    method_id: UUID | None
    auto_renew: bool = True


@dataclass(frozen=True, slots=True)
class Sold:
    """The subscription that begins once it is paid, and the payment to collect."""

    subscription_id: UUID
    order_id: UUID
    payment_id: UUID | None


def record_sale(*, account_id: UUID, sale: Sale, actor: Actor, now: datetime) -> Sold:
    """Order a new subscription at today's list price. Raises Refusal: not_sold, no_payment_method."""
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        subscription_id = new_id()
        quote = plan_sale(loaded.state, loaded.offer, _of_account(loaded, sale, subscription_id), loaded.today)
        placed = place_order(loaded, store_quote(loaded, actor.id, quote).id, quote, actor, NOBODY)
        return Sold(subscription_id, placed.order_id, placed.payment_id)


def _of_account(loaded: Loaded, sale: Sale, subscription_id: UUID) -> PlannedSale:
    group = loaded.offer.price_group(loaded.state)
    item = Item(sale.product, sale.plan, Term(sale.months), loaded.state.currency, group)
    method = None if sale.method_id is None else str(sale.method_id)
    return PlannedSale(str(subscription_id), item, sale.seats, method, sale.auto_renew)
