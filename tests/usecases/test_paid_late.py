"""Terms that are paid late, taken back, or never paid: dates, invoices and books to the day and the cent (rules 7)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tenor.db import models
from tenor.db.access import account_scope
from tenor.db.queries.receipts import read_receipt
from tenor.domain.account import MethodKind
from tenor.domain.forecast import UpcomingKind, forecast
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.money import Money
from tenor.domain.requests import ReturnOrder
from tenor.usecases.age_subscriptions import age_subscriptions
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.load import load
from tenor.usecases.pass_day import pass_day
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.resume_order import resume_order
from tenor.usecases.sweep_account import sweep_account
from tests.support import factories, plain_http
from tests.support.books import assert_books_agree
from tests.support.customer import SESSION, Customer

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def on(days: int) -> datetime:
    """Noon, that many days after the renewal date."""
    return RENEWAL + timedelta(days=days)


def later(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def monthly(customer: Customer) -> models.Subscription:
    """The subscription as a monthly one, renewing on the same day."""
    models.Subscription.objects.filter(id=customer.subscription.id).update(months=1, anchor=date(2027, 2, 1))
    models.PaidPeriod.objects.update(starts_on=date(2027, 2, 1), unit_price_minor=4_900, denominator=28)
    return customer.subscription


def declined(customer: Customer) -> models.Order:
    """Its renewal on the renewal date, declined."""
    customer.pay_by("declined_soft")
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    order = models.Order.objects.get(action="renew")
    assert customer.invoice(order).status == "open"
    return order


def age(customer: Customer, days: int) -> None:
    later(customer, on(days))
    age_subscriptions(account_id=customer.id, now=customer.now)
    customer.subscription.refresh_from_db()


def pay(customer: Customer, order: models.Order, method: models.PaymentMethod | None = None) -> models.Order:
    """Pay now, as in the portal; the order that was paid."""
    resumed = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=str((method or customer.method).id),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert resumed.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=resumed.payment_id, now=customer.now)
    customer.subscription.refresh_from_db()
    order.refresh_from_db()
    return models.Order.objects.get(id=resumed.order_id)


def reconcile(customer: Customer, payment: models.Payment) -> PaymentStatus:
    status = reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    customer.subscription.refresh_from_db()
    return status


def note_of(invoice: models.Invoice) -> models.Invoice:
    return models.Invoice.objects.get(corrects=invoice)


def periods(customer: Customer) -> list[tuple[date, date]]:
    rows = models.PaidPeriod.objects.filter(subscription=customer.subscription, stopped_on=None).order_by("starts_on")
    return [(row.starts_on, row.ends_on) for row in rows]


# --- a monthly term that is paid late -----------------------------------------------------------------------------


def test_within_the_days_of_grace_a_monthly_term_keeps_its_dates(customer: Customer) -> None:
    owned = monthly(customer)
    order = declined(customer)
    age(customer, 14)
    assert pay(customer, order) == order
    owned.refresh_from_db()
    assert (owned.status, owned.renews_on, owned.anchor) == ("active", date(2027, 4, 1), date(2027, 2, 1))


def test_after_them_it_starts_anew_on_the_day_it_is_paid(customer: Customer) -> None:
    owned = monthly(customer)
    order = declined(customer)
    age(customer, 15)
    assert owned.status == "suspended"
    assert told_to_start_anew(customer) == [str(owned.id)]
    paid = pay(customer, order)
    owned.refresh_from_db()
    assert (order.status, paid.status, paid.action) == ("canceled", "fulfilled", "renew")
    assert (owned.status, owned.renews_on, owned.anchor) == ("active", date(2027, 4, 16), date(2027, 3, 16))
    assert periods(customer)[-1] == (date(2027, 3, 16), date(2027, 4, 16))
    invoice = customer.invoice(order)
    assert (invoice.status, note_of(invoice).total_minor) == ("credited", -invoice.total_minor)
    assert customer.invoice(paid).status == "paid"
    with account_scope(customer.id):
        receipt = read_receipt(customer.id, paid.id)
    assert receipt is not None
    assert receipt.quote.priced_on == receipt.quote.lines[0].span.start == date(2027, 3, 16)
    assert_books_agree(customer.id, customer.sandbox)


def test_a_yearly_term_that_is_suspended_is_not_said_to_start_anew(customer: Customer) -> None:
    declined(customer)
    age(customer, 15)
    assert customer.subscription.status == "suspended"
    assert told_to_start_anew(customer) == []


def told_to_start_anew(customer: Customer) -> object:
    """What the mail about the suspension says: whose term begins on the day on which it is paid."""
    mails = models.Mail.objects.filter(account=customer.account, kind="subscription_suspended")
    return mails.values_list("context__starts_anew", flat=True).distinct().get()


def test_what_started_anew_can_be_returned(customer: Customer) -> None:
    owned = monthly(customer)
    order = declined(customer)
    age(customer, 15)
    paid = pay(customer, order)
    customer.submit(customer.preview(ReturnOrder(str(paid.id))))
    owned.refresh_from_db()
    assert (owned.status, owned.renews_on, owned.anchor) == ("expired", date(2027, 3, 1), date(2027, 2, 1))
    assert_books_agree(customer.id, customer.sandbox)


def test_what_starts_anew_and_is_not_paid_starts_anew_the_next_time(customer: Customer) -> None:
    monthly(customer)
    order = declined(customer)
    refused = models.PaymentMethod.objects.exclude(id=customer.method.id).get()
    age(customer, 15)
    second = pay(customer, order, refused)
    assert (second.status, customer.subscription.status) == ("requires_action", "suspended")
    same_day = pay(customer, second, refused)
    assert same_day == second
    age(customer, 18)
    third = pay(customer, second)
    assert (second.status, third.status) == ("canceled", "fulfilled")
    assert periods(customer)[-1] == (date(2027, 3, 19), date(2027, 4, 19))
    assert models.Invoice.objects.filter(account=customer.account, status="open").count() == 0
    assert_books_agree(customer.id, customer.sandbox)


def test_a_try_after_the_days_of_grace_starts_it_anew(customer: Customer) -> None:
    owned = monthly(customer)
    order = declined(customer)
    for days in (2, 7, 14):
        later(customer, on(days))
        pass_day(now=customer.now)
    customer.pay_by("paid")
    later(customer, on(21))
    pass_day(now=customer.now)
    pass_day(now=customer.now)
    owned.refresh_from_db()
    order.refresh_from_db()
    assert (order.status, owned.status) == ("canceled", "active")
    assert (owned.anchor, owned.renews_on) == (date(2027, 3, 22), date(2027, 4, 22))
    assert_books_agree(customer.id, customer.sandbox)


def test_a_yearly_term_keeps_its_dates_however_late(customer: Customer) -> None:
    order = declined(customer)
    age(customer, 40)
    assert pay(customer, order) == order
    assert (customer.subscription.status, customer.subscription.renews_on) == ("active", date(2028, 3, 1))


def test_the_forecast_shows_the_term_as_it_will_start(customer: Customer) -> None:
    monthly(customer)
    declined(customer)
    age(customer, 20)
    loaded = load(customer.id, customer.now)
    due, following, *_ = forecast(loaded.state, loaded.offer, loaded.today)
    assert (due.kind, due.amount) == (UpcomingKind.DUE, Money(147_00, "EUR"))
    assert due.quote is not None
    assert due.quote.lines[0].span.start == date(2027, 3, 21)
    assert following.on == date(2027, 4, 21)


# --- several on one renewal ---------------------------------------------------------------------------------------


def test_what_is_canceled_leaves_the_others_of_its_invoice_owing(customer: Customer) -> None:
    """A monthly subscription is given up after 30 days, the yearly one beside it goes on being owed."""
    owned = monthly(customer)
    yearly = factories.make_subscription(account=customer.account, payment_method=None)
    customer.pay_by("declined_soft")
    refused = models.PaymentMethod.objects.exclude(id=customer.method.id).get()
    models.Subscription.objects.update(payment_method=refused)
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    joint = models.Order.objects.get(action="renew")
    age(customer, 30)
    yearly.refresh_from_db()
    owned.refresh_from_db()
    assert (owned.status, yearly.status) == ("canceled", "suspended")
    joint.refresh_from_db()
    left = models.Order.objects.exclude(id=joint.id).get()
    assert (joint.status, customer.invoice(joint).status) == ("canceled", "credited")
    assert (left.status, left.total_minor, customer.invoice(left).status) == ("requires_action", 1260_00, "open")
    assert pay(customer, left) == left
    yearly.refresh_from_db()
    assert (yearly.status, yearly.renews_on) == ("active", date(2028, 3, 1))
    assert_books_agree(customer.id, customer.sandbox)


def tiny(customer: Customer) -> models.Subscription:
    """A yearly one that costs less than the gateway takes: 0.30 for three seats."""
    seller = customer.account.seller
    factories.make_plan(seller=seller, code="tiny")
    factories.make_price(seller=seller, plan_code="tiny", list_minor=12, renewal_minor=10)
    return factories.make_subscription(account=customer.account, payment_method=None, plan_code="tiny")


@pytest.mark.parametrize("days", [[30], [15, 30]])
def test_a_rest_too_small_to_collect_waits_for_the_next_invoice_and_begins(customer: Customer, days: list[int]) -> None:
    """With the first of them given up, nothing of the invoice is worth collecting: nobody loses the other one by it."""
    owned, rest = monthly(customer), tiny(customer)
    customer.pay_by("declined_soft")
    refused = models.PaymentMethod.objects.exclude(id=customer.method.id).get()
    models.Subscription.objects.update(payment_method=refused)
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    for each in days:
        age(customer, each)
    owned.refresh_from_db()
    rest.refresh_from_db()
    assert (owned.status, rest.status, rest.renews_on) == ("canceled", "active", date(2028, 3, 1))
    assert models.OrderLine.objects.get(carried=True, billed_at=None).amount_minor == 30
    assert not models.OrderSubscription.objects.filter(open=True).exists()
    age(customer, 60)
    rest.refresh_from_db()
    assert rest.status == "active"
    assert_books_agree(customer.id, customer.sandbox)


# --- debits and disputes ------------------------------------------------------------------------------------------


def debited(customer: Customer, behaviour: str) -> tuple[models.Order, models.Payment]:
    """Its renewal by debit: the term has begun, the money is under way."""
    customer.pay_by(behaviour, MethodKind.DIRECT_DEBIT)
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    order = models.Order.objects.get(action="renew")
    customer.subscription.refresh_from_db()
    assert (order.status, customer.subscription.status) == ("processing", "active")
    assert customer.subscription.renews_on == date(2028, 3, 1)
    return order, customer.payments(order)[0]


def test_a_debit_that_fails_leaves_the_begun_term_owing(customer: Customer) -> None:
    order, payment = debited(customer, "insufficient_funds")
    later(customer, on(7))
    assert reconcile(customer, payment) is PaymentStatus.FAILED
    assert (customer.subscription.status, customer.subscription.lapsed_on) == ("past_due", date(2027, 3, 8))
    assert pay(customer, order) == order
    assert (order.status, customer.subscription.status) == ("fulfilled", "active")
    assert customer.subscription.renews_on == date(2028, 3, 1)
    assert_books_agree(customer.id, customer.sandbox)


def test_never_paid_the_begun_term_is_taken_back(customer: Customer) -> None:
    order, payment = debited(customer, "account_closed")
    later(customer, on(7))
    reconcile(customer, payment)
    for days in (22, 52):
        age(customer, days)
    order.refresh_from_db()
    assert (customer.subscription.status, order.status) == ("canceled", "canceled")
    assert (customer.subscription.renews_on, periods(customer)) == (
        date(2027, 3, 1),
        [(date(2026, 3, 1), date(2027, 3, 1))],
    )
    invoice = customer.invoice(order)
    assert (invoice.status, note_of(invoice).total_minor) == ("credited", -invoice.total_minor)
    assert customer.ledger() == {}
    assert_books_agree(customer.id, customer.sandbox)


def taken_back(customer: Customer) -> tuple[models.Order, models.Payment]:
    """A debit that settled, and that the bank returned weeks later."""
    order, payment = debited(customer, "reversed")
    for days in (7, 30):
        later(customer, on(days))
        status = reconcile(customer, payment)
    assert status is PaymentStatus.REVERSED
    return order, payment


def test_money_that_the_bank_takes_back_makes_the_term_past_due_and_is_paid_again(customer: Customer) -> None:
    order, _ = taken_back(customer)
    order.refresh_from_db()
    assert (order.status, customer.invoice(order).status) == ("fulfilled", "open")
    assert (customer.subscription.status, customer.subscription.lapsed_on) == ("past_due", date(2027, 3, 31))
    loaded = load(customer.id, customer.now)
    (owned,) = loaded.state.subscriptions
    assert owned.open_order is not None
    assert owned.open_order.id == str(order.id)
    due = forecast(loaded.state, loaded.offer, loaded.today)[0]
    assert (due.kind, due.amount) == (UpcomingKind.DUE, Money(order.total_minor, "EUR"))
    assert pay(customer, order) == order
    assert (customer.subscription.status, customer.subscription.renews_on) == ("active", date(2028, 3, 1))
    assert customer.invoice(order).status == "paid"
    assert_books_agree(customer.id, customer.sandbox)


def test_nobody_pays_what_was_taken_back(customer: Customer) -> None:
    order, _ = taken_back(customer)
    for days in (45, 75):
        age(customer, days)
    order.refresh_from_db()
    assert (customer.subscription.status, order.status) == ("canceled", "fulfilled")
    assert customer.invoice(order).status == "credited"
    assert (customer.subscription.renews_on, customer.ledger()) == (date(2027, 3, 1), {})
    assert_books_agree(customer.id, customer.sandbox)


# --- money that comes when it is no use any more ------------------------------------------------------------------


def test_the_banks_check_passed_after_the_end_gives_the_money_back(customer: Customer) -> None:
    customer.pay_by("bank_check")
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    order = models.Order.objects.get(action="renew")
    models.Subscription.objects.filter(id=customer.subscription.id).update(
        status="suspended", lapsed_on=date(2027, 3, 1), renewal_claimed_at=None
    )
    age(customer, 45)
    (payment,) = customer.payments(order)
    assert customer.subscription.status == "canceled"
    plain_http.post(payment.action_url, data={"answer": "approve"})
    assert reconcile(customer, payment) is PaymentStatus.SUCCEEDED
    assert models.Refund.objects.get().reason == "arrived_too_late"
    assert_books_agree(customer.id, customer.sandbox)


def test_a_paid_renewal_that_can_t_be_granted_is_credited_and_paid_back(customer: Customer) -> None:
    customer.pay_by("bank_check")
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    order = models.Order.objects.get(action="renew")
    moved = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 5, 1)}  # as nothing lets it be while it is claimed
    factories.make_period(subscription=customer.subscription, kind="extension", denominator=365, **moved)
    models.Subscription.objects.filter(id=customer.subscription.id).update(renews_on=moved["ends_on"])
    (payment,) = customer.payments(order)
    plain_http.post(payment.action_url, data={"answer": "approve"})
    assert reconcile(customer, payment) is PaymentStatus.SUCCEEDED
    order.refresh_from_db()
    assert (order.status, customer.invoice(order).status) == ("failed", "credited")
    assert models.Refund.objects.get().reason == "could_not_be_granted"
    assert_books_agree(customer.id, customer.sandbox)


@pytest.mark.parametrize(("days", "status"), [(14, "past_due"), (15, "suspended"), (44, "suspended"), (45, "canceled")])
def test_access_days_are_the_policys(customer: Customer, days: int, status: str) -> None:
    declined(customer)
    age(customer, days)
    assert customer.subscription.status == status
