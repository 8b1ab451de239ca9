"""Charge an unpaid renewal again on the day that was set for it (rules 7, domain/dunning.py)."""

from datetime import datetime, timedelta
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import retrying
from tenor.db.models import Invoice, Order
from tenor.domain.dunning import after_failure, due_method
from tenor.domain.duties import Duty
from tenor.domain.lifecycle import InvoiceStatus
from tenor.usecases.apart import each_apart
from tenor.usecases.ask_about_failures import ask_about_failures
from tenor.usecases.close_order import in_flight
from tenor.usecases.demand_payment import amount_owed, demand_payment
from tenor.usecases.follow_decline import take_step, write_after
from tenor.usecases.fulfil_order import invoice_of
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.replace_renewal import anew_if_late
from tenor.usecases.session import NOBODY
from tenor.usecases.settle_by_balance import settle_by_balance
from tenor.usecases.tell import SYSTEM, About, tell
from tenor.usecases.unpaid_renewal import failure_of


def retry_due(*, now: datetime) -> int:
    """Demand every payment whose day has come on its account's calendar; returns how many. Safe to repeat.

    The payments are collected as all others (see `collect_payments`). What fails is set aside (see `apart`).
    """
    somewhere = now.date() + timedelta(days=1)
    due = Order.objects.filter(retry_on__lte=somewhere).values_list("account_id", "id")
    return each_apart(
        Duty.RETRY,
        list(due.order_by("retry_on", "id")),
        lambda account_id, order_id: retry_payment(account_id=account_id, order_id=order_id, now=now),
    )


def retry_payment(*, account_id: UUID, order_id: UUID, now: datetime) -> UUID | None:
    """Claim the day of the order's next try, and demand the payment in the same transaction. Returns the payment.

    A monthly term that is charged after its days of grace starts anew, on another order. None where nothing is due,
    where money may still arrive, or where the method can't be charged any more: then the backup is tried, or the
    customer asked. Raises Refusal("payment_unclear") where the gateway has to be asked about an earlier try and gives
    no answer.
    """
    if _is_due(account_id, order_id, now) and ask_about_failures(account_id=account_id, order_id=order_id, now=now):
        return None
    return retrying(lambda: _retry(account_id, order_id, now))


def _is_due(account_id: UUID, order_id: UUID, now: datetime) -> bool:
    """Whether the day may have come: somewhere on earth it has."""
    with account_scope(account_id):
        waiting = Order.objects.filter(account_id=account_id, id=order_id)
        return waiting.filter(retry_on__lte=now.date() + timedelta(days=1)).exists()


def _retry(account_id: UUID, order_id: UUID, now: datetime) -> UUID | None:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        order = Order.objects.get(account_id=account_id, id=order_id)
        if order.retry_on is None or order.retry_on > loaded.today:
            return None
        order.retry_on = None
        order.save(update_fields=["retry_on"])
        if in_flight(account_id, order_id) is not None:
            return None  # the customer pays at this very moment: its answer decides anew
        return _demand(loaded, order)


def _demand(loaded: Loaded, order: Order) -> UUID | None:
    invoice, failure = invoice_of(order), failure_of(loaded, order)
    if invoice is None or invoice.status != InvoiceStatus.OPEN:
        return None
    if not amount_owed(invoice):
        settle_by_balance(loaded, order, invoice)  # the account's balance has paid all of it
        return None
    if (method := due_method(loaded.offer.policy, failure, loaded.today)) is None:
        step = after_failure(loaded.offer.policy, failure, loaded.today)
        take_step(loaded, order, step)
        write_after(loaded, order, step)
        return None
    if (paid := anew_if_late(loaded, order)).id != order.id:
        order, invoice = paid, Invoice.objects.get(account_id=paid.account_id, order_id=paid.id)
    if not amount_owed(invoice):
        settle_by_balance(loaded, order, invoice)
        return None
    payment = demand_payment(loaded, order, invoice, method.id, NOBODY)
    about = About(order.account_id, order=order.id, invoice=invoice.id, payment=payment.id)
    tell(about, "payment_retried", SYSTEM, loaded.now, after={"method": method.id})
    return payment.id
