"""A balance that is paid out, with rows, a real provider and the books: what goes back where, and what comes back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from tenor.db import models
from tenor.domain.account import Actor, MethodKind, Role
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ReturnOrder
from tenor.gateways.payments.errors import GatewayRefused, GatewayUnknown
from tenor.gateways.payments.port import RefundAnswer, RefundRequest, RefundStatus
from tenor.gateways.payments.sandbox.client import SandboxGateway
from tenor.usecases.pass_day import pass_day
from tenor.usecases.pay_out_balance import pay_out_balance, preview_pay_out
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.send_refund import send_refund
from tests.support import factories
from tests.support.balances import balance, movements, upgrade
from tests.support.books import assert_books_agree
from tests.support.customer import Customer

BOUGHT = 382_19


def ask(customer: Customer) -> tuple[UUID, ...]:
    shown = preview_pay_out(account_id=customer.id, actor=customer.actor, now=customer.now)
    return pay_out_balance(account_id=customer.id, seen=shown.fingerprint, actor=customer.actor, now=customer.now)


def send(customer: Customer, refunds: tuple[UUID, ...]) -> None:
    for refund_id in refunds:
        send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)


def pay_out(customer: Customer) -> None:
    send(customer, ask(customer))


def given_back(customer: Customer) -> list[tuple[int, str]]:
    rows = models.Refund.objects.filter(account=customer.account).order_by("created_at", "id")
    return [(row.amount_minor, row.status) for row in rows]


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as found:
        call()
    return found.value.code


def test_it_goes_back_to_the_method_that_paid(customer: Customer) -> None:
    order = customer.buy_seats(3)
    upgrade(customer, 100_00)
    refunds = ask(customer)
    assert (balance(customer), movements(customer)[-1]) == (0, ("paid_out", -100_00, 0))
    assert customer.ledger()["unapplied"] == -100_00
    assert_books_agree(customer.id, customer.sandbox)
    send(customer, refunds)
    assert given_back(customer) == [(100_00, "succeeded")]
    assert "unapplied" not in customer.ledger()
    (payment,) = customer.payments(order)
    (charge,) = customer.charges(order)
    assert (payment.status, customer.invoice(order).status) == ("succeeded", "paid")
    assert [refund["amount"]["minor"] for refund in charge["refunds"]] == [100_00]  # type: ignore[attr-defined]
    kinds = models.Event.objects.filter(account=customer.account).values_list("kind", flat=True)
    assert {"balance_paid_out", "money_refunded"} <= set(kinds)
    assert_books_agree(customer.id, customer.sandbox)


def test_the_night_sends_what_nobody_sent(customer: Customer) -> None:
    customer.buy_seats(3)
    upgrade(customer, 100_00)
    ask(customer)
    pass_day(now=customer.now)
    assert given_back(customer) == [(100_00, "succeeded")]
    assert_books_agree(customer.id, customer.sandbox)


def test_what_no_payment_covers_stays_on_the_balance(customer: Customer) -> None:
    customer.buy_seats(3)
    upgrade(customer, 500_00)
    shown = preview_pay_out(account_id=customer.id, actor=customer.actor, now=customer.now)
    assert (shown.goes.minor, shown.stays.minor) == (BOUGHT, 500_00 - BOUGHT)
    pay_out(customer)
    assert (balance(customer), given_back(customer)) == (500_00 - BOUGHT, [(BOUGHT, "succeeded")])
    assert refused(lambda: ask(customer)) == "nothing_to_pay_out"
    assert_books_agree(customer.id, customer.sandbox)


def test_the_newest_payment_first_and_only_what_is_left_of_it(customer: Customer) -> None:
    first = customer.buy_seats(1)
    customer.now += timedelta(days=1)
    customer.sandbox.set_clock(customer.now)
    second = customer.buy_seats(1)
    amounts = [customer.payments(order)[0].amount_minor for order in (second, first)]
    upgrade(customer, amounts[0] + 10_00)
    rest = balance(customer) - amounts[0]
    pay_out(customer)
    assert sorted(given_back(customer)) == sorted([(amounts[0], "succeeded"), (rest, "succeeded")])
    upgrade(customer, 20_00)
    again = balance(customer)
    pay_out(customer)
    of_first = models.Refund.objects.filter(payment=customer.payments(first)[0])
    assert sorted(of_first.values_list("amount_minor", flat=True)) == sorted([rest, again])
    assert_books_agree(customer.id, customer.sandbox)


def test_a_payment_that_was_given_back_takes_nothing(customer: Customer) -> None:
    order = customer.buy_seats(3)
    send(customer, customer.submit(customer.preview(ReturnOrder(str(order.id)))).refunds)
    upgrade(customer, 100_00)
    assert refused(lambda: ask(customer)) == "nothing_to_pay_out"
    assert balance(customer) == 100_00


@pytest.mark.parametrize("was_sent", [True, False])
def test_an_order_that_is_returned_after_it_gives_the_rest_to_the_balance(customer: Customer, was_sent: bool) -> None:
    """The method paid 382.19 and has 100.00 of it back: 282.19 are left to give."""
    order = customer.buy_seats(3)
    upgrade(customer, 100_00)
    refunds = ask(customer)
    if was_sent:
        send(customer, refunds)
    stored = customer.preview(ReturnOrder(str(order.id)))
    assert (stored.quote.at_gateway.minor, stored.quote.to_balance and stored.quote.to_balance.minor) == (
        -(BOUGHT - 100_00),
        100_00,
    )
    send(customer, customer.submit(stored).refunds)
    send(customer, () if was_sent else refunds)
    assert sorted(given_back(customer)) == [(100_00, "succeeded"), (BOUGHT - 100_00, "succeeded")]
    assert (balance(customer), movements(customer)[-1]) == (100_00, ("returned", 100_00, 100_00))
    assert customer.invoice(order).status == "credited"
    assert_books_agree(customer.id, customer.sandbox)


def test_an_order_whose_payment_went_out_whole_is_returned_to_the_balance(customer: Customer) -> None:
    order = customer.buy_seats(3)
    upgrade(customer, BOUGHT)
    pay_out(customer)
    assert customer.submit(customer.preview(ReturnOrder(str(order.id)))).refunds == ()
    assert balance(customer) == BOUGHT
    assert_books_agree(customer.id, customer.sandbox)


def test_a_credit_that_was_paid_out_is_not_taken_back(customer: Customer) -> None:
    customer.buy_seats(3)
    order = upgrade(customer, 100_00)
    pay_out(customer)
    with pytest.raises(Refusal) as found:
        customer.preview(ReturnOrder(str(order.id)))
    assert [reason.code for reason in found.value.reasons] == ["credit_spent"]


def test_what_the_provider_refuses_is_on_the_balance_again_and_is_not_tried_there_again(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.buy_seats(3)
    upgrade(customer, 100_00)

    def refuse(*_arguments: object) -> RefundAnswer:
        raise GatewayRefused("too_old", "this charge can't be refunded any more")

    with monkeypatch.context() as patched:
        patched.setattr(SandboxGateway, "refund", refuse)
        pay_out(customer)
    assert given_back(customer) == [(100_00, "failed")]
    assert [row[0] for row in movements(customer)] == ["credit", "paid_out", "not_paid_out"]
    assert balance(customer) == 100_00
    assert models.Event.objects.filter(kind="balance_not_paid_out").count() == 1
    assert_books_agree(customer.id, customer.sandbox)
    assert refused(lambda: ask(customer)) == "nothing_to_pay_out"


def test_what_the_provider_could_not_carry_out_is_on_the_balance_again(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.buy_seats(3)
    upgrade(customer, 100_00)

    def fail(_self: object, asked: RefundRequest) -> RefundAnswer:
        return RefundAnswer(
            gateway_id="re_1",
            reference=asked.reference,
            charge_reference=asked.charge_reference,
            status=RefundStatus.FAILED,
            amount=asked.amount,
            created_at=customer.now,
        )

    monkeypatch.setattr(SandboxGateway, "refund", fail)
    pay_out(customer)
    assert (balance(customer), given_back(customer)) == (100_00, [(100_00, "failed")])
    assert_books_agree(customer.id, customer.sandbox)


def test_silence_is_no_refusal_and_sends_nothing_twice(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    order = customer.buy_seats(3)
    upgrade(customer, 100_00)
    really = SandboxGateway.refund

    def lose(self: SandboxGateway, asked: RefundRequest) -> RefundAnswer:
        really(self, asked)
        raise GatewayUnknown("the answer was lost")

    refunds = ask(customer)
    with monkeypatch.context() as patched:
        patched.setattr(SandboxGateway, "refund", lose)
        with pytest.raises(GatewayUnknown):
            send(customer, refunds)
    assert (balance(customer), given_back(customer)) == (0, [(100_00, "sending")])
    send(customer, refunds)
    assert given_back(customer) == [(100_00, "succeeded")]
    (charge,) = customer.charges(order)
    assert len(charge["refunds"]) == 1  # type: ignore[arg-type]
    assert_books_agree(customer.id, customer.sandbox)


def later(customer: Customer, order: models.Order, *, days: int) -> None:
    """So many days pass, and what became of the order's debit is asked."""
    customer.now += timedelta(days=days)
    customer.sandbox.set_clock(customer.now)
    reconcile_payment(account_id=customer.id, payment_id=customer.payments(order)[0].id, now=customer.now)


@pytest.mark.parametrize("was_sent", [True, False])
def test_where_the_bank_takes_the_payment_back_its_invoice_is_owed_whole(customer: Customer, was_sent: bool) -> None:
    """What was sent was the customer's; what was not is on the balance again."""
    customer.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(3)
    later(customer, order, days=6)
    upgrade(customer, 100_00)
    had = balance(customer)
    refunds = ask(customer)
    send(customer, refunds if was_sent else ())
    later(customer, order, days=10)
    send(customer, refunds)
    assert (customer.payments(order)[0].status, customer.invoice(order).status) == ("reversed", "open")
    assert customer.ledger()["receivable"] == BOUGHT
    assert balance(customer) == (0 if was_sent else had)
    assert_books_agree(customer.id, customer.sandbox)
    assert refused(lambda: ask(customer)) == "balance_pays_what_is_owed"


def test_only_what_was_shown_is_paid_out(customer: Customer) -> None:
    customer.buy_seats(3)
    upgrade(customer, 100_00)
    shown = preview_pay_out(account_id=customer.id, actor=customer.actor, now=customer.now)
    upgrade(customer, 20_00)
    late = partial(pay_out_balance, account_id=customer.id, seen=shown.fingerprint, actor=customer.actor)
    assert refused(lambda: late(now=customer.now)) == "pay_out_changed"
    assert (balance(customer), given_back(customer)) == (120_00, [])


def test_who_may_not_buy_and_a_seller_who_does_not_pay_out(customer: Customer) -> None:
    customer.buy_seats(3)
    upgrade(customer, 100_00)
    viewer = Actor("v", "Vera", Role.VIEWER)
    looking = partial(preview_pay_out, account_id=customer.id, actor=viewer, now=customer.now)
    assert refused(looking) == "role_may_not_buy"
    seller = customer.account.seller
    seller.policy = {"balance_may_be_paid_out": False}
    seller.save(update_fields=["policy"])
    factories.touch_catalog(seller)
    assert refused(lambda: ask(customer)) == "balance_not_paid_out"
    assert balance(customer) == 100_00
