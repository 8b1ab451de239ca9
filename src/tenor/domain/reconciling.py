"""One payment in our books beside the same charge in the gateway's: what differs, and if we only lack an answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tenor.domain.lifecycle import PAYMENT, PaymentStatus, may_become
from tenor.domain.money import Money


class DifferenceKind(StrEnum):
    """How our books and a gateway's can disagree."""

    CHARGE_UNKNOWN_HERE = "charge_unknown_here"
    CHARGE_UNKNOWN_THERE = "charge_unknown_there"
    AMOUNT_DIFFERS = "amount_differs"
    ANSWER_LOST = "answer_lost"
    """The gateway is ahead of us, and we may follow: its answer never arrived."""
    STATUS_DIFFERS = "status_differs"
    """Nothing leads from our state to the gateway's."""
    CHARGED_TWICE = "charged_twice"
    REFUND_UNKNOWN_HERE = "refund_unknown_here"
    REFUND_UNKNOWN_THERE = "refund_unknown_there"
    REFUND_DIFFERS = "refund_differs"
    REFUND_ANSWER_LOST = "refund_answer_lost"


MENDABLE = frozenset({DifferenceKind.ANSWER_LOST, DifferenceKind.REFUND_ANSWER_LOST})
"""What is put right by recording what the gateway says, once more than once being the same."""

_P = PaymentStatus
_ENDED = frozenset({_P.FAILED, _P.CANCELED})
_MOVED = frozenset({_P.SUCCEEDED, _P.REFUNDED, _P.REVERSED})
_OPEN_REFUND = frozenset({_P.PENDING, _P.SENDING, _P.UNKNOWN, _P.PROCESSING})


@dataclass(frozen=True, slots=True)
class RefundState:
    """One refund as one side has it."""

    status: PaymentStatus
    amount: Money


@dataclass(frozen=True, slots=True)
class ChargeState:
    """One payment as one side has it; `refunds` by their reference, which is our refund's id."""

    status: PaymentStatus
    amount: Money
    refunds: Mapping[str, RefundState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs. `reference` is the payment's or the refund's; `here` and `there` say how each side has it."""

    kind: DifferenceKind
    reference: str
    here: str
    there: str


def compare(reference: str, ours: ChargeState, theirs: ChargeState) -> tuple[Difference, ...]:
    """Everything in which the two disagree about the payment `reference`, its refunds included."""
    return (*_charge(reference, ours, theirs), *_refunds(ours, theirs))


def _charge(reference: str, ours: ChargeState, theirs: ChargeState) -> Iterator[Difference]:
    if ours.amount != theirs.amount:
        yield Difference(DifferenceKind.AMOUNT_DIFFERS, reference, str(ours.amount), str(theirs.amount))
    if not _same(ours.status, theirs.status):
        lost = follows(ours.status, theirs.status)
        kind = DifferenceKind.ANSWER_LOST if lost else DifferenceKind.STATUS_DIFFERS
        yield Difference(kind, reference, ours.status, theirs.status)


def _same(ours: PaymentStatus, theirs: PaymentStatus) -> bool:
    """Given back is paid, there; and two ends that took no money are one."""
    if ours is _P.REFUNDED:
        return theirs is _P.SUCCEEDED
    return ours is theirs or {ours, theirs} <= _ENDED


def follows(ours: PaymentStatus, theirs: PaymentStatus) -> bool:
    """Whether recording the gateway's word leads from our state to its; a reversal brings its success with it."""
    steps = {theirs, _P.SUCCEEDED} if theirs is _P.REVERSED else {theirs}
    return any(may_become(PAYMENT, ours, step) for step in steps)


def _refunds(ours: ChargeState, theirs: ChargeState) -> Iterator[Difference]:
    for reference, there in theirs.refunds.items():
        here = ours.refunds.get(reference)
        if here is None:
            yield Difference(DifferenceKind.REFUND_UNKNOWN_HERE, reference, "-", f"{there.status} {there.amount}")
        else:
            yield from _refund(reference, here, there)
    for reference, here in ours.refunds.items():
        if reference not in theirs.refunds and here.status is _P.SUCCEEDED:
            yield Difference(DifferenceKind.REFUND_UNKNOWN_THERE, reference, f"{here.status} {here.amount}", "-")


def _refund(reference: str, here: RefundState, there: RefundState) -> Iterator[Difference]:
    """One that failed there is sent again by the worker, and then parked: that is told by `tenor parked`."""
    told = f"{here.status} {here.amount}", f"{there.status} {there.amount}"
    if here.amount != there.amount:
        yield Difference(DifferenceKind.REFUND_DIFFERS, reference, *told)
    elif there.status is _P.SUCCEEDED and here.status in _OPEN_REFUND:
        yield Difference(DifferenceKind.REFUND_ANSWER_LOST, reference, *told)
    elif here.status in _ENDED | {_P.SUCCEEDED} and here.status is not there.status:
        yield Difference(DifferenceKind.REFUND_DIFFERS, reference, *told)


def is_missing_there(ours: PaymentStatus, gateway_reference: str) -> bool:
    """Whether a payment that the gateway does not know should be known to it.

    One that never arrived is no difference: it is sent again, or asked about, by its own duty.
    """
    known = _MOVED | {_P.REQUIRES_ACTION, _P.PROCESSING}
    return ours in known or (ours in _ENDED and gateway_reference != "")
