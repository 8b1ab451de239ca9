"""Every charge and refund at a gateway against ours, both ways: what differs is written down, and mended if safe.

Both sides are read in pages. Books move while they are compared, so that whatever seems to differ is looked at again by
itself before it counts: the gateway is asked about that one charge, and our row is read after its answer.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import DatabaseError

from tenor.db.ids import new_id
from tenor.db.models import Difference as DifferenceRow
from tenor.db.reconciling import (
    OurPayment,
    Seen,
    all_seen,
    begin_to_look,
    charged_twice,
    keep_difference,
    note_seen,
    read_payments,
    resolve_others,
    unseen_payments,
)
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.reconciling import ChargeState, Difference, DifferenceKind, RefundState, compare, is_missing_there
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.port import ChargeAnswer, ChargeStatus, PaymentGateway, RefundStatus
from tenor.gateways.payments.registry import gateway as gateway_of
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.record_answer import STATUS, record_answer
from tenor.usecases.send_refund import record_refund

log = logging.getLogger(__name__)

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MOST_TWICE = 1000
"""Invoices charged twice that are told: more is a catastrophe, and not a list."""

_REFUND = {
    RefundStatus.SUCCEEDED: PaymentStatus.SUCCEEDED,
    RefundStatus.PROCESSING: PaymentStatus.PROCESSING,
    RefundStatus.FAILED: PaymentStatus.FAILED,
}
_KEEPS = frozenset({ChargeStatus.SUCCEEDED, ChargeStatus.PROCESSING})


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of a comparison. `found` counts the differences that are open now, `new` those not known before."""

    charges: int
    found: Counter[str]
    new: int
    mended: int
    resolved: int


@dataclass(slots=True)
class _Look:
    """One comparison with one gateway."""

    name: str
    gateway: PaymentGateway
    now: datetime
    mend: bool
    id: UUID = field(default_factory=new_id)
    charges: int = 0
    found: Counter[str] = field(default_factory=Counter)
    new: int = 0
    mended: int = 0

    def keep(self, difference: Difference, about: OurPayment | None, at: datetime, **facts: object) -> None:
        """Write the difference down."""
        whose = {"account": about.account, "invoice": about.invoice} if about else {}
        row = DifferenceRow(
            kind=difference.kind.value,
            gateway=self.name,
            reference=difference.reference,
            facts={"here": difference.here, "there": difference.there, **whose, **facts},
            look=self.id,
            about_at=at,
            found_at=self.now,
        )
        self.found[difference.kind.value] += 1
        self.new += keep_difference(row)


def reconcile_books(
    *,
    gateway: str,
    now: datetime,
    since: datetime = BEGINNING,
    mend: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Reconciled:
    """Compare what was charged since then. `on_progress` is told how many charges were compared so far.

    With `mend`, answers that never arrived are recorded: nothing is charged, sent or given back by it. Raises
    GatewayError when the gateway stops answering; what was found until then stays written down.
    """
    outside_transactions()
    look = _Look(gateway, gateway_of(gateway), now, mend)
    begin_to_look()
    for page in look.gateway.charge_pages(since):
        _compare_page(look, page)
        look.charges += len(page)
        if on_progress is not None:
            on_progress(look.charges)
    all_seen()
    for ours in unseen_payments(gateway, since):
        _look_for(look, ours)
    for twice in charged_twice(gateway, MOST_TWICE):
        charges = ", ".join(twice.charges)
        difference = Difference(DifferenceKind.CHARGED_TWICE, str(twice.invoice_id), twice.number, charges)
        look.keep(difference, None, twice.since, account=twice.account, invoice=twice.number)
    resolved = resolve_others(gateway, since, look.id, now)
    return Reconciled(look.charges, look.found, look.new, look.mended, resolved)


def _compare_page(look: _Look, page: Iterable[ChargeAnswer]) -> None:
    charges = [(_as_id(charge.reference), charge) for charge in page]
    ours = _read(look, [key for key, _ in charges if key is not None])
    note_seen(Seen(key, charge.gateway_id, _keeps(charge)) for key, charge in charges if key is not None)
    for key, charge in charges:
        payment = ours.get(key) if key is not None else None
        try:
            if payment is None:
                _orphan(look, key, charge)
            elif any(_differences(payment, charge)):
                _look_again(look, payment.id)
        except (DatabaseError, GatewayError):
            raise
        except Exception as fault:  # a row that nobody foresaw: it is told, and stops no other
            log.exception("charge %s could not be compared", charge.gateway_id)
            difference = Difference(DifferenceKind.STATUS_DIFFERS, charge.reference, f"unreadable: {fault}", "-")
            look.keep(difference, None, charge.created_at)


def _read(look: _Look, keys: list[UUID]) -> Mapping[UUID, OurPayment]:
    """Those of the payments that are ours; where one of them can't be read, without that one."""
    try:
        return read_payments(look.name, keys)
    except ValueError:
        if len(keys) <= 1:
            return {}
        middle = len(keys) // 2
        return {**_read(look, keys[:middle]), **_read(look, keys[middle:])}


def _orphan(look: _Look, key: UUID | None, charge: ChargeAnswer) -> None:
    if key is not None and read_payments(look.name, [key]):
        return  # it was written while the page was on its way
    there = f"{charge.status} {charge.amount}"
    difference = Difference(DifferenceKind.CHARGE_UNKNOWN_HERE, charge.gateway_id, "-", there)
    look.keep(difference, None, charge.created_at, charge=charge.reference, keeps_money=_keeps(charge))


def _look_for(look: _Look, ours: OurPayment) -> None:
    """A payment that was not listed: it may have been charged before the list began, or after it was drawn."""
    charge = look.gateway.find_charge(str(ours.id))
    if charge is not None:
        if any(_differences(ours, charge)):
            _look_again(look, ours.id)
    elif is_missing_there(ours.state.status, ours.gateway_reference):
        here = f"{ours.state.status} {ours.state.amount}"
        difference = Difference(DifferenceKind.CHARGE_UNKNOWN_THERE, str(ours.id), here, "-")
        look.keep(difference, ours, ours.created_at)


def _look_again(look: _Look, payment_id: UUID) -> None:
    """Ask about this charge alone, then read our row; what still differs is mended or kept."""
    charge = look.gateway.find_charge(str(payment_id))
    ours = read_payments(look.name, [payment_id])[payment_id]
    if charge is None or ours.is_held:  # somebody works on it at this moment
        return
    for difference in _differences(ours, charge):
        if look.mend and _try_to_mend(look, difference, ours, charge):
            look.mended += 1
        else:
            look.keep(difference, ours, charge.created_at)


def _try_to_mend(look: _Look, difference: Difference, ours: OurPayment, charge: ChargeAnswer) -> bool:
    """Mend it, if that can be done; a fault of ours about one charge leaves it written down, and stops nothing."""
    try:
        return _mend(look, difference, ours, charge)
    except DatabaseError:
        raise
    except Exception:
        log.exception("%s of %s could not be mended", difference.kind, difference.reference)
        return False


def _mend(look: _Look, difference: Difference, ours: OurPayment, charge: ChargeAnswer) -> bool:
    """Record an answer that never arrived. Returns whether our books say the same as the gateway's afterwards."""
    if difference.kind is DifferenceKind.ANSWER_LOST and ours.state.amount == charge.amount:
        record_answer(account_id=ours.account_id, payment_id=ours.id, answer=charge, now=look.now)
    elif difference.kind is DifferenceKind.REFUND_ANSWER_LOST:
        [answer] = [refund for refund in charge.refunds if refund.reference == difference.reference]
        record_refund(account_id=ours.account_id, refund_id=UUID(difference.reference), answer=answer, now=look.now)
    else:
        return False
    after = read_payments(look.name, [ours.id])[ours.id]
    return difference.kind not in {left.kind for left in _differences(after, charge)}


def _differences(ours: OurPayment, charge: ChargeAnswer) -> Iterator[Difference]:
    yield from compare(str(ours.id), ours.state, _state(charge))


def _state(charge: ChargeAnswer) -> ChargeState:
    refunds = {one.reference: RefundState(_REFUND[one.status], one.amount) for one in charge.refunds}
    return ChargeState(STATUS[charge.status], charge.amount, refunds)


def _keeps(charge: ChargeAnswer) -> bool:
    """Whether money of it stays at the gateway, or is on its way there."""
    return charge.status in _KEEPS and charge.refunded != charge.amount


def _as_id(reference: str) -> UUID | None:
    """The payment that the reference may name; None for what is no id of ours."""
    try:
        return UUID(reference)
    except ValueError:
        return None
