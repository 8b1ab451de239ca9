"""No end state of a payment is the end for a bank: what may still happen to it is booked, told, and found by a look."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.db.queries.watch import list_parked
from tenor.domain.account import MethodKind
from tenor.domain.money import Money
from tenor.domain.requests import ReturnOrder
from tenor.gateways.payments.errors import GatewayUnavailable
from tenor.gateways.payments.port import ChargeAnswer, ChargeStatus
from tenor.usecases import call_off_charge as calling_off
from tenor.usecases.pass_day import pass_day
from tenor.usecases.reconcile_books import reconcile_books
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.record_answer import record_answer
from tenor.usecases.send_refund import send_refund
from tenor.worker.mails import send_mail
from tests.support import plain_http
from tests.support.customer import NOW, Customer

RENEWAL = datetime(2027, 3, 1, 12, tzinfo=UTC)


def later(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def broken() -> set[str]:
    return {invariant.name for invariant in INVARIANTS if find_offenders(invariant, 10)}


def hear(customer: Customer, payment: models.Payment) -> str:
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    payment.refresh_from_db()
    return payment.status


def tell(customer: Customer, payment: models.Payment, status: ChargeStatus) -> str:
    """What the gateway says, said to us."""
    payment.refresh_from_db()
    amount = Money(payment.amount_minor, payment.currency)
    name = payment.gateway_reference or f"ch_{payment.id}"
    answer = ChargeAnswer(
        gateway_id=name, reference=str(payment.id), status=status, amount=amount, created_at=payment.created_at
    )
    record_answer(account_id=customer.id, payment_id=payment.id, answer=answer, now=customer.now)
    payment.refresh_from_db()
    return payment.status


def bought_by_debit(customer: Customer) -> tuple[models.Order, models.Payment]:
    """Settled; in ten days the bank takes it back."""
    customer.sandbox.post("/test/clear")
    customer.sandbox.set_clock(NOW)
    customer.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    later(customer, NOW + timedelta(days=6))
    assert hear(customer, payment) == "succeeded"
    return order, payment


def give_back(customer: Customer, order: models.Order, *, send: bool = True) -> None:
    submitted = customer.submit(customer.preview(ReturnOrder(str(order.id))))
    for refund_id in submitted.refunds if send else ():
        send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)


def test_a_debit_taken_back_after_its_refund_was_paid_out_twice(
    customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    order, payment = bought_by_debit(customer)
    give_back(customer, order)
    assert hear(customer, payment) == "refunded"
    later(customer, NOW + timedelta(days=16))
    assert hear(customer, payment) == "reversed"
    assert customer.ledger() == {"receivable": 127_40, "clearing": -127_40}
    assert customer.invoice(order).status == "credited"
    (parked,) = list_parked(10)
    assert (parked.kind, parked.id) == ("payment", payment.id)
    assert "127.40 EUR" in parked.error
    for mail in models.Mail.objects.filter(kind="paid_out_twice"):
        send_mail(mail, customer.now)
    assert "€127.40" in mailoutbox[0].body
    assert "received it twice" in mailoutbox[0].body
    assert broken() == set()
    before = models.Posting.objects.count()
    hear(customer, payment)
    assert (models.Posting.objects.count(), models.Mail.objects.filter(kind="paid_out_twice").count()) == (before, 2)


@pytest.mark.parametrize("mend", [True, False])
def test_the_comparison_of_books_knows_it_and_mends_it(customer: Customer, *, mend: bool) -> None:
    order, payment = bought_by_debit(customer)
    give_back(customer, order)
    later(customer, NOW + timedelta(days=16))
    done = reconcile_books(gateway="sandbox", now=customer.now, mend=mend)
    assert (done.mended, dict(done.found)) == ((1, {}) if mend else (0, {"answer_lost": 1}))
    payment.refresh_from_db()
    assert payment.status == ("reversed" if mend else "refunded")
    again = reconcile_books(gateway="sandbox", now=customer.now, mend=mend)
    assert (again.mended, again.found.total()) == (0, int(not mend))


def test_a_renewal_by_debit_returned_and_then_taken_back(customer: Customer) -> None:
    """The whole course: renewed, settled, returned, refunded, reversed."""
    customer.sandbox.post("/test/clear")
    later(customer, RENEWAL)
    customer.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    pass_day(now=customer.now)
    payment = models.Payment.objects.get()
    later(customer, RENEWAL + timedelta(days=6))
    assert hear(customer, payment) == "succeeded"
    give_back(customer, models.Order.objects.get(action="renew"))
    later(customer, RENEWAL + timedelta(days=16))
    assert hear(customer, payment) == "reversed"
    assert customer.ledger() == {"receivable": payment.amount_minor, "clearing": -payment.amount_minor}
    customer.subscription.refresh_from_db()
    assert customer.subscription.status == "expired"
    assert broken() == set()


def test_a_disputed_card_after_its_refund_is_the_same(customer: Customer) -> None:
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    give_back(customer, order)
    assert tell(customer, payment, ChargeStatus.REVERSED) == "reversed"
    assert customer.ledger() == {"receivable": 127_40, "clearing": -127_40}
    assert broken() == set()


def test_taken_back_before_the_refund_was_sent_nothing_left_twice(customer: Customer) -> None:
    order, payment = bought_by_debit(customer)
    give_back(customer, order, send=False)
    later(customer, NOW + timedelta(days=16))
    assert hear(customer, payment) == "reversed"
    refund = models.Refund.objects.get()
    send_refund(account_id=customer.id, refund_id=refund.id, now=customer.now)
    assert (customer.ledger(), list_parked(10), broken()) == ({}, (), set())
    assert not models.Mail.objects.filter(kind="paid_out_twice").exists()


@pytest.mark.parametrize(("is_sent", "ledger"), [(True, {"receivable": 127_40, "clearing": -127_40}), (False, {})])
def test_money_that_came_too_late_and_is_taken_back(
    customer: Customer, ledger: dict[str, int], *, is_sent: bool
) -> None:
    """The order had expired, so that its invoice is void: no invoice is opened by it, whatever the bank does."""
    customer.pay_by("bank_check")
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    tell(customer, payment, ChargeStatus.CANCELED)
    pass_day(now=order.expires_at)
    assert models.Invoice.objects.get(order=order).status == "void"
    assert tell(customer, payment, ChargeStatus.SUCCEEDED) == "succeeded"
    if is_sent:
        refund = models.Refund.objects.get()
        models.Refund.objects.filter(id=refund.id).update(status="succeeded", settled_at=customer.now)
        _book_refund(refund)
        models.Payment.objects.filter(id=payment.id).update(status="refunded")
    assert tell(customer, payment, ChargeStatus.REVERSED) == "reversed"
    if not is_sent:
        send_refund(account_id=customer.id, refund_id=models.Refund.objects.get().id, now=customer.now)
    assert (customer.ledger(), broken()) == (ledger, set())
    assert models.Invoice.objects.get(order=order).status == "void"


def _book_refund(refund: models.Refund) -> None:
    models.Posting.objects.create(
        account_id=refund.account_id,
        debit="unapplied",
        credit="clearing",
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        reason="unclaimed_refund",
        payment_id=refund.payment_id,
        refund_id=refund.id,
        booked_on=NOW.date(),
    )


def test_what_is_taken_back_after_a_part_was_given_back_is_owed_whole(customer: Customer) -> None:
    """The invoice is open again: with the part that left twice, what is owed is what was paid."""
    order = customer.buy_seats(2)
    (payment,) = customer.payments(order)
    invoice = customer.invoice(order)
    note = models.Invoice.objects.create(
        account=customer.account, seller_id=invoice.seller_id, kind="credit_note", corrects=invoice, number="CN-000001",
        status="paid", issued_on=NOW.date(), due_on=NOW.date(), currency="EUR", net_minor=-100, tax_minor=0,
        total_minor=-100, parties={}, tax=invoice.tax, created_at=NOW,
    )  # fmt: skip
    refund = models.Refund.objects.create(
        account=customer.account, payment=payment, credit_note=note, status="succeeded", amount_minor=100,
        currency="EUR", reason="goodwill", created_at=NOW, settled_at=NOW,
    )  # fmt: skip
    for debit, credit, reason, source in (
        ("deferred_revenue", "receivable", "credit_note_net", {"invoice": note}),
        ("receivable", "clearing", "refund", {"payment": payment, "refund": refund}),
    ):
        models.Posting.objects.create(
            account=customer.account, debit=debit, credit=credit, amount_minor=100, currency="EUR", reason=reason,
            booked_on=NOW.date(), **source,
        )  # fmt: skip
    assert tell(customer, payment, ChargeStatus.REVERSED) == "reversed"
    assert customer.invoice(order).status == "open"
    assert customer.ledger()["receivable"] == payment.amount_minor
    made_by_hand = {"documents_add_up", "document_numbers_have_no_gaps"}
    assert broken() <= made_by_hand, "the note of this test has no lines, and no number of the series"


# --- a charge that the bank waits for, when nothing is owed any more ------------------------------------------------


def asked_by_the_bank(customer: Customer) -> models.Payment:
    """A renewal that waits for its payer to confirm it, who never comes."""
    customer.sandbox.post("/test/clear")
    later(customer, RENEWAL)
    customer.pay_by("bank_check")
    pass_day(now=customer.now)
    payment = models.Payment.objects.get()
    assert payment.status == "requires_action"
    return payment


def test_what_the_bank_waits_for_is_called_off_before_the_invoice_is_credited(customer: Customer) -> None:
    payment = asked_by_the_bank(customer)
    for days in (16, 46):
        later(customer, RENEWAL + timedelta(days=days))
        pass_day(now=customer.now)
    payment.refresh_from_db()
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, payment.status) == ("canceled", "canceled")
    (charge,) = customer.sandbox.charges()
    assert charge["status"] == "canceled", "nobody can approve it any more"
    assert models.Invoice.objects.get(kind="invoice").status == "credited"
    assert (customer.ledger(), broken()) == ({}, set())


def test_who_approves_first_has_paid(customer: Customer) -> None:
    """Between the last look and the day on which it ends: the money is there, and so is the access."""
    payment = asked_by_the_bank(customer)
    later(customer, RENEWAL + timedelta(days=46))
    plain_http.post(payment.action_url, data={"answer": "approve"})
    pass_day(now=customer.now)
    payment.refresh_from_db()
    customer.subscription.refresh_from_db()
    assert (payment.status, customer.subscription.status) == ("succeeded", "active")
    assert broken() == set()


def test_while_the_gateway_is_silent_the_subscription_does_not_end(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = asked_by_the_bank(customer)
    later(customer, RENEWAL + timedelta(days=46))
    pass_day(now=RENEWAL + timedelta(days=16))

    def silent(_name: str) -> None:
        raise GatewayUnavailable("nobody answers")

    monkeypatch.setattr(calling_off, "gateway", silent)
    pass_day(now=customer.now)
    payment.refresh_from_db()
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, payment.status) == ("suspended", "requires_action")
    assert models.Invoice.objects.get().status == "open"


def test_one_that_was_forgotten_is_called_off_by_the_next_look(customer: Customer) -> None:
    """As books may have it from before: the invoice is credited, and the charge can still be approved."""
    payment = asked_by_the_bank(customer)
    later(customer, RENEWAL + timedelta(days=46))
    pass_day(now=customer.now)
    models.Payment.objects.filter(id=payment.id).update(status="requires_action")
    assert broken() == {"nothing_is_collected_for_what_is_not_owed"}
    pass_day(now=customer.now)
    payment.refresh_from_db()
    assert (payment.status, broken()) == ("canceled", set())
