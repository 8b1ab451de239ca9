"""Each duty meets an account with something wrong that nobody foresaw: all others are done, that one waits.

The poison goes past the constraints, as a restored backup or a hand on the database may.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tenor.db import models
from tenor.db.queries.watch import list_parked
from tenor.db.set_aside import waiting
from tenor.domain.duties import Duty
from tenor.domain.requests import ReturnOrder
from tenor.usecases.age_subscriptions import age_subscriptions
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.pass_day import pass_day
from tenor.usecases.reconcile_books import reconcile_books
from tenor.usecases.release_parked import release_parked
from tenor.usecases.remind_accounts import remind_everybody
from tenor.usecases.renew_account import renew_account
from tenor.usecases.renew_due import renew_due
from tenor.usecases.retry_payment import retry_due
from tenor.worker import duties, run
from tests.db.world import lift_guards
from tests.support import factories
from tests.support.customer import NOW, Customer
from tests.support.documents import make_order

pytestmark = pytest.mark.django_db(transaction=True)

RENEWAL = datetime(2027, 3, 1, 12, tzinfo=UTC)


def sql(statement: str, *values: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def unguarded() -> Any:
    """A database without the constraints that would refuse the poison; put back afterwards, with the rows gone."""
    dropped = [
        ("db_account", "an_accounts_time_zone_is_known"),
        ("db_account", "a_customer_is_of_a_known_type"),
        ("db_subscription", "a_subscriptions_channel_is_known"),
        ("db_paymentmethod", "a_method_is_of_a_known_kind"),
    ]
    kept: list[tuple[str, str, str]] = []
    with connection.cursor() as cursor:
        for table, name in dropped:
            cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
            if row := cursor.fetchone():
                kept.append((table, name, row[0]))
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE db_account CASCADE")
        for table, name, definition in kept:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _zone(account: models.Account) -> None:
    sql("UPDATE db_account SET time_zone = 'Mars/Phobos' WHERE id = %s", account.id)


def _type(account: models.Account) -> None:
    sql("UPDATE db_account SET customer_type = 'charity' WHERE id = %s", account.id)


def _method(account: models.Account) -> None:
    sql("UPDATE db_paymentmethod SET kind = 'cheque' WHERE account_id = %s", account.id)


def _entry(account: models.Account) -> None:
    subscription = models.Subscription.objects.get(account=account)
    factories.make_change(subscription=subscription, kind="seats", value="many")


def _policy(account: models.Account) -> None:
    models.Seller.objects.filter(id=account.seller_id).update(policy={"no_such_setting": 1})


def _series(account: models.Account) -> None:
    models.NumberSeries.objects.filter(seller_id=account.seller_id, series__in=["order", "invoice"]).delete()


def _price(account: models.Account) -> None:
    models.Subscription.objects.filter(account=account).update(months=7)


Poison = Callable[[models.Account], None]
ANYWHERE: dict[str, Poison] = {
    "a zone that nobody knows": _zone,
    "an unknown type of customer": _type,
    "an unknown kind of method": _method,
    "an entry that is no number": _entry,
    "unreadable settings of its seller": _policy,
}
AT_NIGHT: dict[str, Poison] = {**ANYWHERE, "no price": _price, "no numbers": _series}


def three(**subscription: Any) -> tuple[models.Account, models.Account, models.Account]:
    """The second is of a seller of its own, so that a seller's poison is its alone."""
    shared = factories.make_catalog()
    made = []
    for seller in (shared, factories.make_catalog(), shared):
        account = factories.make_account(seller=seller)
        factories.make_member(account=account)
        factories.make_method(account=account)
        factories.make_subscription(account=account, **subscription)
        made.append(account)
    first, second, third = made
    return first, second, third


def parked() -> dict[str, str]:
    """By the account's number, why."""
    return {row.account: row.error for row in list_parked(100)}


@pytest.mark.parametrize("kind", AT_NIGHT)
def test_the_night_renews_all_others(kind: str, unguarded: None) -> None:
    first, poisoned, third = three()
    AT_NIGHT[kind](poisoned)
    renewed = renew_due(now=RENEWAL, wait=lambda _: None)
    assert (renewed.done, renewed.parked) == (2, 1)
    ordered = set(models.Order.objects.values_list("account_id", flat=True))
    assert ordered == {first.id, third.id}
    assert list(parked()) == [poisoned.number]
    assert parked()[poisoned.number]


@pytest.mark.parametrize("kind", AT_NIGHT)
def test_a_day_that_is_passed_does_so_too(kind: str, unguarded: None, customer: Customer) -> None:
    customer.sandbox.set_clock(RENEWAL)
    _, poisoned, _ = three()
    AT_NIGHT[kind](poisoned)
    pass_day(now=RENEWAL)
    customer.subscription.refresh_from_db()
    assert str(customer.subscription.renews_on) == "2028-03-01"
    assert poisoned.number in parked()


AGED = {name: poison for name, poison in ANYWHERE.items() if name != "an entry that is no number"}


@pytest.mark.parametrize("kind", AGED)
def test_time_goes_on_for_all_others(kind: str, unguarded: None) -> None:
    first, poisoned, third = three(auto_renew=False)
    AGED[kind](poisoned)
    duties.Sweep()(RENEWAL)
    ended = models.Subscription.objects.filter(status="expired").values_list("account_id", flat=True)
    assert set(ended) == {first.id, third.id}
    assert waiting(Duty.AGE) == {poisoned.id}
    assert set(parked()) == {poisoned.number}
    assert duties.Sweep()(RENEWAL + timedelta(hours=1)) == 2, "it is left alone until somebody releases it"


def test_what_is_released_is_tried_again(unguarded: None) -> None:
    _, poisoned, _ = three(auto_renew=False)
    _zone(poisoned)
    duties.Sweep()(RENEWAL)
    sql("UPDATE db_account SET time_zone = 'UTC' WHERE id = %s", poisoned.id)
    (row,) = list_parked(10)
    assert (row.kind, row.account) == ("step", poisoned.number)
    assert "Mars/Phobos" in row.error
    assert release_parked(row.id) == "step"
    assert duties.Sweep()(RENEWAL + timedelta(hours=1)) == 3
    assert models.Subscription.objects.get(account=poisoned).status == "expired"


@pytest.mark.parametrize("kind", ANYWHERE)
def test_all_others_are_reminded(kind: str, unguarded: None) -> None:
    first, poisoned, third = three()
    ANYWHERE[kind](poisoned)
    remind_everybody(now=datetime(2027, 2, 15, 9, tzinfo=UTC))
    assert set(models.Mail.objects.values_list("account_id", flat=True)) == {first.id, third.id}
    assert waiting(Duty.REMIND) == {poisoned.id}
    assert remind_everybody(now=datetime(2027, 2, 15, 9, tzinfo=UTC)) == 0


def test_orders_of_all_others_expire(customer: Customer, unguarded: None) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(1)
    _, poisoned, _ = three()
    other = make_order(account=poisoned, status="requires_action", expires_at=order.expires_at)
    _type(poisoned)
    assert duties.orders(order.expires_at) == 1
    order.refresh_from_db()
    assert order.status == "expired"
    assert waiting(Duty.EXPIRE) == {other.id}


def test_renewals_of_all_others_are_tried_again(customer: Customer, unguarded: None) -> None:
    customer.sandbox.set_clock(RENEWAL)
    customer.pay_by("declined_soft")
    pass_day(now=RENEWAL)
    order = models.Order.objects.get(action="renew")
    other = models.Order.objects.get(id=order.id)
    _, poisoned, _ = three()
    other.id, other.account_id, other.number, other.method_id = UUID(int=7), poisoned.id, "O-poison", None
    other.save(force_insert=True)
    _zone(poisoned)
    assert retry_due(now=RENEWAL + timedelta(days=2)) == 1
    assert models.Payment.objects.filter(account=customer.account).count() == 2
    assert waiting(Duty.RETRY) == {other.id}


@pytest.mark.parametrize("request_of_it", [{}, {"method": "pm", "dance": True}, []])
def test_payments_of_all_others_are_collected(customer: Customer, request_of_it: object) -> None:
    customer.sandbox.set_clock(RENEWAL)
    renew_account(account_id=customer.id, now=RENEWAL)
    good = models.Payment.objects.get()
    _, other, _ = three()
    renew_account(account_id=other.id, now=RENEWAL)
    poison = models.Payment.objects.get(account=other)
    models.Payment.objects.filter(id=poison.id).update(request=request_of_it)
    assert collect_due(now=RENEWAL).counts == {"succeeded": 1}
    good.refresh_from_db()
    assert good.status == "succeeded"
    assert set(parked()) == {other.number}
    assert collect_due(now=RENEWAL).total == 0


@pytest.mark.parametrize("effects", [[{"kind": "dance"}], [{"kind": "start_term"}], {"no": "list"}])
def test_what_can_not_be_granted_is_paid_alone(customer: Customer, effects: object) -> None:
    """Its money came and its effects can't be read: the answer is kept, tried again, and then waits for a person."""
    customer.sandbox.set_clock(RENEWAL)
    renew_account(account_id=customer.id, now=RENEWAL)
    _, other, _ = three()
    models.PaymentMethod.objects.filter(account=other).update(gateway_reference=customer.sandbox.method("paid"))
    renew_account(account_id=other.id, now=RENEWAL)
    models.Order.objects.filter(account=other).update(effects=effects)
    models.Payment.objects.filter(account=other).update(tries=11)
    collect_due(now=RENEWAL)
    assert models.Payment.objects.get(account=customer.account).status == "succeeded"
    assert set(parked()) == {other.number}


@pytest.mark.parametrize("body", [[], "text", 7, {"charge_reference": 3, "subject": "method"}])
def test_all_other_events_are_processed(customer: Customer, body: object) -> None:
    """The poison comes first, and in the same batch as a plain hint."""
    customer.pay_by("answer_lost")
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    for number, told in enumerate((body, {"charge_reference": str(payment.id)})):
        models.GatewayEvent.objects.create(
            gateway="sandbox",
            event_id=f"ev_{number}",
            kind="charge.succeeded",
            body=told,
            received_at=NOW,
            tries=11 - number,
        )
    duties.gateway_events(NOW)
    order.refresh_from_db()
    assert order.status == "fulfilled"
    first, second = models.GatewayEvent.objects.order_by("event_id")
    assert second.processed_at == NOW
    assert first.processed_at == NOW or first.parked_at is not None


def test_all_other_refunds_are_sent(customer: Customer) -> None:
    """One whose gateway is not here waits, and then for a person; the other goes out."""
    orders = [customer.buy_seats(1) for _ in range(2)]
    for order in reversed(orders):
        customer.submit(customer.preview(ReturnOrder(str(order.id))))
    poison = models.Refund.objects.get(payment__invoice__order=orders[0])
    models.Payment.objects.filter(id=poison.payment_id).update(gateway="nowhere")
    models.Refund.objects.filter(id=poison.id).update(tries=11)
    assert duties.refunds(NOW) == 1
    assert [row.id for row in list_parked(10)] == [poison.id]


def test_all_other_charges_are_compared(customer: Customer) -> None:
    customer.sandbox.post("/test/clear")
    customer.sandbox.set_clock(NOW)
    customer.pay_by("paid")
    first, second = customer.buy_seats(1), customer.buy_seats(1)
    lift_guards()
    sql("ALTER TABLE db_payment DROP CONSTRAINT a_payments_status_is_known")
    models.Payment.objects.filter(invoice__order=first).update(status="dancing")
    models.Payment.objects.filter(invoice__order=second).update(amount_minor=1)
    found = reconcile_books(gateway="sandbox", now=NOW).found
    assert dict(found) == {"status_differs": 1, "amount_differs": 1}


def test_a_duty_that_fails_as_a_whole_stops_no_other_duty() -> None:
    def broken(_: datetime) -> int:
        raise KeyError("nobody foresaw it")

    assert run._carry_out(broken) == 0


def test_an_account_that_is_well_is_never_set_aside() -> None:
    first, *_ = three(auto_renew=False)
    assert age_subscriptions(account_id=first.id, now=RENEWAL) == 1
    assert not models.SetAside.objects.exists()
