"""Edit a stored method: in whose name bills are, and the date on a card that the bank renewed."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import PaymentMethod
from tenor.domain.account import Actor, MethodKind
from tenor.domain.methods import kept_method
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayError, GatewayRefused
from tenor.gateways.payments.port import MethodUpdate, StoredMethod
from tenor.gateways.payments.registry import gateway
from tenor.usecases.finish_method_setup import give_date
from tenor.usecases.load import Loaded, load
from tenor.usecases.look_again import look_again
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.tell import About, Letter, tell, write_mail

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class MethodChange:
    """What a customer types: the name on bills, and for a card the year and month until which it is valid."""

    billing_name: str
    expiry: tuple[int, int] | None = None


def update_method(*, account_id: UUID, method_id: UUID, change: MethodChange, actor: Actor, now: datetime) -> None:
    """Change the method at its gateway, outside any transaction, then our row of it. Safe to repeat.

    Whoever dies in between leaves a method that the gateway knows better than we do: the same again mends it. A card
    that was refused as expired is good again with its new date. Raises Refusal: `role_may_not_buy`; `unknown_method`;
    `billing_name_unfit`; `expiry_not_of_a_card`; `expiry_passed`; `method_gone`; `gateway_unavailable`.
    """
    demand(actor, Permission.BUY)
    with account_scope(account_id):
        loaded = load(account_id, now)
        _check(loaded, method_id, change)
        row = PaymentMethod.objects.get(account_id=account_id, id=method_id)
    stored = _ask(row, change)
    retrying(lambda: _write(account_id, method_id, change, stored, actor, now))


def _check(loaded: Loaded, method_id: UUID, change: MethodChange) -> None:
    method = kept_method(loaded.state, str(method_id))
    if method is None:
        raise Refusal("unknown_method", {"method": str(method_id)})
    is_text = change.billing_name.strip() and not any(unicodedata.category(c) == "Cc" for c in change.billing_name)
    if not is_text or len(change.billing_name) > LONGEST_NAME:
        raise Refusal("billing_name_unfit", {"most": LONGEST_NAME})
    if change.expiry is None:
        return
    if method.kind is not MethodKind.CARD:
        raise Refusal("expiry_not_of_a_card", {"method": method.label})
    year, month = change.expiry
    if not 1 <= month <= 12 or not (loaded.today.year, loaded.today.month) <= (year, month) <= (9999, 12):
        raise Refusal("expiry_passed", {"method": method.label})


def _ask(row: PaymentMethod, change: MethodChange) -> StoredMethod:
    year, month = change.expiry or (None, None)
    update = MethodUpdate(
        reference=row.gateway_reference, holder=change.billing_name.strip(), expiry_year=year, expiry_month=month
    )
    outside_transactions()
    try:
        return gateway(row.gateway).update_method(update)
    except GatewayRefused as refused:
        known = refused.code == "expiry_passed"
        raise Refusal("expiry_passed" if known else "method_gone", {"method": row.label}) from refused
    except GatewayError as silence:
        raise Refusal("gateway_unavailable", {}) from silence


def _write(
    account_id: UUID, method_id: UUID, change: MethodChange, stored: StoredMethod, actor: Actor, now: datetime
) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        row = PaymentMethod.objects.get(account_id=account_id, id=method_id)
        before = _facts(row)
        give_date(row, stored)
        row.billing_name = change.billing_name.strip()
        after = _facts(row)
        if after == before:
            return
        row.save(update_fields=["status", "invalid_because", "billing_name", "expires_on"])
        tell(About(account_id), "method_updated", actor, now, before=before, after=after)
        write_mail(account_id, actor, now, Letter("method_updated", method_id, now.isoformat()))
        look_again(account_id=account_id, now=now)


def _facts(row: PaymentMethod) -> dict[str, object]:
    fields = ("status", "invalid_because", "billing_name", "expires_on")
    return {"method": str(row.id), **{field: getattr(row, field) for field in fields}}
