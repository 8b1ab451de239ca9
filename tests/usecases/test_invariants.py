"""The invariants hold in a book that has lived, and each of them names what was broken on purpose."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection

from tenor.db import models
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.domain.requests import ReturnOrder
from tenor.usecases.renew_account import renew_account
from tenor.usecases.send_refund import send_refund
from tests.db.world import change, copy, lift_guards, nobody
from tests.support.customer import Customer
from tests.support.documents import make_movement
from tests.support.due_book import NIGHT
from tests.support.factories import make_subscription
from tests.usecases.test_terms_and_renewals import later


class Book:
    """A customer who bought twice and returned one of the orders, and whose renewal waits for its money."""

    def __init__(self, customer: Customer) -> None:
        self.kept = customer.buy_seats(2)
        self.returned = customer.buy_seats(1)
        submitted = customer.submit(customer.preview(ReturnOrder(str(self.returned.id))))
        for refund_id in submitted.refunds:
            send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)
        later(customer, NIGHT)
        renew_account(account_id=customer.id, now=NIGHT)
        self.renewal = models.Order.objects.get(action="renew")
        self.other = make_subscription(account=customer.account, auto_renew=False, number="S-other")
        self.invoice = customer.invoice(self.kept)
        self.payment = customer.payments(self.kept)[0]
        self.credited = customer.invoice(self.returned)
        self.note = models.Invoice.objects.get(kind="credit_note")
        self.refund = models.Refund.objects.get()
        self.period = models.PaidPeriod.objects.get(subscription=self.other)


@pytest.fixture
def book(customer: Customer) -> Book:
    made = Book(customer)
    lift_guards()
    return made


def broken() -> set[str]:
    return {invariant.name for invariant in INVARIANTS if find_offenders(invariant, 10)}


def without(statement: str) -> None:
    """Out of the way until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _paid_twice(book: Book) -> None:
    without("DROP INDEX an_invoice_is_paid_once")
    copy(book.payment, gateway_reference="")


def _never_applied(book: Book) -> None:
    without("ALTER TABLE db_order DROP CONSTRAINT a_fulfilled_order_has_had_its_effects")
    change(book.kept, effects_applied_at=None)


def _begun_twice(book: Book) -> None:
    without("DROP INDEX a_subscription_is_renewed_once_a_period")
    copy(book.period)


def _forget(**postings: object) -> None:
    assert models.Posting.objects.filter(**postings).delete()[0]


def _pay_out(refund: models.Refund) -> None:
    copy(refund, credit_note_id=None, from_balance=True, status="pending", settled_at=None)


def _pay_out_and_fail(refund: models.Refund) -> None:
    copy(refund, credit_note_id=None, from_balance=True, status="failed")
    failed = models.Refund.objects.get(status="failed")
    out = {"refund": failed, "reason": "paid_out", "amount_minor": -1, "after_minor": 0}
    make_movement(account_id=refund.account_id, invoice=None, **out)


CONTROLS: list[tuple[str, str, Callable[[Book], object]]] = [
    ("documents_add_up", "a total", lambda b: change(b.invoice, net_minor=1, total_minor=1)),
    ("documents_add_up", "a note", lambda b: models.InvoiceLine.objects.filter(invoice=b.note).delete()),
    (
        "each_tax_sums_its_lines",
        "a net",
        lambda b: models.InvoiceTaxLine.objects.filter(invoice=b.invoice).update(net_minor=1),
    ),
    (
        "each_tax_sums_its_lines",
        "a rate",
        lambda b: models.InvoiceLine.objects.filter(invoice=b.invoice).update(tax_rate="0.2"),
    ),
    ("each_tax_sums_its_lines", "no tax line", lambda b: models.InvoiceTaxLine.objects.filter(invoice=b.note).delete()),
    ("paid_means_paid_once", "no payment", lambda b: change(b.payment, status="failed")),
    ("paid_means_paid_once", "not marked", lambda b: change(b.invoice, status="open")),
    ("no_invoice_is_paid_twice", "two payments", _paid_twice),
    (
        "nothing_is_collected_for_what_is_not_owed",
        "a credited invoice",
        lambda b: copy(b.payment, invoice_id=b.credited.id, status="unknown", gateway_reference=""),
    ),
    ("credit_notes_stay_within_their_invoice", "two notes", lambda b: copy(b.note, number="CN-000002")),
    ("credit_notes_stay_within_their_invoice", "no note", lambda b: change(b.invoice, status="credited")),
    ("document_numbers_have_no_gaps", "one is missing", lambda b: change(b.invoice, number="INV-000009")),
    (
        "document_numbers_have_no_gaps",
        "the series ran ahead",
        lambda _: models.NumberSeries.objects.filter(series="credit_note").update(next_number=7),
    ),
    ("refunds_stay_within_their_payment", "too much", lambda b: change(b.refund, amount_minor=10**9)),
    ("what_is_owed_is_receivable", "no posting", lambda b: _forget(invoice=b.invoice, reason="invoice_net")),
    ("what_is_owed_is_receivable", "no payment", lambda b: _forget(payment=b.payment)),
    ("what_is_owed_is_receivable", "no refund", lambda b: _forget(refund=b.refund)),
    ("what_is_billed_is_booked", "no posting", lambda b: _forget(invoice=b.invoice, reason="invoice_net")),
    (
        "what_is_billed_is_booked",
        "another currency",
        lambda b: models.Posting.objects.filter(invoice=b.invoice).update(currency="SEK"),
    ),
    ("what_the_gateway_holds_is_booked", "no payment", lambda b: _forget(payment=b.payment)),
    ("what_is_on_balances_is_booked", "no posting", lambda b: make_movement(invoice=b.invoice)),
    ("what_the_balance_pays_is_taken_once", "more moved", lambda b: make_movement(invoice=b.invoice)),
    ("what_the_balance_pays_is_taken_once", "nothing moved", lambda b: change(b.invoice, from_balance_minor=1)),
    ("what_is_paid_out_left_the_balance", "nothing moved", lambda b: _pay_out(b.refund)),
    ("what_is_paid_out_left_the_balance", "it failed", lambda b: _pay_out_and_fail(b.refund)),
    (
        "a_balance_is_the_sum_of_its_movements",
        "another sum",
        lambda b: make_movement(invoice=b.invoice, after_minor=1),
    ),
    ("a_balance_is_the_sum_of_its_movements", "a gap", lambda b: make_movement(invoice=b.invoice, position=2)),
    (
        "what_the_gateway_holds_is_booked",
        "unapplied",
        lambda b: models.Posting.objects.filter(payment=b.payment).update(credit="unapplied"),
    ),
    (
        "an_open_order_holds_its_place",
        "an open one",
        lambda b: models.OrderSubscription.objects.filter(order=b.renewal).update(open=False),
    ),
    ("what_is_paid_is_carried_out", "no effects", _never_applied),
    (
        "what_is_paid_is_carried_out",
        "given up",
        lambda b: change(b.kept, status="failed", closed_at=NIGHT, fulfilled_at=None),
    ),
    ("terms_follow_each_other", "a day too late", lambda b: change(b.other, renews_on=date(2027, 3, 2))),
    (
        "terms_follow_each_other",
        "an overlap",
        lambda b: copy(b.period, starts_on=b.period.starts_on + timedelta(days=1)),
    ),
    ("a_term_begins_once", "two terms", _begun_twice),
    ("what_is_past_due_is_owed", "owes nothing", lambda b: change(b.other, status="past_due", lapsed_on=NIGHT)),
    ("a_claimed_renewal_is_open", "no order", lambda b: change(b.other, renewal_claimed_at=NIGHT)),
]


def test_a_book_that_has_lived_breaks_nothing(book: Book, customer: Customer) -> None:
    assert broken() == set()
    customer.subscription.refresh_from_db()
    assert customer.subscription.renewal_claimed_at == NIGHT  # and that is no fault while its renewal is open


def test_every_invariant_has_a_control() -> None:
    assert {name for name, _, _ in CONTROLS} == {invariant.name for invariant in INVARIANTS}


@pytest.mark.parametrize(("name", "how", "break_it"), CONTROLS, ids=[f"{name}: {how}" for name, how, _ in CONTROLS])
def test_what_is_broken_is_named(name: str, how: str, break_it: Callable[[Book], object], book: Book) -> None:
    break_it(book)
    assert name in broken()


def test_offenders_are_limited_and_can_be_asked_of_one_account(book: Book, customer: Customer) -> None:
    models.Subscription.objects.update(renewal_claimed_at=NIGHT)
    models.OrderSubscription.objects.all().delete()
    [claimed] = [invariant for invariant in INVARIANTS if invariant.name == "a_claimed_renewal_is_open"]
    assert len(find_offenders(claimed, 10)) == 2
    assert len(find_offenders(claimed, 1)) == 1
    assert {found.account_id for found in find_offenders(claimed, 10, customer.id)} == {customer.id}
    assert find_offenders(claimed, 10, nobody()) == []
    assert "claimed for its renewal at 2027-03-01 12:00" in find_offenders(claimed, 10)[0].facts
