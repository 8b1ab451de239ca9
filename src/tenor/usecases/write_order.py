"""The rows of an order: the order, what it is about, and its lines."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tenor.db.ids import new_id
from tenor.db.models import Order as OrderRow
from tenor.db.models import OrderLine as OrderLineRow
from tenor.db.models import OrderSubscription
from tenor.db.numbers import take_number
from tenor.domain.account import Actor
from tenor.domain.effects import OpenSubscription, changed_by
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.line_tax import LineTax
from tenor.domain.quote import Collection, Quote, QuoteLine, canonical
from tenor.domain.terms import next_local_midnight
from tenor.usecases.load import Loaded


def write_order(loaded: Loaded, quote_id: UUID | None, quote: Quote, actor: Actor) -> OrderRow:
    """The order, holding its place on its subscriptions. `quote_id` is None for a renewal."""
    order = OrderRow.objects.create(
        id=new_id(),
        account_id=loaded.state.id,
        number=take_number(UUID(loaded.offer.seller.id), "order"),
        quote_id=quote_id,
        action=quote.action,
        status=OrderStatus.SUBMITTED,
        net_minor=quote.net.minor,
        tax_minor=quote.tax_total.minor,
        total_minor=quote.total.minor,
        currency=quote.total.currency,
        method_id=quote.method_id,
        placed_by=actor.id,
        placed_by_name=actor.name,
        placed_by_staff=actor.staff or "",
        placed_at=loaded.now,
        expires_at=_expires_at(loaded, quote),
        effects=canonical(quote.effects),
    )
    OrderSubscription.objects.bulk_create(
        OrderSubscription(id=new_id(), account_id=loaded.state.id, order_id=order.id, subscription_id=subscription)
        for subscription in _subscriptions(loaded, quote)
    )
    return order


def _subscriptions(loaded: Loaded, quote: Quote) -> Sequence[str]:
    """The subscriptions that the order is about; one that it opens is not there yet."""
    opened = {effect.subscription_id for effect in quote.effects if isinstance(effect, OpenSubscription)}
    return [s.id for s in loaded.state.subscriptions if s.id in named_by(quote) - opened]


def named_by(quote: Quote) -> frozenset[str]:
    """Those that it charges for, and those that it changes without a charge."""
    charged = frozenset(line.subscription_id for line in quote.lines if line.kind != "carried")
    return charged | changed_by(quote.effects)


def _expires_at(loaded: Loaded, quote: Quote) -> datetime:
    """24 hours (policy), or the subscription's renewal if that is sooner. A renewal follows its own course."""
    if quote.action == "renew":
        return loaded.now + timedelta(days=366)
    latest = loaded.now + timedelta(hours=loaded.offer.policy.order_hours)
    named = named_by(quote)
    ends = [s.renews_on for s in loaded.state.subscriptions if s.id in named and s.renews_on >= loaded.today]
    if ends and (min(ends) - loaded.today).days <= 1:
        return min(latest, next_local_midnight(loaded.now, loaded.state.time_zone))
    return latest


def write_lines(order: OrderRow, quote: Quote) -> list[OrderLineRow]:
    """The lines of the order, as they were agreed."""
    opened = {effect.subscription_id for effect in quote.effects if isinstance(effect, OpenSubscription)}
    sold = enumerate(zip(quote.lines, quote.taxes, strict=True), start=1)
    rows = [_line(order, position, each, opened, quote) for position, each in sold]
    return OrderLineRow.objects.bulk_create(rows)


def _line(
    order: OrderRow, position: int, sold: tuple[QuoteLine, LineTax], opened: set[str], quote: Quote
) -> OrderLineRow:
    line, tax = sold
    is_on_invoice = quote.is_invoiced and tax.decision == quote.tax
    return OrderLineRow(
        id=new_id(),
        account_id=order.account_id,
        order_id=order.id,
        position=position,
        kind=line.kind,
        subscription_id=None if line.subscription_id in opened else line.subscription_id,
        product_code=line.product,
        plan_code=line.plan,
        seats=line.seats,
        starts_on=line.span.start,
        ends_on=line.span.end,
        unit_price_minor=line.unit_price.minor,
        denominator=line.denominator,
        currency=line.amount.currency,
        amount_minor=line.amount.minor,
        net_minor=line.net.minor,
        explanation=canonical(line.explanation),
        tax=None if is_on_invoice else canonical(tax.decision),
        tax_included=tax.included,
        carried=quote.collection is Collection.CARRIED,
    )
