"""Make a stored method the account's default: what pays for every subscription without a usable one of its own."""

from datetime import date, datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import retrying
from tenor.db.models import PaymentMethod, Subscription
from tenor.domain.account import Actor, MethodStatus
from tenor.domain.account import PaymentMethod as Method
from tenor.domain.methods import is_usable, kept_method, kept_methods
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.usecases.load import lock_and_load
from tenor.usecases.look_again import look_again
from tenor.usecases.tell import About, Letter, tell, write_mail


def make_default_method(*, account_id: UUID, method_id: UUID, actor: Actor, now: datetime) -> None:
    """Make it the default in place of another; the backup that becomes it is no backup any more. Safe to repeat.

    It also pays from now on for subscriptions whose own method is beyond use: expired, or refused for good.

    Raises Refusal: `role_may_not_buy`; `unknown_method`; `method_not_usable` where it can't be charged.
    """
    demand(actor, Permission.BUY)
    retrying(lambda: _make_default(account_id, method_id, actor, now))


def _make_default(account_id: UUID, method_id: UUID, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        methods = kept_methods(loaded.state)
        chosen = kept_method(loaded.state, str(method_id))
        if chosen is None:
            raise Refusal("unknown_method", {"method": str(method_id)})
        if chosen.is_default:
            return
        if not is_usable(loaded.offer, chosen, loaded.today):
            raise Refusal("method_not_usable", {"method": chosen.label})
        own = PaymentMethod.objects.filter(account_id=account_id)
        before = next((method.id for method in methods if method.is_default), "")
        own.filter(is_default=True).update(is_default=False)
        own.filter(id=method_id).update(is_default=True, is_backup=False)
        unpaid = [UUID(method.id) for method in methods if is_beyond_use(method, loaded.today)]
        Subscription.objects.filter(account_id=account_id, payment_method_id__in=unpaid).update(payment_method=None)
        told = {"before": {"method": before}, "after": {"method": chosen.id}}
        tell(About(account_id), "default_method", actor, now, **told)
        write_mail(account_id, actor, now, Letter("default_method", method_id, now.isoformat()))
        look_again(account_id=account_id, now=now)


def is_beyond_use(method: Method, today: date) -> bool:
    """Whether it will never pay again. (A mandate that waits for the bank will.)"""
    return method.status is MethodStatus.INVALID or method.has_expired(today)
