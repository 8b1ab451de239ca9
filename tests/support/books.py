"""One account's books against each other, and against the payment provider's own: the check after every crash."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tenor.db import models
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.domain.lifecycle import InvoiceStatus, OrderStatus, PaymentStatus
from tests.support.sandbox import SandboxProcess

OWED = {InvoiceStatus.OPEN}
ISSUED = {InvoiceStatus.OPEN, InvoiceStatus.PAID, InvoiceStatus.CREDITED}
CARRIED_OUT = {OrderStatus.FULFILLED, OrderStatus.RETURNED}

MOST = 20
"""Offenders of an invariant that are told."""

SAID = {
    "succeeded": {PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED},
    "requires_action": {PaymentStatus.REQUIRES_ACTION},
    "processing": {PaymentStatus.PROCESSING},
    "declined": {PaymentStatus.FAILED},
    "canceled": {PaymentStatus.CANCELED},
    "reversed": {PaymentStatus.REVERSED},
}
"""What a charge of the provider is in our books, once all is settled."""

NEVER_SENT = {PaymentStatus.PENDING, PaymentStatus.CANCELED, PaymentStatus.FAILED}
"""A payment that the provider never heard of: not sent yet, called off before, or refused as a request."""


def assert_books_agree(account_id: UUID, sandbox: SandboxProcess) -> None:
    """Orders, invoices, payments, postings, seats, mails and the sandbox's charges tell one story, to the cent."""
    faults = [*find_faults(account_id, sandbox)]
    assert not faults, "the books do not agree:\n" + "\n".join(faults)


def find_faults(account_id: UUID, sandbox: SandboxProcess) -> Iterable[str]:
    """Every disagreement as a sentence."""
    charges = charges_of(account_id, sandbox)
    yield from _charges_and_payments(account_id, charges)
    yield from _invariants(account_id)
    yield from _ledger(account_id, charges)
    yield from _seats(account_id)
    yield from _mails(account_id)


def _invariants(account_id: UUID) -> Iterable[str]:
    """What `tenor check` finds."""
    for invariant in INVARIANTS:
        for offender in find_offenders(invariant, MOST, account_id):
            yield f"{invariant.name}: {offender.what}: {offender.facts}"


def charges_of(account_id: UUID, sandbox: SandboxProcess) -> list[dict[str, Any]]:
    """What the sandbox charged to the account's stored methods, whatever our books know of it."""
    methods = models.PaymentMethod.objects.filter(account_id=account_id)
    ours = set(methods.values_list("gateway_reference", flat=True))
    return [charge for charge in sandbox.charges() if charge["method"] in ours]


def ledger(account_id: UUID) -> dict[str, int]:
    """Debits less credits of each ledger account, in minor units; those at zero are left out."""
    sums: dict[str, int] = defaultdict(int)
    for posting in models.Posting.objects.filter(account_id=account_id):
        sums[posting.debit] += posting.amount_minor
        sums[posting.credit] -= posting.amount_minor
    return {name: amount for name, amount in sums.items() if amount}


def _charges_and_payments(account_id: UUID, charges: list[dict[str, Any]]) -> Iterable[str]:
    payments = {str(payment.id): payment for payment in models.Payment.objects.filter(account_id=account_id)}
    for reference, count in Counter(charge["reference"] for charge in charges).items():
        if count > 1:
            yield f"payment {reference} was charged {count} times"
    for charge in charges:
        payment = payments.get(charge["reference"])
        if payment is None:
            yield f"charge {charge['id']} is no payment of ours"
            continue
        if charge["amount"] != {"minor": payment.amount_minor, "currency": payment.currency}:
            yield f"payment {payment.id}: {payment.amount_minor} {payment.currency} asked, {charge['amount']} charged"
        if payment.status not in SAID[charge["status"]]:
            yield f"payment {payment.id} is {payment.status} here and {charge['status']} there"
        yield from _refunds(payment, charge)
    known = {charge["reference"] for charge in charges}
    for key, payment in payments.items():
        if key not in known and payment.status not in NEVER_SENT:
            yield f"payment {key} is {payment.status} here, and the provider never charged it"


def _refunds(payment: models.Payment, charge: dict[str, Any]) -> Iterable[str]:
    here = models.Refund.objects.filter(account_id=payment.account_id, payment_id=payment.id, status="succeeded")
    ours = sorted((str(refund.id), refund.amount_minor) for refund in here)
    theirs = sorted((refund["reference"], refund["amount"]["minor"]) for refund in charge["refunds"])
    if ours != theirs:
        yield f"payment {payment.id}: refunds {ours} here, {theirs} there"


def _ledger(account_id: UUID, charges: list[dict[str, Any]]) -> Iterable[str]:
    issued = [row for row in models.Invoice.objects.filter(account_id=account_id) if row.status in ISSUED]
    theirs = sum(_held(charge) for charge in charges)
    waiting = models.Invoice.objects.filter(account_id=account_id, kind="invoice", status__in=["draft", "open"])
    reserved = sum(row.from_balance_minor for row in waiting)
    last = models.BalanceMovement.objects.filter(account_id=account_id).order_by("-position").first()
    unclaimed = models.Refund.objects.filter(account_id=account_id, credit_note=None, from_balance=False)
    out = models.Refund.objects.filter(account_id=account_id, from_balance=True)
    leaving = sum(refund.amount_minor for refund in out.exclude(status__in=["succeeded", "failed"]))
    given = models.Payment.objects.filter(account_id=account_id, status="succeeded", id__in=unclaimed.values("payment"))
    expected = {
        "receivable": sum(row.total_minor for row in issued if row.status in OWED) - reserved,
        "customer_balance": -(last.after_minor if last else 0),
        "deferred_revenue": -sum(row.net_minor for row in issued),
        "tax_payable": -sum(row.tax_minor for row in issued),
        "clearing": theirs,
        "unapplied": -sum(payment.amount_minor for payment in given) - leaving,
    }
    booked = ledger(account_id)
    for name in expected.keys() | booked.keys():
        if expected.get(name, 0) != booked.get(name, 0):
            yield f"ledger account {name} is {booked.get(name, 0)}, and should be {expected.get(name, 0)}"


def _held(charge: dict[str, Any]) -> int:
    """What the provider holds of a charge for us: below zero where the bank took back what was given back before."""
    took = int(charge["amount"]["minor"]) if charge["status"] == "succeeded" else 0
    return took - sum(int(refund["amount"]["minor"]) for refund in charge["refunds"])


def _seats(account_id: UUID) -> Iterable[str]:
    """Each subscription has the seats that the last order carried out gave it, returned ones aside.

    Where a term was paid ahead, what counts depends on the day: that is left to the tests of early renewals.
    """
    carried_out = models.Order.objects.filter(account_id=account_id).exclude(effects_applied_at=None)
    carried_out = carried_out.exclude(status=OrderStatus.RETURNED).exclude(action="renew_early")
    ordered: dict[str, int] = {}
    for order in carried_out.order_by("effects_applied_at", "id"):
        for effect in order.effects:
            seats = effect.get("after") if effect["kind"] == "set_seats" else effect.get("seats")
            if effect["kind"] in ("set_seats", "start_term", "open_subscription"):
                ordered[effect["subscription_id"]] = seats
    ahead = models.Order.objects.filter(account_id=account_id, action="renew_early")
    paid_ahead = models.OrderSubscription.objects.filter(order__in=ahead).values("subscription_id")
    for subscription in models.Subscription.objects.filter(account_id=account_id).exclude(id__in=paid_ahead):
        seats = ordered.get(str(subscription.id), subscription.seats)
        if seats != subscription.seats:
            yield f"{subscription.number} has {subscription.seats} seats, and {seats} were ordered"


def _mails(account_id: UUID) -> Iterable[str]:
    """A fulfilled order has one receipt an address; no other order has one."""
    receipts = models.Mail.objects.filter(account_id=account_id, kind="order_fulfilled")
    sent = Counter((mail.subject_id, mail.to) for mail in receipts)
    yield from (f"order {order} has {count} receipts to {to}" for (order, to), count in sent.items() if count > 1)
    told = {order for order, _ in sent}
    for order in models.Order.objects.filter(account_id=account_id):
        if (order.status in CARRIED_OUT) != (order.id in told):
            yield f"order {order.number} is {order.status}, and its receipt was written: {order.id in told}"
