"""Store the way to pay that a payer added on the gateway's page, once, however often they come back."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.locks import retrying
from tenor.db.models import PaymentMethod
from tenor.domain.account import Actor, MethodKind, MethodStatus
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayError, GatewayRefused
from tenor.gateways.payments.port import SetupStatus, StoredMethod
from tenor.gateways.payments.registry import gateway
from tenor.usecases.load import lock_and_load
from tenor.usecases.look_again import look_again
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.start_method_setup import is_reference_of, setup_gateway
from tenor.usecases.tell import About, Letter, tell, write_mail

EXPIRED = "expired_card"
"""The code of a decline that a new date on the card mends."""
BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express"}


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a setup; `method_id` is the stored method's, where there is one."""

    status: SetupStatus
    method_id: UUID | None = None


def finish_method_setup(*, account_id: UUID, reference: str, actor: Actor, now: datetime) -> Finished:
    """Ask the gateway what became of the setup, and store its method if there is one now.

    The account's first method is its default. Whoever comes first stores it: the customer on the way back, or the
    gateway's event about one who never came back. Raises Refusal: `role_may_not_buy`; `unknown_setup`, also for one of
    another account; `gateway_unavailable`.
    """
    demand(actor, Permission.BUY)
    if not is_reference_of(account_id, reference):
        raise Refusal("unknown_setup", {"reference": reference})
    outside_transactions()
    name = setup_gateway()
    try:
        answer = gateway(name).read_setup(reference)
    except GatewayRefused as unknown:
        raise Refusal("unknown_setup", {"reference": reference}) from unknown
    except GatewayError as silence:
        raise Refusal("gateway_unavailable", {}) from silence
    if answer.method is None:
        return Finished(answer.status)
    row = _row(account_id, name, reference, answer.method)
    return Finished(answer.status, retrying(lambda: _store(row, actor, now)))


def _store(row: PaymentMethod, actor: Actor, now: datetime) -> UUID:
    with account_scope(row.account_id):
        loaded = lock_and_load(row.account_id, now)
        own = PaymentMethod.objects.filter(account_id=row.account_id)
        if (stored := own.filter(gateway=row.gateway, setup_reference=row.setup_reference).first()) is not None:
            return stored.id
        row.mandate_signed_on = loaded.today if row.mandate_reference else None
        row.is_default = not own.filter(is_default=True).exists()
        row.save(force_insert=True)
        after = {"method": str(row.id), "kind": row.kind, "label": row.label}
        tell(About(row.account_id), "method_added", actor, now, after=after)
        write_mail(row.account_id, actor, now, Letter("method_added", row.id))
        if row.is_default:
            look_again(account_id=row.account_id, now=now)
        return row.id


def _row(account_id: UUID, name: str, reference: str, stored: StoredMethod) -> PaymentMethod:
    return PaymentMethod(
        id=new_id(),
        account_id=account_id,
        kind=stored.kind.value,
        gateway=name,
        gateway_reference=stored.reference,
        setup_reference=reference,
        label=method_label(stored),
        brand=stored.brand,
        last4=stored.last4,
        expires_on=last_valid_day(stored),
        mandate_reference=stored.mandate_reference,
        billing_name=stored.holder,
        status=MethodStatus.ACTIVE.value,
    )


def method_label(stored: StoredMethod) -> str:
    """What people call it: "Visa 4242", "SEPA 3000", "PayPal"."""
    if stored.kind is MethodKind.PAYPAL:
        return "PayPal"
    name = "SEPA" if stored.kind is MethodKind.DIRECT_DEBIT else stored.brand
    return f"{BRANDS.get(name, name)} {stored.last4}".strip()


def give_date(row: PaymentMethod, stored: StoredMethod) -> bool:
    """Give a card the gateway's date; whether that is another one. A card that was refused as expired is good again."""
    before, row.expires_on = row.expires_on, last_valid_day(stored)
    if row.expires_on == before:
        return False
    if row.status == MethodStatus.INVALID and row.invalid_because == EXPIRED and not stored.invalid_because:
        row.status, row.invalid_because = MethodStatus.ACTIVE.value, ""
    return True


def last_valid_day(stored: StoredMethod) -> date | None:
    """A card is valid to the end of the month that is printed on it."""
    if stored.expiry_year is None or stored.expiry_month is None:
        return None
    return date(stored.expiry_year, stored.expiry_month, monthrange(stored.expiry_year, stored.expiry_month)[1])
