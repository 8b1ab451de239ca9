"""The provider says that something of a stored method moved: ask what, and write it down (docs/adr 4)."""

from datetime import datetime
from functools import partial
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import retrying
from tenor.db.models import PaymentMethod
from tenor.domain.account import MethodStatus
from tenor.gateways.payments.errors import GatewayRefused
from tenor.gateways.payments.port import StoredMethod
from tenor.gateways.payments.registry import gateway
from tenor.usecases.finish_method_setup import give_date
from tenor.usecases.invalidate_method import invalidate_method
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.look_again import look_again
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.tell import SYSTEM, About, tell

GONE = "gone_at_gateway"
"""Why a method is beyond use that the provider does not keep any more."""


def follow_method(*, name: str, reference: str, now: datetime) -> None:
    """Bring our rows of the method that the gateway `name` calls `reference` to what it says now. Safe to repeat.

    A bank that renews a card tells its new expiry; one that closes it, that nothing can be charged any more. Raises
    GatewayError where the gateway gives no answer.
    """
    own = PaymentMethod.objects.filter(gateway=name, gateway_reference=reference)
    rows = list(own.exclude(status=MethodStatus.REMOVED).values_list("account_id", "id")) if reference else []
    if not rows:
        return
    outside_transactions()
    try:
        stored = gateway(name).read_method(reference)
    except GatewayRefused as refused:
        if refused.code != "no_such_method":
            raise
        stored = None
    for account_id, method_id in rows:
        retrying(partial(_follow, account_id, method_id, stored, now))


def _follow(account_id: UUID, method_id: UUID, stored: StoredMethod | None, now: datetime) -> None:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        if stored is None or stored.invalid_because:
            invalidate_method(loaded, method_id, stored.invalid_because if stored else GONE)
        else:
            _renew(loaded, PaymentMethod.objects.get(account_id=account_id, id=method_id), stored)
        look_again(account_id=account_id, now=now)


def _renew(loaded: Loaded, row: PaymentMethod, stored: StoredMethod) -> None:
    before = row.expires_on
    if not give_date(row, stored):
        return
    row.save(update_fields=["status", "invalid_because", "expires_on"])
    told = {"before": {"expires_on": before}, "after": {"method": str(row.id), "expires_on": row.expires_on}}
    tell(About(row.account_id), "method_updated", SYSTEM, loaded.now, **told)
