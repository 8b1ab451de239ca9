"""Store a way to pay that a gateway already keeps for the customer (staff, demo): our row of it, never a number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.models import PaymentMethod
from tenor.domain.account import Actor, MethodStatus
from tenor.gateways.payments.port import StoredMethod
from tenor.usecases.finish_method_setup import last_valid_day, method_label
from tenor.usecases.load import lock_and_load
from tenor.usecases.tell import About, tell


@dataclass(frozen=True, slots=True)
class Kept:
    """What `gateway` keeps, and how it stands here.

    `mandate_confirmed` False: the customer's bank has not confirmed the direct debit yet, so that it pays nothing.
    """

    gateway: str
    method: StoredMethod
    is_default: bool
    mandate_confirmed: bool = True


def store_method(*, account_id: UUID, kept: Kept, actor: Actor, now: datetime) -> UUID:
    """Add the method to the account; returns its id. The new default replaces the old one."""
    method = kept.method
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        if kept.is_default:
            PaymentMethod.objects.filter(account_id=account_id, is_default=True).update(is_default=False)
        signed = loaded.today if method.mandate_reference else None
        status = MethodStatus.ACTIVE if kept.mandate_confirmed else MethodStatus.MANDATE_PENDING
        row = PaymentMethod.objects.create(
            id=new_id(),
            account_id=account_id,
            kind=method.kind.value,
            gateway=kept.gateway,
            gateway_reference=method.reference,
            label=method_label(method),
            brand=method.brand,
            last4=method.last4,
            expires_on=last_valid_day(method),
            status=status.value,
            is_default=kept.is_default,
            mandate_reference=method.mandate_reference,
            mandate_signed_on=signed,
            billing_name=method.holder or loaded.state.name,
        )
        after = {"method": str(row.id), "kind": row.kind, "label": row.label}
        tell(About(account_id), "method_added", actor, now, after=after)
        return row.id
