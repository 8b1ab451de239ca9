"""An account's balance with rows, a real provider and the books: where it comes from, what it pays, what comes back."""

from datetime import UTC, datetime, timedelta

import pytest

from tenor.db import models
from tenor.db.access import account_scope
from tenor.domain.account import MethodKind
from tenor.domain.balance import BalanceReason
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.money import Money
from tenor.domain.quote import Collection
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, ReturnOrder
from tenor.usecases.close_order import close_order
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.load import load
from tenor.usecases.move_balance import move_balance
from tenor.usecases.pass_day import pass_day
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.resume_order import resume_order
from tenor.usecases.retry_payment import retry_due
from tenor.usecases.send_refund import send_refund
from tenor.usecases.sweep_account import sweep_account
from tests.support import factories
from tests.support.balances import balance, movements, upgrade
from tests.support.books import assert_books_agree
from tests.support.customer import SESSION, Customer

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
WHOLE = 1260_00


def on_day(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)
    pass_day(now=now)
    collect_due(now=now)


def give_back(customer: Customer, order: models.Order) -> None:
    for refund_id in customer.submit(customer.preview(ReturnOrder(str(order.id)))).refunds:
        send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)


# --- a credit above the charge ------------------------------------------------------------------------------------


def test_a_credit_above_the_charge_comes_to_the_balance(customer: Customer) -> None:
    order = upgrade(customer, 100_00)
    invoice = customer.invoice(order)
    assert (order.status, order.total_minor) == ("fulfilled", -100_00)
    assert (invoice.status, invoice.total_minor, invoice.from_balance_minor) == ("paid", -100_00, -100_00)
    assert (balance(customer), movements(customer)) == (100_00, [("credit", 100_00, 100_00)])
    assert customer.payments(order) == []
    assert customer.ledger() == {"customer_balance": -100_00, "deferred_revenue": 100_00}
    assert_books_agree(customer.id, customer.sandbox)


def test_returned_it_takes_the_credit_back_while_it_is_there(customer: Customer) -> None:
    order = upgrade(customer, 100_00)
    give_back(customer, order)
    order.refresh_from_db()
    assert (order.status, customer.invoice(order).status, balance(customer)) == ("returned", "credited", 0)
    assert movements(customer)[-1] == ("returned", -100_00, 0)
    assert customer.ledger() == {}
    assert_books_agree(customer.id, customer.sandbox)


def test_what_has_paid_for_something_is_not_taken_back(customer: Customer) -> None:
    order = upgrade(customer, 100_00)
    customer.buy_seats(1)
    with pytest.raises(Refusal) as refused:
        customer.preview(ReturnOrder(str(order.id)))
    assert [reason.code for reason in refused.value.reasons] == ["credit_spent"]


def test_a_seller_who_keeps_no_balances_refuses_it(customer: Customer) -> None:
    seller = customer.account.seller
    seller.policy = {"credit_kept_on_balance": False}
    seller.save(update_fields=["policy"])
    factories.touch_catalog(seller)
    with pytest.raises(Refusal, match="credit_exceeds_charge"):
        upgrade(customer, 100_00)


# --- what the next orders take ------------------------------------------------------------------------------------


def test_the_next_order_takes_from_the_balance_first_and_the_gateway_collects_the_rest(customer: Customer) -> None:
    upgrade(customer, 100_00)
    order = customer.buy_seats(3)
    invoice = customer.invoice(order)
    assert (invoice.total_minor, invoice.from_balance_minor, invoice.status) == (382_19, 100_00, "paid")
    assert [payment.amount_minor for payment in customer.payments(order)] == [282_19]
    assert (balance(customer), movements(customer)[-1]) == (0, ("used", -100_00, 0))
    assert_books_agree(customer.id, customer.sandbox)
    give_back(customer, order)
    assert [refund.amount_minor for refund in models.Refund.objects.all()] == [282_19]
    assert [payment.status for payment in customer.payments(order)] == ["refunded"]
    assert (balance(customer), movements(customer)[-1]) == (100_00, ("returned", 100_00, 100_00))
    note = models.Invoice.objects.get(kind="credit_note")
    assert (note.total_minor, note.from_balance_minor, note.status) == (-382_19, -100_00, "paid")
    assert_books_agree(customer.id, customer.sandbox)


def test_what_the_balance_pays_whole_needs_no_gateway(customer: Customer) -> None:
    upgrade(customer, 500_00)
    stored = customer.preview(AddSeats(str(customer.subscription.id), 3))
    assert (stored.quote.collection, stored.quote.at_gateway.minor) == (Collection.BALANCE, 0)
    submitted = customer.submit(stored)
    assert submitted.payment_id is None
    order = models.Order.objects.get(action="add_seats")
    assert (order.status, customer.invoice(order).status, customer.payments(order)) == ("fulfilled", "paid", [])
    assert balance(customer) == 500_00 - 382_19
    assert_books_agree(customer.id, customer.sandbox)
    give_back(customer, order)
    assert (balance(customer), models.Refund.objects.count()) == (500_00, 0)
    assert_books_agree(customer.id, customer.sandbox)


def test_a_decline_keeps_the_part_and_an_order_that_is_given_up_gives_it_back(customer: Customer) -> None:
    upgrade(customer, 100_00)
    customer.pay_by("declined_soft")
    order = customer.buy_seats(3)
    assert (order.status, balance(customer)) == ("requires_action", 0)
    assert_books_agree(customer.id, customer.sandbox)
    close_order(
        account_id=customer.id,
        order_id=order.id,
        actor=customer.actor,
        status=OrderStatus.CANCELED,
        now=customer.now,
    )
    assert (balance(customer), movements(customer)[-1]) == (100_00, ("released", 100_00, 100_00))
    assert customer.invoice(order).status == "void"
    assert_books_agree(customer.id, customer.sandbox)


def test_an_order_that_is_resumed_collects_the_rest_and_no_more(customer: Customer) -> None:
    upgrade(customer, 100_00)
    customer.pay_by("declined_soft")
    order = customer.buy_seats(3)
    again = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=str(customer.method.id),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert again.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=again.payment_id, now=customer.now)
    order.refresh_from_db()
    assert order.status == "fulfilled"
    assert [(one.status, one.amount_minor) for one in customer.payments(order)] == [
        ("failed", 282_19),
        ("succeeded", 282_19),
    ]
    assert_books_agree(customer.id, customer.sandbox)


def test_two_quotes_that_count_on_the_same_money_are_not_both_carried_out(customer: Customer) -> None:
    """The second is stale: it is shown again with what it costs by now."""
    upgrade(customer, 100_00)
    first, second = (customer.preview(AddSeats(str(customer.subscription.id), seats)) for seats in (1, 3))
    customer.submit(first)
    with pytest.raises(Refusal) as refused:
        customer.submit(second)
    assert refused.value.code in ("quote_stale", "not_eligible")
    assert balance(customer) == 0


def test_what_the_bank_took_back_is_paid_again_without_the_balance_s_part(customer: Customer) -> None:
    upgrade(customer, 100_00)
    customer.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(3)
    for days in (6, 10):
        customer.now += timedelta(days=days)
        customer.sandbox.set_clock(customer.now)
        (payment,) = customer.payments(order)
        reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    assert customer.invoice(order).status == "open"
    assert_books_agree(customer.id, customer.sandbox)
    give_back(customer, order)
    assert (balance(customer), models.Refund.objects.count()) == (100_00, 0)
    assert_books_agree(customer.id, customer.sandbox)


# --- renewals -----------------------------------------------------------------------------------------------------


def test_the_night_takes_from_the_balance_first(customer: Customer) -> None:
    upgrade(customer, 100_00)
    on_day(customer, RENEWAL)
    order = models.Order.objects.get(action="renew")
    assert (order.status, [one.amount_minor for one in customer.payments(order)]) == ("fulfilled", [WHOLE - 100_00])
    assert (customer.invoice(order).from_balance_minor, balance(customer)) == (100_00, 0)
    assert_books_agree(customer.id, customer.sandbox)
    give_back(customer, order)
    assert balance(customer) == 100_00
    assert_books_agree(customer.id, customer.sandbox)


def test_a_renewal_that_the_balance_pays_whole_charges_nothing(customer: Customer) -> None:
    upgrade(customer, 2000_00)
    on_day(customer, RENEWAL)
    order = models.Order.objects.get(action="renew")
    assert (order.status, customer.payments(order), balance(customer)) == ("fulfilled", [], 2000_00 - WHOLE)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, str(customer.subscription.renews_on)) == ("active", "2028-03-01")
    assert_books_agree(customer.id, customer.sandbox)
    give_back(customer, order)
    assert balance(customer) == 2000_00
    assert_books_agree(customer.id, customer.sandbox)


def test_an_unpaid_renewal_keeps_its_part_through_the_tries_and_gives_it_back_when_it_ends(customer: Customer) -> None:
    upgrade(customer, 100_00)
    customer.pay_by("declined_soft")
    for days in range(50):
        on_day(customer, RENEWAL + timedelta(days=days))
    order = models.Order.objects.get(action="renew")
    amounts = {payment.amount_minor for payment in customer.payments(order)}
    assert (order.status, amounts, len(customer.payments(order))) == ("canceled", {WHOLE - 100_00}, 5)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, customer.invoice(order).status) == ("canceled", "credited")
    assert balance(customer) == 100_00
    assert_books_agree(customer.id, customer.sandbox)


def overdue_month(customer: Customer, has: int) -> models.Order:
    """A month of 49.00, of which the balance paid 10.00, was declined; sixteen days later there is `has` in all."""
    month = {"months": 1, "seats": 1, "anchor": RENEWAL.date().replace(month=2)}
    models.Subscription.objects.filter(id=customer.subscription.id).update(**month)
    upgrade(customer, 10_00)
    customer.pay_by("declined_soft")
    on_day(customer, RENEWAL)
    order = models.Order.objects.get(action="renew")
    assert [one.amount_minor for one in customer.payments(order)] == [39_00]
    customer.now = RENEWAL + timedelta(days=16)
    customer.sandbox.set_clock(customer.now)
    if has > 10_00:
        with account_scope(customer.id):
            add_to_balance(customer, has - 10_00)
    return order


@pytest.mark.parametrize(("has", "asked"), [(10_00, [39_00]), (100_00, [])])
def test_a_monthly_term_that_starts_anew_takes_the_released_money_again(
    customer: Customer, has: int, asked: list[int]
) -> None:
    """The balance pays a part of the term, or with a credit that came since all of it."""
    first = overdue_month(customer, has)
    resumed = resume_order(
        account_id=customer.id,
        order_id=first.id,
        method_id=str(customer.method.id),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    anew = models.Order.objects.get(id=resumed.order_id)
    assert anew.id != first.id
    if resumed.payment_id is not None:
        collect_payment(account_id=customer.id, payment_id=resumed.payment_id, now=customer.now)
    anew.refresh_from_db()
    assert anew.status == "fulfilled"
    assert [one.amount_minor for one in customer.payments(anew)] == asked
    assert balance(customer) == max(0, has - 49_00)


def test_a_try_on_its_day_finds_the_term_paid_by_the_balance(customer: Customer) -> None:
    first = overdue_month(customer, 100_00)
    retry_due(now=customer.now)
    anew = models.Order.objects.exclude(id=first.id).get(action="renew")
    assert (anew.status, customer.payments(anew), balance(customer)) == ("fulfilled", [], 51_00)
    customer.subscription.refresh_from_db()
    assert customer.subscription.status == "active"


def add_to_balance(customer: Customer, minor: int) -> None:
    """A credit that came since the renewal was invoiced, as another upgrade would bring it."""
    loaded = load(customer.id, customer.now)
    document = models.Invoice.objects.get(order__action="change_plan")
    move_balance(loaded, document, Money(minor, "EUR"), BalanceReason.RETURNED)


def test_an_account_with_a_balance_is_renewed_like_the_others_by_the_night_and_by_itself(customer: Customer) -> None:
    upgrade(customer, 100_00)
    customer.now = RENEWAL
    customer.sandbox.set_clock(RENEWAL)
    sweep_account(account_id=customer.id, now=RENEWAL)
    order = models.Order.objects.get(action="renew")
    assert [one.amount_minor for one in customer.payments(order)] == [WHOLE - 100_00]
    assert_books_agree(customer.id, customer.sandbox)
