"""Begin to store a way to pay, on the gateway's own pages: Tenor never sees the number of a card or an account."""

import re
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.domain.account import Actor, MethodKind
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.port import SetupRequest
from tenor.gateways.payments.registry import GATEWAYS, gateway
from tenor.usecases.load import load
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.session import Session

REFERENCE = "{reference}"
"""Stands in a setup's return address where its reference belongs."""


def start_method_setup(*, account_id: UUID, kind: MethodKind, actor: Actor, session: Session, now: datetime) -> str:
    """The address of the gateway's page on which a payer of the account adds a method of that kind.

    Nothing is written here: a payer who turns back leaves nothing behind. The reference names the account, so that
    `finish_method_setup` stores the method for it and for nobody else; `session.return_url` holds "{reference}" where
    it belongs. Raises Refusal: `role_may_not_buy`, `method_kind_not_taken`, `gateway_unavailable`.
    """
    if not actor.role.may_buy:
        raise Refusal("role_may_not_buy", {})
    with account_scope(account_id):
        loaded = load(account_id, now)
    if kind not in loaded.offer.policy.paying_methods:
        raise Refusal("method_kind_not_taken", {"kind": str(kind)})
    reference = new_reference(account_id)
    outside_transactions()
    try:
        return gateway(setup_gateway()).start_setup(
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


def setup_gateway() -> str:
    """The gateway that stores new methods: the first that this installation has."""
    return next(iter(GATEWAYS))


def new_reference(account_id: UUID) -> str:
    """A reference for a setup of this account, never used before."""
    return f"{account_id.hex}-{new_id().hex}"


def is_reference_of(account_id: UUID, reference: str) -> bool:
    """Whether a setup with that reference was begun for the account."""
    return re.fullmatch(f"{account_id.hex}-[0-9a-f]{{32}}", reference) is not None
