"""An overdue renewal is an issued invoice: what is promised, declined and changed while it is owed (rules 6, 7)."""

from datetime import date, timedelta
from typing import Any

import pytest

from tenor.db import models
from tenor.domain.account import ChangeKind
from tenor.domain.refusals import Refusal
from tenor.domain.requests import (
    ChangeOwed,
    DeclineOwed,
    OwedChoice,
    ReduceSeats,
    RenewLate,
    ReturnOrder,
    SetAutoRenew,
    SetPaymentMethod,
    UndoScheduled,
)
from tenor.gateways.payments.port import ChargeStatus
from tenor.usecases.record_answer import record_answer
from tests.support import factories
from tests.support.books import assert_books_agree
from tests.support.customer import Customer
from tests.support.renewal_books import answer_to
from tests.usecases.owing import (
    RENEWAL,
    another,
    ask,
    at,
    invoices,
    listed,
    mend,
    order_of,
    overdue,
    paid,
    pass_days,
    payments,
)

NEXT = date(2028, 3, 1)


def one(customer: Customer) -> str:
    return str(customer.subscription.id)


# --- promises name days to come ---------------------------------------------------------------------------------------


def test_what_is_chosen_while_it_is_owed_is_promised_for_the_renewal_after(customer: Customer) -> None:
    overdue(customer)
    quote = ask(customer, ReduceSeats(one(customer), 1))
    [promised] = quote.promised
    assert (promised.on, promised.seats, promised.amount.minor) == (NEXT, 1, 42_000)
    [owed] = quote.owed
    assert (owed.since, owed.seats, owed.retry_on) == (date(2027, 3, 1), 3, date(2027, 3, 3))
    assert owed.total is not None
    assert owed.total.minor == 126_000


def test_what_the_order_saw_is_no_longer_on_the_list(customer: Customer) -> None:
    ask(customer, ReduceSeats(one(customer), 2))
    overdue(customer)
    with pytest.raises(Refusal, match="nothing_scheduled"):
        customer.preview(UndoScheduled(one(customer), ChangeKind.SEATS))
    with pytest.raises(Refusal, match="seats_unchanged"):
        customer.preview(ReduceSeats(one(customer), 2))
    with pytest.raises(Refusal, match="seats_not_fewer"):
        customer.preview(ReduceSeats(one(customer), 3))
    [promised] = ask(customer, ReduceSeats(one(customer), 1)).promised
    assert (promised.on, promised.seats) == (NEXT, 1)


def test_another_method_is_promised_for_the_renewal_after(customer: Customer) -> None:
    overdue(customer)
    quote = ask(customer, SetPaymentMethod((one(customer),), str(customer.method.id)))
    assert [each.on for each in quote.promised] == [NEXT]
    assert [each.seats for each in quote.owed] == [3]


def test_what_is_owed_together_is_told_together(customer: Customer) -> None:
    another(customer, seats=1)
    overdue(customer)
    quote = ask(customer, ReduceSeats(one(customer), 1))
    assert sorted(each.seats for each in quote.owed) == [1, 3]
    assert {each.total.minor for each in quote.owed if each.total} == {168_000}


def test_on_again_of_what_has_expired_promises_nothing(customer: Customer) -> None:
    overdue(customer)
    ask(customer, DeclineOwed((one(customer),)))
    assert ask(customer, SetAutoRenew((one(customer),), on=True)).promised == ()
    pass_days(customer, 2, 3)
    assert payments(customer) == [("failed", 126_000)]


# --- declining --------------------------------------------------------------------------------------------------------


def test_renewal_turned_off_while_it_is_owed_charges_nothing_and_stays_off(customer: Customer) -> None:
    bad = overdue(customer)
    quote = ask(customer, SetAutoRenew((one(customer),), on=False))
    assert (quote.promised, quote.owed) == ((), ())
    mend(customer, bad)
    pass_days(customer, 2, 3, 7, 14)
    assert payments(customer) == [("failed", 126_000)]
    assert (customer.subscription.status, listed(customer.subscription)) == ("expired", {"auto_renew": "off"})


@pytest.mark.parametrize("day", [1, 20])
def test_declined_it_is_as_one_whose_renewal_was_off(customer: Customer, day: int) -> None:
    overdue(customer)
    pass_days(customer, *([2, 7, 14, 20] if day == 20 else []))
    customer.subscription.refresh_from_db()
    assert customer.subscription.status == ("suspended" if day == 20 else "past_due")
    quote = ask(customer, DeclineOwed((one(customer),)))
    assert (quote.total.minor, quote.promised, quote.owed) == (0, (), ())
    assert (customer.subscription.status, customer.subscription.lapsed_on) == ("expired", date(2027, 3, 1))
    assert invoices(customer) == [("invoice", "credited", 126_000), ("credit_note", "paid", -126_000)]
    assert customer.ledger() == {}
    pass_days(customer, day + 1)
    late = ask(customer, RenewLate(one(customer), str(customer.method.id)))
    assert late.total.minor == 3 * 46_500, "late it costs the list price"
    assert (customer.subscription.status, customer.subscription.renews_on) == ("active", NEXT)
    assert not customer.subscription.auto_renew


def test_of_two_on_an_invoice_only_the_other_is_charged(customer: Customer) -> None:
    other = another(customer, seats=1)
    bad = overdue(customer)
    quote = ask(customer, SetAutoRenew((str(other.id),), on=False))
    assert [(each.seats, each.total and each.total.minor) for each in quote.owed] == [(3, 126_000)]
    mend(customer, bad)
    pass_days(customer, 2, 3)
    assert payments(customer) == [("failed", 168_000), ("succeeded", 126_000)]
    other.refresh_from_db()
    assert (other.status, customer.subscription.status) == ("expired", "active")
    assert "receivable" not in customer.ledger()


def test_both_of_two_declined_one_after_the_other(customer: Customer) -> None:
    other = another(customer, seats=1)
    bad = overdue(customer)
    ask(customer, DeclineOwed((str(other.id),)))
    ask(customer, DeclineOwed((one(customer),)))
    mend(customer, bad)
    pass_days(customer, 2, 3)
    assert payments(customer) == [("failed", 168_000)]
    assert customer.ledger() == {}


def test_declined_both_at_once_the_invoice_is_credited_once(customer: Customer) -> None:
    other = another(customer, seats=1)
    overdue(customer)
    ask(customer, DeclineOwed((one(customer), str(other.id))))
    assert invoices(customer) == [("invoice", "credited", 168_000), ("credit_note", "paid", -168_000)]
    assert customer.ledger() == {}


def test_where_the_seller_does_not_let_it_be_declined_off_is_for_the_renewal_after(customer: Customer) -> None:
    models.Seller.objects.update(policy={"may_decline_owed": False})
    bad = overdue(customer)
    quote = ask(customer, SetAutoRenew((one(customer),), on=False))
    assert quote.promised == ()
    assert [each.retry_on for each in quote.owed] == [date(2027, 3, 3)], "the quote says that it stays owed"
    mend(customer, bad)
    pass_days(customer, 2)
    assert paid(customer) == [126_000]
    assert listed(customer.subscription) == {"auto_renew": "off"}
    with pytest.raises(Refusal) as refused:
        customer.preview(DeclineOwed((one(customer),)))
    assert [reason.code for reason in refused.value.reasons] == ["nothing_owed"], "it is paid by now"


def test_while_its_money_is_on_its_way_it_is_neither_declined_nor_changed(customer: Customer) -> None:
    overdue(customer)
    models.Payment.objects.update(status="unknown")
    for wanted in (DeclineOwed((one(customer),)), ChangeOwed((OwedChoice(one(customer), seats=1),))):
        with pytest.raises(Refusal) as refused:
            customer.preview(wanted)
        assert [reason.code for reason in refused.value.reasons] == ["payment_in_flight"]
    quote = ask(customer, SetAutoRenew((one(customer),), on=False))
    assert [each.seats for each in quote.owed] == [3], "off is for the renewal after, and the quote says so"
    assert customer.subscription.status == "past_due"


def test_a_payment_that_comes_first_makes_the_decline_stale(customer: Customer) -> None:
    """Previewed, then tried by the night before it is submitted: never both declined and charged."""
    bad = overdue(customer)
    stored = customer.preview(DeclineOwed((one(customer),)))
    mend(customer, bad)
    pass_days(customer, 2)
    with pytest.raises(Refusal):
        customer.submit(stored)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, paid(customer)) == ("active", [126_000])


def test_money_that_arrives_after_all_goes_back(customer: Customer) -> None:
    """The provider told of a decline, and tells of a success when the customer has declined: nobody keeps it."""
    overdue(customer)
    ask(customer, DeclineOwed((one(customer),)))
    payment = models.Payment.objects.get()
    late = answer_to(payment, ChargeStatus.SUCCEEDED)
    record_answer(account_id=customer.id, payment_id=payment.id, answer=late, now=customer.now)
    customer.subscription.refresh_from_db()
    assert customer.subscription.status == "expired"
    refund = models.Refund.objects.get()
    assert (refund.amount_minor, refund.reason) == (126_000, "arrived_too_late")


# --- changing ---------------------------------------------------------------------------------------------------------


def good(customer: Customer) -> str:
    return str(customer.method.id)


def test_fewer_seats_now_are_charged_at_once_for_the_same_first_day(customer: Customer) -> None:
    overdue(customer)
    quote = ask(customer, ChangeOwed((OwedChoice(one(customer), seats=1),), good(customer)))
    assert quote.total.minor == 42_000
    assert [(line.span.start, line.span.end) for line in quote.lines] == [(date(2027, 3, 1), NEXT)]
    assert [(each.on, each.seats) for each in quote.promised] == [(NEXT, 1)]
    assert payments(customer) == [("failed", 126_000), ("succeeded", 42_000)]
    assert invoices(customer) == [
        ("invoice", "credited", 126_000),
        ("credit_note", "paid", -126_000),
        ("invoice", "paid", 42_000),
    ]
    assert (customer.subscription.status, customer.subscription.seats) == ("active", 1)
    assert customer.subscription.renews_on == NEXT
    pass_days(customer, 2, 3, 7)
    assert paid(customer) == [42_000]


def test_another_term_for_what_is_owed(customer: Customer) -> None:
    overdue(customer)
    quote = ask(customer, ChangeOwed((OwedChoice(one(customer), months=36),), good(customer)))
    assert quote.total.minor == 3 * 117_900
    assert (customer.subscription.months, customer.subscription.renews_on) == (36, date(2030, 3, 1))


def test_declined_again_it_is_owed_as_it_was_chosen_and_tried_on_the_same_days(customer: Customer) -> None:
    bad = overdue(customer)
    ask(customer, ChangeOwed((OwedChoice(one(customer), seats=1),)))
    assert payments(customer) == [("failed", 126_000), ("failed", 42_000)]
    order = models.Order.objects.get(id=order_of(customer))
    assert order.retry_on == date(2027, 3, 3)
    [promised] = ask(customer, SetPaymentMethod((one(customer),), good(customer))).promised
    assert (promised.on, promised.seats) == (NEXT, 1)
    mend(customer, bad)
    pass_days(customer, 2)
    assert paid(customer) == [42_000]
    assert customer.subscription.seats == 1


def test_and_can_be_chosen_otherwise_once_more(customer: Customer) -> None:
    overdue(customer)
    ask(customer, ChangeOwed((OwedChoice(one(customer), seats=1),)))
    ask(customer, ChangeOwed((OwedChoice(one(customer), seats=2, months=1),), good(customer)))
    assert paid(customer) == [2 * 4_900]
    assert (customer.subscription.seats, customer.subscription.renews_on) == (2, date(2027, 4, 1))
    assert customer.ledger().get("receivable") is None


def test_some_of_several_are_renewed_and_the_others_declined(customer: Customer) -> None:
    other = another(customer, seats=1)
    overdue(customer)
    quote = ask(customer, ChangeOwed((OwedChoice(one(customer)),), good(customer)))
    assert quote.total.minor == 126_000
    other.refresh_from_db()
    assert (other.status, listed(other), customer.subscription.status) == ("expired", {"auto_renew": "off"}, "active")
    assert payments(customer) == [("failed", 168_000), ("succeeded", 126_000)]


def test_what_was_chosen_for_the_renewal_after_stays_on_the_list(customer: Customer) -> None:
    overdue(customer)
    ask(customer, ReduceSeats(one(customer), 1))
    ask(customer, ChangeOwed((OwedChoice(one(customer), seats=2),), good(customer)))
    assert (customer.subscription.seats, listed(customer.subscription)) == (2, {"seats": "1"})


def test_returned_a_changed_renewal_brings_back_what_was(customer: Customer) -> None:
    ask(customer, ReduceSeats(one(customer), 2))
    overdue(customer)
    ask(customer, ChangeOwed((OwedChoice(one(customer), seats=1, months=36),), good(customer)))
    assert paid(customer) == [117_900]
    order = models.Order.objects.get(action="renew", status="fulfilled")
    ask(customer, ReturnOrder(str(order.id)))
    assert (customer.subscription.seats, customer.subscription.months) == (3, 12)
    assert (customer.subscription.status, listed(customer.subscription)) == ("expired", {"seats": "2"})


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({}, "owed_unchanged"),
        ({"seats": 3}, "owed_unchanged"),
        ({"seats": 4}, "seats_not_fewer"),
        ({"seats": 0}, "seats_below_minimum"),
        ({"months": 7}, "term_not_offered"),
        ({"months": -1}, "term_not_offered"),
        ({"months": 10**6}, "term_not_offered"),
        ({"plan": "ultimate"}, "plan_not_offered"),
    ],
)
def test_what_cannot_be_chosen_is_refused(customer: Customer, choice: dict[str, Any], code: str) -> None:
    overdue(customer)
    with pytest.raises(Refusal, match=code):
        customer.preview(ChangeOwed((OwedChoice(one(customer), **choice),)))


def test_two_invoices_are_not_changed_as_one(customer: Customer) -> None:
    other = another(customer, seats=1)
    bad = overdue(customer)
    models.Subscription.objects.filter(id=other.id).update(
        payment_method=factories.make_method(account=customer.account, is_default=False)
    )
    ask(customer, DeclineOwed((str(other.id),)))
    third = another(customer, seats=1)
    models.Subscription.objects.filter(id=third.id).update(payment_method=bad)
    at(customer, RENEWAL + timedelta(days=1))
    pass_days(customer, 1)
    with pytest.raises(Refusal, match="not_owed_together"):
        customer.preview(ChangeOwed((OwedChoice(one(customer), seats=1), OwedChoice(str(third.id)))))


def test_a_monthly_term_after_its_grace_is_changed_from_the_day_on_which_it_is_paid(customer: Customer) -> None:
    models.Subscription.objects.filter(id=customer.subscription.id).update(months=1, anchor=date(2027, 2, 1))
    models.PaidPeriod.objects.update(starts_on=date(2027, 2, 1), denominator=28)
    overdue(customer)
    pass_days(customer, 2, 7, 14, 17)
    quote = ask(customer, ChangeOwed((OwedChoice(one(customer), seats=1),), good(customer)))
    assert [(line.span.start, line.span.end) for line in quote.lines] == [(date(2027, 3, 18), date(2027, 4, 18))]
    assert [each.on for each in quote.promised] == [date(2027, 4, 18)]
    assert (customer.subscription.anchor, customer.subscription.seats) == (date(2027, 3, 18), 1)


@pytest.mark.parametrize(("behaviour", "is_kept"), [("declined_final", True), ("declined_soft", False)])
def test_the_method_that_pays_it_is_kept_where_the_own_one_cannot_pay_any_more(
    customer: Customer, behaviour: str, is_kept: bool
) -> None:
    card = overdue(customer, behaviour)
    new = factories.make_method(
        account=customer.account,
        gateway="sandbox",
        gateway_reference=customer.sandbox.method("paid"),
        is_default=False,
    )
    ask(customer, ChangeOwed((OwedChoice(one(customer), seats=2),), str(new.id)))
    assert paid(customer) == [84_000]
    assert customer.subscription.payment_method_id == (new.id if is_kept else card.id)
    assert (customer.subscription.seats, listed(customer.subscription)) == (2, {})
    assert_books_agree(customer.id, customer.sandbox)
