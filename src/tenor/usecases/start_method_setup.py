"""Begin to store a way to pay, on the gateway's own pages: Tenor never sees the number of a card or an account."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.locks import retrying
from tenor.db.models import Event
from tenor.domain.account import Actor, MethodKind
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.port import SetupRequest
from tenor.gateways.payments.registry import GATEWAYS, gateway
from tenor.usecases.load import Loaded, load, lock_and_load
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.session import Session
from tenor.usecases.tell import About, tell

REFERENCE = "{reference}"
"""Stands in a setup's return address where its reference belongs."""


def start_method_setup(*, account_id: UUID, kind: MethodKind, actor: Actor, session: Session, now: datetime) -> str:
    """The address of the gateway's page on which a payer of the account adds a method of that kind.

    A payer who turns back leaves nothing behind but the note that it was begun: thieves try stolen cards this way, so
    that an account begins a few times a day at most (policy). The reference names the account, so that
    `finish_method_setup` stores the method for it and for nobody else; `session.return_url` holds "{reference}" where
    it belongs. Raises Refusal: `role_may_not_buy`, `method_kind_not_taken`, `method_kind_not_in_currency`,
    `too_many_setups`, `gateway_unavailable`.
    """
    demand(actor, Permission.BUY)
    with account_scope(account_id):
        loaded = load(account_id, now)
        if kind not in loaded.offer.policy.paying_methods:
            raise Refusal("method_kind_not_taken", {"kind": str(kind)})
        if kind not in kinds_in(loaded.state.currency):
            raise Refusal("method_kind_not_in_currency", {"kind": str(kind), "currency": loaded.state.currency})
        _check_count(loaded)
    reference = new_reference(account_id)
    outside_transactions()
    try:
        page = gateway(setup_gateway()).start_setup(
            SetupRequest(
                reference=reference,
                kind=MethodKind(kind),
                holder=loaded.state.name,
                return_url=session.return_url.replace(REFERENCE, reference),
                locale=session.locale,
            )
        )
    except GatewayError as silence:
        raise Refusal("gateway_unavailable", {}) from silence
    retrying(lambda: _note(account_id, kind, actor, now))
    return page


def _note(account_id: UUID, kind: MethodKind, actor: Actor, now: datetime) -> None:
    """Counted again under the lock: of twenty at the same moment no more than the policy allows see a page."""
    with account_scope(account_id):
        _check_count(lock_and_load(account_id, now))
        tell(About(account_id), "method_setup", actor, now, after={"kind": str(kind)})


def _check_count(loaded: Loaded) -> None:
    most = loaded.offer.policy.method_setups_a_day
    begun = Event.objects.filter(account_id=loaded.state.id, kind="method_setup", at__gt=loaded.now - timedelta(days=1))
    if begun.count() >= most:
        raise Refusal("too_many_setups", {"most": most})


def kinds_in(currency: str) -> frozenset[MethodKind]:
    """The kinds of methods that can be added to pay in the currency."""
    return gateway(setup_gateway()).kinds_in(currency)


def setup_gateway() -> str:
    """The gateway that stores new methods: the first that this installation has."""
    return next(iter(GATEWAYS))


def new_reference(account_id: UUID) -> str:
    """A reference for a setup of this account, never used before."""
    return f"{account_id.hex}-{new_id().hex}"


def is_reference_of(account_id: UUID, reference: str) -> bool:
    """Whether a setup with that reference was begun for the account."""
    return account_of(reference) == account_id


def account_of(reference: str) -> UUID | None:
    """The account for which a setup with that reference was begun; None where it is none of ours."""
    found = re.fullmatch("([0-9a-f]{32})-[0-9a-f]{32}", reference)
    return UUID(found[1]) if found else None
