"""Remove a stored method, unless something would be left unpaid; what named it falls to the default."""

import logging
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.effects import LIVE
from tenor.db.locks import retrying
from tenor.db.models import PaymentMethod, ScheduledChange, Subscription
from tenor.db.queries.methods import method_uses
from tenor.domain.account import Actor, ChangeKind, MethodStatus
from tenor.domain.methods import kept_method, removal_reasons
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.registry import gateway
from tenor.usecases.load import lock_and_load
from tenor.usecases.look_again import look_again
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.tell import About, Letter, tell, write_mail

log = logging.getLogger(__name__)


def remove_method(*, account_id: UUID, method_id: UUID, actor: Actor, now: datetime) -> None:
    """Remove it here, then have its gateway forget it. Safe to repeat.

    A gateway that does not answer keeps a method that nothing of ours names any more and nothing is ever charged to;
    removing it again asks once more. Raises Refusal: `role_may_not_buy`; `unknown_method`; `method_in_use` with every
    reason: the renewals, open orders and debts that it is to pay.
    """
    demand(actor, Permission.BUY)
    removed = retrying(lambda: _remove(account_id, method_id, actor, now))
    outside_transactions()
    try:
        gateway(removed.gateway).remove_method(removed.gateway_reference)
    except GatewayError as silence:
        log.warning("method %s is removed here, and its gateway may keep it: %s", method_id, silence)


def _remove(account_id: UUID, method_id: UUID, actor: Actor, now: datetime) -> PaymentMethod:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        row = PaymentMethod.objects.filter(account_id=account_id, id=method_id).first()
        if row is None:
            raise Refusal("unknown_method", {"method": str(method_id)})
        method = kept_method(loaded.state, str(method_id))
        if method is None:
            return row
        if found := removal_reasons(loaded.state, loaded.offer, method, method_uses(account_id), loaded.today):
            raise Refusal("method_in_use", {"method": method.label}, found)
        row.status, row.is_default, row.is_backup = MethodStatus.REMOVED.value, False, False
        row.save(update_fields=["status", "is_default", "is_backup"])
        named = Subscription.objects.filter(account_id=account_id, payment_method_id=method_id)
        named.update(payment_method=None)
        planned = ScheduledChange.objects.filter(
            account_id=account_id, kind=ChangeKind.METHOD.value, value=str(method_id), **LIVE
        )
        planned.update(undone_at=now)
        before = {"method": method.id, "label": method.label, "is_default": method.is_default}
        tell(About(account_id), "method_removed", actor, now, before=before)
        write_mail(account_id, actor, now, Letter("method_removed", method_id))
        look_again(account_id=account_id, now=now)
        return row
