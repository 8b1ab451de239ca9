"""Keep a stored method in reserve, as the account's backup, or no longer."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import retrying
from tenor.db.models import PaymentMethod
from tenor.domain.account import Actor
from tenor.domain.methods import is_usable, kept_method, kept_methods
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.usecases.load import lock_and_load
from tenor.usecases.look_again import look_again
from tenor.usecases.tell import About, Letter, tell, write_mail


def make_backup_method(*, account_id: UUID, method_id: UUID, is_backup: bool, actor: Actor, now: datetime) -> None:
    """Make it the backup in place of another, or, with `is_backup` False, leave the account without. Safe to repeat.

    Raises Refusal: `role_may_not_buy`; `unknown_method`; `method_not_usable` where it can't be charged;
    `default_is_no_backup`.
    """
    demand(actor, Permission.BUY)
    retrying(lambda: _make_backup(account_id, method_id, is_backup, actor, now))


def _make_backup(account_id: UUID, method_id: UUID, is_backup: bool, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        chosen = kept_method(loaded.state, str(method_id))
        if chosen is None:
            raise Refusal("unknown_method", {"method": str(method_id)})
        if chosen.is_backup == is_backup:
            return
        if is_backup and chosen.is_default:
            raise Refusal("default_is_no_backup", {"method": chosen.label})
        if is_backup and not is_usable(loaded.offer, chosen, loaded.today):
            raise Refusal("method_not_usable", {"method": chosen.label})
        own = PaymentMethod.objects.filter(account_id=account_id)
        before = next((method.id for method in kept_methods(loaded.state) if method.is_backup), "")
        own.filter(is_backup=True).update(is_backup=False)
        if is_backup:
            own.filter(id=method_id).update(is_backup=True)
        told = {"before": {"method": before}, "after": {"method": chosen.id if is_backup else ""}}
        tell(About(account_id), "backup_method", actor, now, **told)
        if is_backup:
            write_mail(account_id, actor, now, Letter("backup_method", method_id, now.isoformat()))
            look_again(account_id=account_id, now=now)
