"""A person decides that a term that nobody charged in time is billed now (rules 7)."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.models import MissedTerm as Row
from tenor.domain.account import Actor
from tenor.domain.catalog import Item
from tenor.domain.missed import MissedTerm, plan_missed
from tenor.domain.refusals import Refusal
from tenor.domain.terms import Period, Term
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.missed_term import account_of_missed, find_waiting
from tenor.usecases.place_order import PlacedOrder, place_order
from tenor.usecases.preview_change import store_quote
from tenor.usecases.session import NOBODY
from tenor.usecases.tell import About, tell


def bill_missed_term(*, missed_id: UUID, actor: Actor, now: datetime) -> PlacedOrder:
    """Order it at the price that was announced for its first day; the payment is collected as all others.

    An order that is not paid expires as any other: then the term waits again. Raises Refusal: `unknown_missed_term`;
    `missed_term_decided`; `order_is_open` while another order is open on the subscription; `not_sold`;
    `no_payment_method`.
    """
    account_id = account_of_missed(missed_id)
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        row = find_waiting(missed_id)
        subscription = loaded.state.subscription(str(row.subscription_id))
        if subscription.open_order is not None:
            raise Refusal("order_is_open", {"number": subscription.number})
        quote = plan_missed(loaded.state, loaded.offer, _missed(loaded, row, subscription.product), loaded.today)
        placed = place_order(loaded, store_quote(loaded, actor.id, quote).id, quote, actor, NOBODY)
        Row.objects.filter(account_id=account_id, id=row.id).update(order_id=placed.order_id)
        about = About(account_id, subscription=row.subscription_id, order=placed.order_id)
        tell(about, "missed_term_billed", actor, now, after={"starts_on": row.starts_on, "ends_on": row.ends_on})
        return placed


def _missed(loaded: Loaded, row: Row, product: str) -> MissedTerm:
    group = loaded.offer.price_group(loaded.state)
    item = Item(product, row.plan_code, Term(row.months), loaded.state.currency, group)
    return MissedTerm(str(row.subscription_id), item, row.seats, Period(row.starts_on, row.ends_on))
