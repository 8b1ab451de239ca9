"""An unpaid renewal as the domain judges it: what was tried so far, and what could be charged next."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from tenor.db.models import Event, Order, OrderSubscription, Payment, PaymentMethod, Subscription
from tenor.domain.account import MethodKind, MethodStatus
from tenor.domain.account import PaymentMethod as Method
from tenor.domain.dunning import Attempt, Chargeable, Failure, decline_of
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.methods import is_usable
from tenor.domain.paying import named_method
from tenor.domain.terms import local_date
from tenor.domain.under_way import once_paid
from tenor.usecases.load import Loaded

NO_MONEY = (PaymentStatus.FAILED, PaymentStatus.CANCELED)


def failure_of(loaded: Loaded, order: Order) -> Failure:
    """The renewal `order` with every charge that failed since it is owed. Call with the account locked.

    Charges of the renewal that it stands in for count, too: a term that starts anew brings no new tries.
    """
    methods = loaded.state.methods
    backup = next((method for method in methods if method.is_backup), None)
    default = next((method for method in methods if method.is_default), None)
    failed = _payments(loaded, order).filter(status__in=NO_MONEY)
    reversed_ones = Payment.objects.filter(account_id=order.account_id, invoice__order_id=order.id)
    return Failure(
        attempts=_attempts(loaded, list(failed.order_by("created_at", "id"))),
        method=_chargeable(loaded, _method(loaded, order)),
        backup=_chargeable(loaded, backup),
        is_disputed=reversed_ones.filter(status=PaymentStatus.REVERSED).exists(),
        default=_chargeable(loaded, default) if loaded.offer.policy.default_pays_instead else None,
    )


def subscriptions_of(order: Order) -> QuerySet[Subscription]:
    """The subscriptions that the order is about."""
    named = OrderSubscription.objects.filter(account_id=order.account_id, order_id=order.id)
    return Subscription.objects.filter(account_id=order.account_id, id__in=named.values("subscription_id"))


def _payments(loaded: Loaded, order: Order) -> QuerySet[Payment]:
    """Those of the order, and of other renewals of the same subscriptions since these lapsed."""
    rows = subscriptions_of(order)
    since: date | None = rows.aggregate(since=Min("lapsed_on"))["since"]
    named = OrderSubscription.objects.filter(account_id=order.account_id, subscription_id__in=rows.values("id"))
    same = Order.objects.filter(account_id=order.account_id, action="renew", id__in=named.values("order_id"))
    own = Q(invoice__order_id=order.id)
    if since is not None:
        own |= Q(invoice__order_id__in=same.values("id"), created_at__date__gte=since)
    return Payment.objects.filter(own, account_id=order.account_id)


def _method(loaded: Loaded, order: Order) -> Method | None:
    """What is to pay for the subscriptions once the renewal has started, as they stand now: the first that can."""
    policy, today = loaded.offer.policy, loaded.today
    ids = {str(one) for one in subscriptions_of(order).values_list("id", flat=True)}
    owned = (once_paid(one, policy, today) for one in loaded.state.subscriptions if one.id in ids)
    named = [method for one in owned if (method := named_method(loaded.state, one)) is not None]
    return next((method for method in named if is_usable(loaded.offer, method, today)), None)


def _chargeable(loaded: Loaded, method: Method | None) -> Chargeable | None:
    if method is None or not is_usable(loaded.offer, method, loaded.today):
        return None
    return Chargeable(method.id, method.kind, method.last_day)


def _attempts(loaded: Loaded, payments: Iterable[Payment]) -> tuple[Attempt, ...]:
    tried = list(payments)
    used = PaymentMethod.objects.in_bulk([one.method_id for one in tried if one.method_id is not None])
    days = _days(loaded, tried)
    return tuple(_attempt(one, used.get(one.method_id), days[one.id]) for one in tried)


def _attempt(payment: Payment, method: PaymentMethod | None, on: date) -> Attempt:
    """A method that the bank refuses for good has had its final decline. Who waits for a debit sees no answer."""
    is_final = method is not None and method.status == MethodStatus.INVALID
    is_at_once = method is not None and method.kind != MethodKind.DIRECT_DEBIT
    return Attempt(
        on=on,
        method_id=str(payment.method_id),
        decline=decline_of(payment.decline_code, is_final=is_final),
        by_customer=is_at_once and bool(payment.request.get("on_session")),
    )


def _days(loaded: Loaded, payments: list[Payment]) -> Mapping[UUID, date]:
    """When each failure became known: a debit fails days after it was sent."""
    zone = loaded.state.time_zone
    days = {one.id: local_date(one.created_at, zone) for one in payments}
    kinds = [f"payment_{status}" for status in NO_MONEY]
    told = Event.objects.filter(account_id=loaded.state.id, payment_id__in=days, kind__in=kinds)
    return days | {one: local_date(at, zone) for one, at in told.values_list("payment_id", "at") if one is not None}
