"""Pay out a balance: what is on it goes back to the payment methods that paid, as refunds (docs/adr 29)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.locks import retrying
from tenor.db.models import Refund
from tenor.db.queries.payouts import list_paid_before, owes_something
from tenor.domain.account import Actor
from tenor.domain.balance import BalanceReason
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.paying_out import PaidBefore, PayOut, plan_pay_out
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.usecases.load import Loaded, load, lock_and_load
from tenor.usecases.move_balance import move_for_refund
from tenor.usecases.tell import About, tell


def preview_pay_out(*, account_id: UUID, actor: Actor, now: datetime) -> PayOut:
    """What would go where. Raises Refusal: `role_may_not_buy`, and as `domain.paying_out.plan_pay_out`."""
    demand(actor, Permission.BUY)
    with account_scope(account_id):
        return _plan(load(account_id, now))


def pay_out_balance(*, account_id: UUID, seen: str, actor: Actor, now: datetime) -> tuple[UUID, ...]:
    """Take it from the balance, and commit to giving it back: returns the refunds to send, which the worker sends too.

    `seen` is the fingerprint of what was shown: nothing else is paid out. Raises Refusal: `pay_out_changed`, and as
    `preview_pay_out`.
    """
    demand(actor, Permission.BUY)
    return retrying(lambda: _pay_out(account_id, seen, actor, now))


def has_failed(*, account_id: UUID, refund_ids: Iterable[UUID]) -> bool:
    """Whether one of the refunds could not be sent, and its money is on the balance again."""
    with account_scope(account_id):
        failed = Refund.objects.filter(account_id=account_id, status=PaymentStatus.FAILED)
        return failed.filter(id__in=list(refund_ids)).exists()


def _pay_out(account_id: UUID, seen: str, actor: Actor, now: datetime) -> tuple[UUID, ...]:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        planned = _plan(loaded)
        if planned.fingerprint != seen:
            raise Refusal("pay_out_changed", {})
        refunds = [_refund(loaded, account_id, part) for part in planned.parts]
        told = {"amount": planned.goes, "methods": [method for method, _ in planned.by_method]}
        tell(About(account_id), "balance_paid_out", actor, now, after=told)
        return tuple(refund.id for refund in refunds)


def _plan(loaded: Loaded) -> PayOut:
    account_id = UUID(loaded.state.id)
    payments, owes = list_paid_before(account_id), owes_something(account_id)
    return plan_pay_out(loaded.state, loaded.offer.policy, payments, owes=owes)


def _refund(loaded: Loaded, account_id: UUID, part: PaidBefore) -> Refund:
    refund = Refund.objects.create(
        id=new_id(),
        account_id=account_id,
        payment_id=UUID(part.payment_id),
        status=PaymentStatus.PENDING,
        amount_minor=part.left.minor,
        currency=part.left.currency,
        reason="balance_paid_out",
        from_balance=True,
        created_at=loaded.now,
    )
    move_for_refund(loaded, refund, BalanceReason.PAID_OUT)
    return refund
