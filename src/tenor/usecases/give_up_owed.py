"""What a canceled subscription owed is owed no more: it is credited, and the unpaid term taken back (rules 7)."""

from collections.abc import Iterable

from django.db.models import Q

from tenor.db.codec import decode_effects
from tenor.db.models import Invoice, Order, OrderSubscription, PaidPeriod, Subscription
from tenor.db.transitions import move_order
from tenor.domain.account import Subscription as Owned
from tenor.domain.aging import status_on
from tenor.domain.effects import AddPeriod, Effect, OpenSubscription, StartTerm
from tenor.domain.invoices import DocumentKind
from tenor.domain.lifecycle import OPEN_ORDER, InvoiceStatus, OrderStatus
from tenor.domain.owed import NOT_PAID
from tenor.usecases.give_back import credit_whole
from tenor.usecases.load import Loaded
from tenor.usecases.move_balance import void_draft
from tenor.usecases.replace_renewal import go_on_with

REASON = "subscription_canceled"


def give_up_owed(loaded: Loaded, row: Subscription) -> None:
    """End what is unpaid of a subscription that was just canceled. Call with the account locked.

    Its order is canceled, an issued invoice credited whole, a draft voided. A term that had begun, by a debit that
    failed or was taken back later, never was. What else stood on the same renewal goes on being owed.
    """
    for order in _unpaid_orders(row):
        for invoice in Invoice.objects.filter(account_id=row.account_id, order_id=order.id, kind=DocumentKind.INVOICE):
            if invoice.status == InvoiceStatus.DRAFT:  # of an order that a customer placed
                void_draft(loaded, invoice)
            elif invoice.status == InvoiceStatus.OPEN:
                credit_whole(loaded, invoice, REASON)
        if order.effects_applied_at is not None:
            _take_back(order, decode_effects(order.effects))
        if order.status in OPEN_ORDER:
            move_order(order, OrderStatus.CANCELED, loaded.now)
            if order.action == "renew" and order.effects_applied_at is None:
                go_on_with(loaded, order, _others(loaded, order))


def is_owed_with_others(loaded: Loaded, subscription: Owned) -> bool:
    """Whether it owes a term that has begun, on one invoice with others that may still pay: the invoice stands then."""
    for order in _unpaid_orders(Subscription.objects.get(account_id=loaded.state.id, id=subscription.id)):
        if order.effects_applied_at is not None and any(one.id != subscription.id for one in _others(loaded, order)):
            return True
    return False


def _unpaid_orders(row: Subscription) -> list[Order]:
    """The open order on it, and any whose money was taken back."""
    named = OrderSubscription.objects.filter(account_id=row.account_id, subscription_id=row.id)
    owed = Invoice.objects.filter(
        account_id=row.account_id,
        order_id__in=named.values("order_id"),
        kind=DocumentKind.INVOICE,
        status=InvoiceStatus.OPEN,
    )
    orders = Order.objects.filter(account_id=row.account_id, id__in=named.values("order_id"))
    return list(orders.filter(Q(status__in=OPEN_ORDER) | Q(id__in=owed.values("order_id"))).order_by("placed_at", "id"))


def _others(loaded: Loaded, order: Order) -> list[Owned]:
    """Those on the order that owe their term, and are not to be canceled today."""
    named = OrderSubscription.objects.filter(account_id=order.account_id, order_id=order.id)
    ids = {str(one) for one in named.values_list("subscription_id", flat=True)}
    policy, today = loaded.offer.policy, loaded.today
    owing = (one for one in loaded.state.subscriptions if one.id in ids and one.status in NOT_PAID)
    return [one for one in owing if status_on(one, policy, today) in NOT_PAID]


def _take_back(order: Order, effects: Iterable[Effect]) -> None:
    """The days were never paid for: their periods end on their first day, and the last paid term ends it all."""
    for effect in effects:
        if not isinstance(effect, StartTerm | AddPeriod | OpenSubscription):
            continue
        span, of = effect.paid.period, {"account_id": order.account_id, "subscription_id": effect.subscription_id}
        standing = PaidPeriod.objects.filter(**of, starts_on=span.start, ends_on=span.end, stopped_on=None)
        standing.update(stopped_on=span.start)
        if isinstance(effect, StartTerm):
            ended = Subscription.objects.filter(id=effect.subscription_id, account_id=order.account_id)
            ended.filter(renews_on=span.end).update(
                renews_on=span.start, coming_on=None, coming_months=None, coming_plan_code=None, coming_seats=None
            )
