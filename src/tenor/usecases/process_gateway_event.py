"""A gateway's event is a hint: ask for the present state of what it is about, and record that (docs/adr 4)."""

from datetime import datetime
from uuid import UUID

from tenor.db.locks import AccountGone
from tenor.db.models import GatewayEvent, Payment
from tenor.domain.refusals import Refusal
from tenor.gateways.crashpoints import crashpoint
from tenor.usecases.finish_method_setup import finish_method_setup
from tenor.usecases.follow_method import follow_method
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.start_method_setup import account_of
from tenor.usecases.tell import SYSTEM


def process_gateway_event(*, event_id: UUID, now: datetime) -> None:
    """Act on what the event names: a payment, a method that was being added, a stored method. Safe to repeat.

    Events arrive twice, late and out of order: what counts is what the gateway says when asked.
    """
    event = GatewayEvent.objects.get(id=event_id)
    reference = str(event.body.get("reference", ""))
    match event.body.get("subject"):
        case "setup":
            _finish_setup(reference, now)
        case "method":
            follow_method(name=event.gateway, reference=reference, now=now)
        case _:
            _reconcile(str(event.body.get("charge_reference", "")), now)
    crashpoint("after_an_event_before_its_mark")
    event.processed_at = now
    event.lease_until = None
    event.save(update_fields=["processed_at", "lease_until"])


def _reconcile(reference: str, now: datetime) -> None:
    payment = _payment(reference)
    if payment is not None:
        reconcile_payment(account_id=payment.account_id, payment_id=payment.id, now=now)


def _finish_setup(reference: str, now: datetime) -> None:
    """Store what was added by somebody who never came back. A setup that is none of ours is left alone."""
    account_id = account_of(reference)
    if account_id is None:
        return
    try:
        finish_method_setup(account_id=account_id, reference=reference, actor=SYSTEM, now=now)
    except AccountGone:
        return
    except Refusal as refused:
        if refused.code != "unknown_setup":
            raise


def _payment(reference: str) -> Payment | None:
    try:
        return Payment.objects.filter(id=UUID(reference)).first()
    except ValueError:
        return None
