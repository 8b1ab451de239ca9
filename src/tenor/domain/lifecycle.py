"""Which state may follow which: subscription, order, invoice, payment. The only place that says so (rules 7, 9)."""

from collections.abc import Mapping
from enum import StrEnum

from tenor.domain.account import SubscriptionStatus
from tenor.domain.refusals import Refusal


class OrderStatus(StrEnum):
    """An order on its way from the click to what it grants (rules 9)."""

    SUBMITTED = "submitted"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    PAID = "paid"
    FULFILLED = "fulfilled"
    RETURNED = "returned"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"


class InvoiceStatus(StrEnum):
    """A draft has no number yet and may be given up; from `open` on an invoice is never changed, only credited."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    CREDITED = "credited"


class PaymentStatus(StrEnum):
    """One attempt to collect money. `unknown`: the gateway gave no answer, so that only asking it can tell."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    REFUNDED = "refunded"
    REVERSED = "reversed"


Table = Mapping[StrEnum, frozenset[StrEnum]]

_S, _O, _I, _P = SubscriptionStatus, OrderStatus, InvoiceStatus, PaymentStatus

SUBSCRIPTION: Table = {
    _S.ACTIVE: frozenset({_S.PAST_DUE, _S.EXPIRED, _S.CANCELED}),
    _S.PAST_DUE: frozenset({_S.ACTIVE, _S.SUSPENDED, _S.EXPIRED, _S.CANCELED}),
    _S.SUSPENDED: frozenset({_S.ACTIVE, _S.EXPIRED, _S.CANCELED}),
    _S.EXPIRED: frozenset({_S.ACTIVE, _S.CANCELED}),
    _S.CANCELED: frozenset(),
}

ORDER: Table = {
    _O.SUBMITTED: frozenset({_O.REQUIRES_ACTION, _O.PROCESSING, _O.PAID, _O.FAILED, _O.CANCELED, _O.EXPIRED}),
    _O.REQUIRES_ACTION: frozenset({_O.PROCESSING, _O.PAID, _O.FAILED, _O.CANCELED, _O.EXPIRED}),
    _O.PROCESSING: frozenset({_O.REQUIRES_ACTION, _O.PAID, _O.FAILED, _O.CANCELED, _O.EXPIRED}),
    _O.PAID: frozenset({_O.FULFILLED}),
    _O.FULFILLED: frozenset({_O.RETURNED}),
    _O.RETURNED: frozenset(),
    _O.FAILED: frozenset(),
    _O.CANCELED: frozenset(),
    _O.EXPIRED: frozenset(),
}

INVOICE: Table = {
    _I.DRAFT: frozenset({_I.OPEN, _I.PAID, _I.VOID}),
    _I.OPEN: frozenset({_I.PAID, _I.CREDITED}),
    _I.PAID: frozenset({_I.OPEN, _I.CREDITED}),
    _I.VOID: frozenset(),
    _I.CREDITED: frozenset(),
}

# An answer may overtake another: whatever is not final may become any later state, and no state ever goes back.
_FINAL_ANSWERS = frozenset({_P.SUCCEEDED, _P.FAILED, _P.CANCELED})
PAYMENT: Table = {
    _P.PENDING: frozenset({_P.SENDING, _P.CANCELED}),
    _P.SENDING: _FINAL_ANSWERS | {_P.UNKNOWN, _P.REQUIRES_ACTION, _P.PROCESSING},
    _P.UNKNOWN: _FINAL_ANSWERS | {_P.REQUIRES_ACTION, _P.PROCESSING},
    _P.REQUIRES_ACTION: _FINAL_ANSWERS | {_P.PROCESSING},
    _P.PROCESSING: _FINAL_ANSWERS,
    # Money may arrive although we gave up: it is booked, and refunded by itself (rules 9).
    _P.FAILED: frozenset({_P.SUCCEEDED}),
    _P.CANCELED: frozenset({_P.SUCCEEDED}),
    _P.SUCCEEDED: frozenset({_P.REFUNDED, _P.REVERSED}),
    # A bank or a card scheme may take back even what was given back: then it was paid out twice (docs/domain/books.md).
    _P.REFUNDED: frozenset({_P.REVERSED}),
    _P.REVERSED: frozenset(),
}

IN_FLIGHT = frozenset({_P.PENDING, _P.SENDING, _P.UNKNOWN, _P.REQUIRES_ACTION, _P.PROCESSING})
"""Payments that may still take money: an invoice has one of them at most."""

OPEN_ORDER = frozenset({_O.SUBMITTED, _O.REQUIRES_ACTION, _O.PROCESSING})
"""Orders that hold their place: a subscription has one of them at most."""


def may_become(table: Table, current: StrEnum, following: StrEnum) -> bool:
    """Whether the table lets one state follow the other. Staying the same is not a step."""
    return following in table[current]


def step(table: Table, current: StrEnum, following: StrEnum) -> None:
    """Raise Refusal("forbidden_step") where the table does not let `following` come after `current`."""
    if not may_become(table, current, following):
        raise Refusal("forbidden_step", {"from": str(current), "to": str(following)})
