"""The obligation, committed before anyone is asked for money: order, draft invoice, pending payment (docs/adr 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tenor.db.ids import new_id
from tenor.db.models import Order as OrderRow
from tenor.db.models import OrderLine as OrderLineRow
from tenor.db.models import OrderSubscription, Subscription
from tenor.db.numbers import take_number
from tenor.domain.account import Actor
from tenor.domain.effects import OpenSubscription, changed_by
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.quote import Collection, Quote, QuoteLine, canonical
from tenor.domain.terms import next_local_midnight
from tenor.usecases.age_subscriptions import mark_past_due
from tenor.usecases.demand_payment import demand_payment, draft_invoice, has_method
from tenor.usecases.fulfil_order import fulfil_order
from tenor.usecases.issue_invoice import issue_invoice
from tenor.usecases.load import Loaded
from tenor.usecases.session import Session
from tenor.usecases.settle_order import on_waiting
from tenor.usecases.tell import About, tell


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order, and the payment that is to be collected for it; None where there is nothing to collect."""

    order_id: UUID
    payment_id: UUID | None


def place_order(loaded: Loaded, quote_id: UUID | None, quote: Quote, actor: Actor, session: Session) -> PlacedOrder:
    """Write the order of an accepted quote. Call with the account locked.

    A renewal's invoice is issued at once: the term is owed from its first day on (docs/adr 15). `quote_id` is None for
    one. A zero total, or one too small for the gateway, is fulfilled at once (rules 4).
    """
    order = _order(loaded, quote_id, quote, actor)
    lines = _lines(order, quote)
    about = About(order.account_id, quote=quote_id, order=order.id)
    tell(about, "order_placed", actor, loaded.now, after=quote.effects if quote_id else None)
    if quote.collection is not Collection.GATEWAY:
        fulfil_order(loaded, order)
        return PlacedOrder(order.id, None)
    invoice = draft_invoice(loaded, order, quote, lines)
    if quote.action == "renew":
        issue_invoice(loaded, invoice)
        _claim_renewals(loaded, quote)
    if quote.action == "renew" and not has_method(loaded, quote.method_id):
        # Nobody is there to ask for a method: the term is owed, and the account is told.
        mark_past_due(loaded, order)
        on_waiting(loaded, order, "no_payment_method")
        return PlacedOrder(order.id, None)
    payment = demand_payment(loaded, order, invoice, quote.method_id, session)
    return PlacedOrder(order.id, payment.id)


def _order(loaded: Loaded, quote_id: UUID | None, quote: Quote, actor: Actor) -> OrderRow:
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


def _claim_renewals(loaded: Loaded, quote: Quote) -> None:
    """Until the charge is answered nothing else may be changed: what renews is what the invoice says (rules 8)."""
    renewed = Subscription.objects.filter(account_id=loaded.state.id, id__in=_named(quote))
    renewed.update(renewal_claimed_at=loaded.now)


def _subscriptions(loaded: Loaded, quote: Quote) -> Sequence[str]:
    """The subscriptions that the order is about; one that it opens is not there yet."""
    opened = {effect.subscription_id for effect in quote.effects if isinstance(effect, OpenSubscription)}
    return [s.id for s in loaded.state.subscriptions if s.id in _named(quote) - opened]


def _named(quote: Quote) -> frozenset[str]:
    """Those that it charges for, and those that it changes without a charge."""
    charged = frozenset(line.subscription_id for line in quote.lines if line.kind != "carried")
    return charged | changed_by(quote.effects)


def _expires_at(loaded: Loaded, quote: Quote) -> datetime:
    """24 hours (policy), or the subscription's renewal if that is sooner. A renewal follows its own course."""
    if quote.action == "renew":
        return loaded.now + timedelta(days=366)
    latest = loaded.now + timedelta(hours=loaded.offer.policy.order_hours)
    named = _named(quote)
    ends = [s.renews_on for s in loaded.state.subscriptions if s.id in named and s.renews_on >= loaded.today]
    if ends and (min(ends) - loaded.today).days <= 1:
        return min(latest, next_local_midnight(loaded.now, loaded.state.time_zone))
    return latest


def _lines(order: OrderRow, quote: Quote) -> list[OrderLineRow]:
    opened = {effect.subscription_id for effect in quote.effects if isinstance(effect, OpenSubscription)}
    rows = [_line(order, position, line, opened, quote) for position, line in enumerate(quote.lines, start=1)]
    return OrderLineRow.objects.bulk_create(rows)


def _line(order: OrderRow, position: int, line: QuoteLine, opened: set[str], quote: Quote) -> OrderLineRow:
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
        carried=quote.collection is Collection.CARRIED,
    )
