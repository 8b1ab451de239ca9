"""Put a stored method in the place of another one, wherever that stands: subscriptions, renewals, default, backup."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.domain.account import Actor, PaymentMethod
from tenor.domain.direct_debit import short_notices
from tenor.domain.eligibility import Action, reasons
from tenor.domain.methods import chargeable, kept_method, naming, paid_by
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.domain.requests import Request, SetPaymentMethod
from tenor.usecases.load import Loaded, load
from tenor.usecases.make_backup_method import make_backup_method
from tenor.usecases.make_default_method import make_default_method
from tenor.usecases.preview_change import StoredQuote, preview_change
from tenor.usecases.remove_method import remove_method
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote


@dataclass(frozen=True, slots=True)
class Replacement:
    """The method `old` gives its place to `by`, and is removed then, if `remove` says so.

    `agreed`: to a shorter notice than usual, where `by` is a debit.
    """

    old: UUID
    by: UUID
    remove: bool = False
    agreed: bool = False


def replace_method(*, account_id: UUID, wanted: Replacement, actor: Actor, now: datetime) -> None:
    """Have a method pay whatever another one pays, in its place.

    What may not be paid otherwise (a reseller's, say) goes on naming the old one. Every step is safe to repeat, so
    that one that failed midway is done again whole. Raises Refusal: `role_may_not_buy`, `unknown_method`,
    `method_kind_not_taken`, `method_not_usable`, `method_unchanged` for a method in its own place,
    `short_notice_not_agreed`, `method_in_use` with what would be left unpaid without the old one.
    """
    demand(actor, Permission.BUY)
    with account_scope(account_id):
        loaded = load(account_id, now)
    old = kept_method(loaded.state, str(wanted.old))
    if old is None:
        raise Refusal("unknown_method", {"method": str(wanted.old)})
    new = chargeable(loaded.state, loaded.offer, str(wanted.by), loaded.today)
    if new == old:
        raise Refusal("method_unchanged", {"method": new.label})
    for stored in _previewed(loaded, old, new, actor, agreed=wanted.agreed):
        submit_quote(account_id=account_id, quote_id=stored.id, actor=actor, session=NOBODY, now=now)
    if old.is_default:
        make_default_method(account_id=account_id, method_id=wanted.by, actor=actor, now=now)
    elif old.is_backup and not new.is_default:
        make_backup_method(account_id=account_id, method_id=wanted.by, is_backup=True, actor=actor, now=now)
    if wanted.remove:
        remove_method(account_id=account_id, method_id=wanted.old, actor=actor, now=now)


def movable(loaded: Loaded, method: PaymentMethod, actor: Actor) -> tuple[str, ...]:
    """The subscriptions that name the method, and may be paid otherwise."""
    found = (one for one in naming(loaded.state, method) if not _closed(loaded, one.id, actor))
    return tuple(one.id for one in found)


def _previewed(
    loaded: Loaded, old: PaymentMethod, new: PaymentMethod, actor: Actor, *, agreed: bool
) -> list[StoredQuote]:
    """All of it is priced, and so checked, before anything is written; so is what follows the default."""
    account_id, most = UUID(loaded.state.id), loaded.offer.policy.most_at_once
    ids = movable(loaded, old, actor)
    parts = (ids[start : start + most] for start in range(0, len(ids), most))
    asks = (Request(actor, SetPaymentMethod(part, new.id, instead_of=old.id)) for part in parts)
    quotes = [preview_change(account_id=account_id, request=ask, now=loaded.now) for ask in asks]
    followers = [one for one in paid_by(loaded.state, old) if old.is_default and not one.method_id]
    sooner = short_notices(loaded.offer.policy, followers, new, loaded.today)
    if (sooner or any(stored.quote.short_notices for stored in quotes)) and not agreed:
        raise Refusal("short_notice_not_agreed", {})
    return quotes


def _closed(loaded: Loaded, subscription_id: str, actor: Actor) -> bool:
    one = loaded.state.subscription(subscription_id)
    return bool(reasons(loaded.state, loaded.offer, Action.METHOD, one, actor, loaded.today))
