"""Write down many answers of a gateway at once: the plain ones in bulk, each other as `record_answer` does it.

Plain is a renewal that was paid in full, for subscriptions that are as they were when it was ordered. What is written
for it is what `record_answer` writes: tests/usecases/test_record_answers.py holds the two together.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tenor.db.faults import is_passing
from tenor.db.leases import release
from tenor.db.locks import lock_accounts, retrying
from tenor.db.models import Payment
from tenor.db.settling.reading import GOES_ON, PaidRenewal, read_paid_renewals
from tenor.db.settling.silence import Silent, Waiting, write_silence
from tenor.db.settling.writing import Paid, Steps, write_paid_renewals
from tenor.db.statements import look_up_by_key
from tenor.domain.account import SubscriptionStatus
from tenor.domain.asking import patience
from tenor.domain.lifecycle import (
    INVOICE,
    OPEN_ORDER,
    ORDER,
    PAYMENT,
    SUBSCRIPTION,
    InvoiceStatus,
    OrderStatus,
    PaymentStatus,
    may_become,
    step,
)
from tenor.domain.terms import local_date
from tenor.gateways.crashpoints import crashpoint
from tenor.gateways.payments.errors import GatewayError, GatewayRefused
from tenor.gateways.payments.port import ChargeAnswer, ChargeStatus
from tenor.usecases.record_answer import record_answer, record_no_answer, record_refusal
from tenor.usecases.tell import SYSTEM

log = logging.getLogger(__name__)

AT_ONCE = 250
"""Answers in one transaction: more save little, and hold their accounts' locks for longer."""

NOT_RECORDED = "not recorded"
"""What an answer is counted as that could not be written down. The worker asks for it again."""

STEPS = Steps(
    payments=frozenset(
        status
        for status in (PaymentStatus.SENDING, PaymentStatus.UNKNOWN)
        if may_become(PAYMENT, status, PaymentStatus.SUCCEEDED)
    ),
    orders=frozenset(status for status in OPEN_ORDER if may_become(ORDER, status, OrderStatus.PAID)),
)
WAITING = Waiting(
    was=frozenset(
        status
        for status in OPEN_ORDER
        if status is OrderStatus.REQUIRES_ACTION or may_become(ORDER, status, OrderStatus.REQUIRES_ACTION)
    ),
    status=OrderStatus.REQUIRES_ACTION,
    waiting_for="gateway_answer",
)


def check_steps() -> None:
    """Raise Refusal("forbidden_step") where a step that is written in bulk is not one of the domain's tables."""
    step(ORDER, OrderStatus.PAID, OrderStatus.FULFILLED)
    step(INVOICE, InvoiceStatus.OPEN, InvoiceStatus.PAID)
    step(PAYMENT, PaymentStatus.SENDING, PaymentStatus.UNKNOWN)
    for status in GOES_ON:
        if status != SubscriptionStatus.ACTIVE:
            step(SUBSCRIPTION, SubscriptionStatus(status), SubscriptionStatus.ACTIVE)


check_steps()


@dataclass(frozen=True, slots=True)
class Answered:
    """A payment that was sent, and what came back: an answer, or what came instead of one."""

    account_id: UUID
    payment_id: UUID
    answer: ChargeAnswer | GatewayError


Batch = Sequence[Answered]


def record_answers(answers: Iterable[Answered], now: datetime) -> Counter[str]:
    """Apply what the gateway says, idempotently. Returns how many payments stand at which status afterwards.

    What can't be recorded is released with its error, to be looked at again (`NOT_RECORDED`); the others go on. Raises
    what the database raises when it does not answer.
    """
    told = list(answers)
    first = {one.payment_id: one for one in reversed(told)}
    successes = [one for one in first.values() if _is_success(one.answer)]
    silences = [one for one in first.values() if _is_silence(one.answer)]
    paid, unknown = _in_batches(_settle, successes, now), _in_batches(_leave_unknown, silences, now)
    counts = Counter({PaymentStatus.SUCCEEDED.value: len(paid), PaymentStatus.UNKNOWN.value: len(unknown)})
    recorded = paid | unknown
    for one in told:
        if one.payment_id not in recorded or first[one.payment_id] is not one:
            counts[_alone(one, now)] += 1
    return +counts


def _is_success(answer: ChargeAnswer | GatewayError) -> bool:
    return isinstance(answer, ChargeAnswer) and answer.status is ChargeStatus.SUCCEEDED


def _is_silence(answer: ChargeAnswer | GatewayError) -> bool:
    return isinstance(answer, GatewayError) and not isinstance(answer, GatewayRefused)


def _in_batches(record: Callable[[Batch, datetime], set[UUID]], answers: Batch, now: datetime) -> set[UUID]:
    recorded: set[UUID] = set()
    for start in range(0, len(answers), AT_ONCE):
        recorded |= _in_halves(record, answers[start : start + AT_ONCE], now)
    return recorded


def _in_halves(record: Callable[[Batch, datetime], set[UUID]], batch: Batch, now: datetime) -> set[UUID]:
    """Record the batch; where that fails, each half of it, until what can't be recorded stands alone."""
    try:
        return retrying(lambda: record(batch, now))
    except Exception as error:
        if is_passing(error):  # the database is gone: no smaller batch will fare better
            raise
        log.warning("a batch of %d answers was not recorded: %s", len(batch), error)
        if len(batch) == 1:
            return set()
        middle = len(batch) // 2
        return _in_halves(record, batch[:middle], now) | _in_halves(record, batch[middle:], now)


def _settle(batch: Batch, now: datetime) -> set[UUID]:
    """One transaction: the plain ones among these successes. What somebody else holds is left out."""
    with transaction.atomic():
        free = _lock(batch)
        found = read_paid_renewals((one.account_id, one.payment_id) for one in free.values())
        paid = [one for renewal in found if (one := _plain(renewal, free[renewal.payment_id], now)) is not None]
        if paid:
            write_paid_renewals(paid, now=now, system=SYSTEM.name, steps=STEPS)
            crashpoint("while_recording_answers")
    return {free[one.renewal.payment_id].payment_id for one in paid}


def _leave_unknown(batch: Batch, now: datetime) -> set[UUID]:
    """One transaction: these got no answer."""
    with transaction.atomic():
        silent = [Silent(one.account_id, one.payment_id, str(one.answer)) for one in _lock(batch).values()]
        return write_silence(silent, WAITING, patience)


def _lock(batch: Batch) -> Mapping[str, Answered]:
    """Those whose accounts are ours until the transaction ends, by their payment's id."""
    look_up_by_key()
    free = set(lock_accounts([one.account_id for one in batch]))
    return {str(one.payment_id): one for one in batch if one.account_id in free}


def _plain(renewal: PaidRenewal, answered: Answered, now: datetime) -> Paid | None:
    assert isinstance(answered.answer, ChargeAnswer)
    today = local_date(now, renewal.time_zone)
    if not _is_plain(renewal, today) or not _is_in_full(renewal, answered.answer):
        return None
    return Paid(renewal, answered.answer.gateway_id, today)


def _is_plain(renewal: PaidRenewal, today: date) -> bool:
    """Whether nothing has to be decided about it: the night's own renewal, its term begun, all as it was ordered."""
    is_ordered = renewal.action == "renew" and not renewal.placed_by and renewal.order_status in STEPS.orders
    is_owed = renewal.invoice_status == InvoiceStatus.OPEN and not renewal.is_granted
    has_begun = renewal.begins_on is not None and renewal.begins_on <= today
    is_expected = renewal.others == 0 and renewal.terms == renewal.fitting == renewal.named
    is_sent = renewal.status in STEPS.payments and not renewal.decline_code
    return is_ordered and is_owed and has_begun and is_expected and is_sent


def _is_in_full(renewal: PaidRenewal, answer: ChargeAnswer) -> bool:
    told = (answer.amount.minor, answer.amount.currency)
    asked, owed = (renewal.amount_minor, renewal.currency), (renewal.invoice_minor, renewal.invoice_currency)
    return told == asked == owed


def _alone(one: Answered, now: datetime) -> str:
    """Record one answer by itself; returns the payment's status afterwards."""
    try:
        return _by_itself(one, now)
    except Exception as error:
        if is_passing(error):
            raise
        log.exception("the answer about payment %s was not recorded", one.payment_id)
        payment = Payment.objects.get(account_id=one.account_id, id=one.payment_id)
        release(payment, error=f"{type(error).__name__}: {error}")
        return NOT_RECORDED


def _by_itself(one: Answered, now: datetime) -> PaymentStatus:
    match one.answer:
        case ChargeAnswer():
            return record_answer(account_id=one.account_id, payment_id=one.payment_id, answer=one.answer, now=now)
        case GatewayRefused():
            return record_refusal(one.account_id, one.payment_id, str(one.answer), now)
        case silence:
            return record_no_answer(one.account_id, one.payment_id, str(silence), now)
