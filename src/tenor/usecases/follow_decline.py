"""What follows when a renewal's charge fails: past due, another try, the backup, or asking (rules 7)."""

from datetime import date, timedelta

from django.db.models import Min

from tenor.db.models import Order, Payment
from tenor.domain.dunning import AskForMethod, ChargeDefault, RetryOn, Step, TryBackup, after_failure, day_of
from tenor.domain.lifecycle import InvoiceStatus, PaymentStatus
from tenor.usecases.demand_payment import demand_payment
from tenor.usecases.fulfil_order import invoice_of
from tenor.usecases.hold_order import hold_order
from tenor.usecases.load import Loaded
from tenor.usecases.mark_subscriptions import mark_past_due
from tenor.usecases.session import NOBODY
from tenor.usecases.tell import SYSTEM, About, Letter, tell, write_mail
from tenor.usecases.unpaid_renewal import failure_of, subscriptions_of


def follow_decline(loaded: Loaded, payment: Payment, order: Order) -> None:
    """The charge took no money. Call with the account locked, for an open renewal order.

    A payment that was called off (`canceled`) is only tried again on the next day of a try: whoever called it off may
    be about to pay.
    """
    mark_past_due(loaded, order)
    failure = failure_of(loaded, order)
    step = after_failure(loaded.offer.policy, failure, loaded.today)
    if payment.status == PaymentStatus.CANCELED:
        hold_order(loaded, order, "abandoned")
        schedule_try(order, day_of(step))
        return
    hold_order(loaded, order, "declined")
    take_step(loaded, order, step)
    if not any(attempt.by_customer for attempt in failure.attempts[-1:]):
        _write(loaded, order, step, payment, is_first=len(failure.attempts) == 1)


def ask_for_method(loaded: Loaded, order: Order) -> None:
    """A renewal that there is nothing to charge for: the term is owed, and the account is asked for a method."""
    mark_past_due(loaded, order)
    hold_order(loaded, order, "no_payment_method")
    _write(loaded, order, AskForMethod(), None, is_first=True)


def take_step(loaded: Loaded, order: Order, step: Step) -> None:
    """Do by itself what was decided: note the day of the next try, or demand a payment by the backup at once."""
    schedule_try(order, day_of(step))
    if isinstance(step, TryBackup):
        invoice = invoice_of(order)
        if invoice is None or invoice.status != InvoiceStatus.OPEN:
            return
        backup = demand_payment(loaded, order, invoice, step.method_id, NOBODY)
        about = About(order.account_id, order=order.id, invoice=invoice.id, payment=backup.id)
        tell(about, "backup_tried", SYSTEM, loaded.now, after={"method": step.method_id})


def write_after(loaded: Loaded, order: Order, step: Step) -> None:
    """Tell the account what was decided without another charge: the method of the next try is gone, for one."""
    _write(loaded, order, step, None, is_first=False)


def write_planned(loaded: Loaded, order: Order, method_id: str, day: date) -> None:
    """Tell the account on which day a method is charged that can pay by now: nobody had known of that day."""
    facts = {
        "method": label_of(loaded, method_id),
        "retry_on": day,
        "access_until": access_until(loaded, order),
    }
    state = f"{day} {method_id}"
    write_mail(order.account_id, SYSTEM, loaded.now, Letter("charge_planned", order.id, state, facts))


def ask_again(loaded: Loaded, order: Order, after: int) -> None:
    """Ask for a method once more, as many days after the renewal was first owed: once for each such day."""
    facts = {"access_until": access_until(loaded, order)}
    write_mail(order.account_id, SYSTEM, loaded.now, Letter("method_still_needed", order.id, f"day {after}", facts))


def schedule_try(order: Order, day: date | None) -> None:
    """Note the day on which the unpaid renewal is charged by itself; None for never."""
    order.retry_on = day
    order.save(update_fields=["retry_on"])


def _write(loaded: Loaded, order: Order, step: Step, payment: Payment | None, *, is_first: bool) -> None:
    """One mail a failure. A backup that is being tried is answered by its receipt, or by its own failure."""
    match step:
        case RetryOn():
            kind = "charge_failed" if is_first else "charge_retry"
        case ChargeDefault():
            again = "charge_failed" if is_first else "charge_retry"
            is_same = payment is not None and str(payment.method_id) == step.method_id
            kind = again if is_same else "charge_moves"
        case AskForMethod():
            kind = "method_needed"
        case TryBackup():
            return
    state = f"{payment.id if payment else loaded.today}"
    facts = {
        "decline": payment.decline_code if payment else "",
        "method": label_of(loaded, str(payment.method_id) if payment else ""),
        "instead": label_of(loaded, step.method_id) if isinstance(step, ChargeDefault) else "",
        "retry_on": day_of(step),
        "access_until": access_until(loaded, order),
    }
    write_mail(order.account_id, SYSTEM, loaded.now, Letter(kind, order.id, state, facts))


def access_until(loaded: Loaded, order: Order) -> date | None:
    """The first day without access if nobody pays; None where access has ended."""
    since: date | None = subscriptions_of(order).aggregate(since=Min("lapsed_on"))["since"]
    if since is None:
        return None
    ends = since + timedelta(days=loaded.offer.policy.past_due_days)
    return ends if ends > loaded.today else None


def label_of(loaded: Loaded, method_id: str) -> str:
    """What the method is called; "" where there is none such."""
    return next((method.label for method in loaded.state.methods if method.id == method_id), "")
