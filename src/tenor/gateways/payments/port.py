"""The port to payment gateways: a few verbs over frozen values. No pages, no models, no clock."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tenor.domain.account import MethodKind
from tenor.domain.money import Money
from tenor.gateways.payments.errors import GatewayError


class ChargeStatus(StrEnum):
    """Where a charge stands at the gateway."""

    SUCCEEDED = "succeeded"
    REQUIRES_ACTION = "requires_action"
    """The payer has to do something at `action_url` first, such as the bank's check."""
    PROCESSING = "processing"
    """Under way for days (direct debit). Neither paid nor failed."""
    DECLINED = "declined"
    CANCELED = "canceled"
    REVERSED = "reversed"
    """Was paid, then taken back by the payer's bank (a debit returned, a dispute lost)."""


class RefundStatus(StrEnum):
    """Where a refund stands at the gateway."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    FAILED = "failed"


class SetupStatus(StrEnum):
    """Where the storing of a method stands."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    """The payer turned back or refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Why a charge was declined. `final`: this method will not work again, do not retry it (rules 6)."""

    code: str
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRequest:
    """Ask for money. The idempotency key is our payment's id, made before the first try and never changed.

    `on_session`: the payer is there and can be sent to a page. `return_url` is where that page leads back to; with
    nobody there it is needed, too, for who passes the bank's check later. `locale` chooses the page's language.
    """

    idempotency_key: str
    reference: str
    method: str
    amount: Money
    description: str
    return_url: str
    on_session: bool
    locale: str = ""

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise ValueError(f"a charge is more than nothing, not {self.amount}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """Give money back from one charge, under an idempotency key of its own."""

    idempotency_key: str
    reference: str
    charge_reference: str
    amount: Money
    reason: str = ""

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise ValueError(f"a refund is more than nothing, not {self.amount}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAnswer:
    """What the gateway's books say about one refund. `created_at` is the gateway's time, UTC."""

    gateway_id: str
    reference: str
    charge_reference: str
    status: RefundStatus
    amount: Money
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeAnswer:
    """What the gateway's books say about one charge, refunds included. `created_at` is the gateway's time, UTC."""

    gateway_id: str
    reference: str
    status: ChargeStatus
    amount: Money
    created_at: datetime
    action_url: str = ""
    decline: Decline | None = None
    refunds: tuple[RefundAnswer, ...] = ()

    def __post_init__(self) -> None:
        if (self.status is ChargeStatus.REQUIRES_ACTION) != bool(self.action_url):
            raise ValueError(f"an action's address belongs to requires_action, and to it only: {self}")
        if (self.status is ChargeStatus.DECLINED) != (self.decline is not None):
            raise ValueError(f"a decline's code belongs to declined, and to it only: {self}")

    @property
    def refunded(self) -> Money:
        """What has gone back of this charge, refunds under way included."""
        back = sum(refund.amount.minor for refund in self.refunds if refund.status is not RefundStatus.FAILED)
        return Money(back, self.amount.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupRequest:
    """Store a way to pay, on the gateway's own pages. `reference` is ours and makes the request repeatable.

    `holder` is the name to show on a mandate. `locale`: en, sv or nl.
    """

    reference: str
    kind: MethodKind
    holder: str
    return_url: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMethod:
    """A way to pay that the gateway keeps for us; `reference` is what a charge names, `holder` whose it is.

    Cards have a brand, last4 and an expiry; debits have last4 (of the IBAN) and a mandate reference. `invalid_because`
    is the code of a refusal for good, "" while it may be charged.
    """

    reference: str
    kind: MethodKind
    brand: str = ""
    last4: str = ""
    expiry_year: int | None = None
    expiry_month: int | None = None
    mandate_reference: str = ""
    holder: str = ""
    invalid_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodUpdate:
    """What may be changed of a stored method: whose it is, and the expiry that is printed on a renewed card."""

    reference: str
    holder: str
    expiry_year: int | None = None
    expiry_month: int | None = None

    def __post_init__(self) -> None:
        if (self.expiry_year is None) != (self.expiry_month is None):
            raise ValueError(f"an expiry is a year and a month: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupAnswer:
    """How the storing of a method stands; `method` once it succeeded."""

    reference: str
    status: SetupStatus
    method: StoredMethod | None = None

    def __post_init__(self) -> None:
        if (self.status is SetupStatus.SUCCEEDED) != (self.method is not None):
            raise ValueError(f"a stored method belongs to succeeded, and to it only: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayEvent:
    """A verified hint that something moved: store it once by `id`, then ask for the current state.

    `kind` is the gateway's word ("charge.succeeded"); unknown ones are stored too. `subject` is what it is about
    ("charge", "refund", "setup", "method"), `reference` ours; of a method, which we have none for, the gateway's own.
    `charge_reference` names the charge of a charge or a refund.
    """

    id: str
    kind: str
    subject: str
    reference: str
    charge_reference: str
    occurred_at: datetime


Charged = tuple[ChargeRequest, ChargeAnswer | GatewayError]
"""A request and what came of it. An error is the outcome of its one request, and tells what `charge` would raise."""


class PaymentGateway(Protocol):
    """What Tenor asks of a payment gateway. Errors: `GatewayError`'s tree in errors.py."""

    @property
    def least_amounts(self) -> Mapping[str, int]:
        """The least that it charges, in minor units: a row for every currency that it takes."""
        ...

    def kinds_in(self, currency: str) -> frozenset[MethodKind]:
        """The kinds of methods that can pay in the currency: a direct debit belongs to a scheme, and that to money."""
        ...

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Ask for money. The same key and body give the same answer and move money once."""
        ...

    def charge_many(self, requests: Iterable[ChargeRequest], at_once: int) -> Iterator[Charged]:
        """Ask for each, at most `at_once` at a time, and yield what came of it as it comes; nothing raises for all.

        Requests are drawn in the caller's thread, a few for each that is under way, so that the caller can write
        answers down meanwhile. To stop early, end the requests and take what still comes. Closing sends nothing more,
        waits for what is under way and leaves its outcome to `find_charge`; an error of `requests` itself is raised
        when everything that was sent has its outcome.
        """
        ...

    def find_charge(self, reference: str) -> ChargeAnswer | None:
        """What became of our payment `reference`, refunds included; None when the gateway never booked it."""
        ...

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Give money back. Raises GatewayRefused where more is asked than is left, or nothing was paid."""
        ...

    def cancel_charge(self, reference: str) -> ChargeAnswer:
        """Call off a charge that is not paid yet. One that already ended answers as it stands, unchanged."""
        ...

    def start_setup(self, request: SetupRequest) -> str:
        """The address of the gateway's page where the payer adds a method."""
        ...

    def read_setup(self, reference: str) -> SetupAnswer:
        """How a setup stands. Raises GatewayRefused (`no_such_setup`) for one never started."""
        ...

    def read_method(self, reference: str) -> StoredMethod:
        """A stored method as it stands. Raises GatewayRefused (`no_such_method`) for one that it does not keep."""
        ...

    def update_method(self, update: MethodUpdate) -> StoredMethod:
        """Change a stored method; again and again comes to the same.

        Raises GatewayRefused: `no_such_method`, `expiry_passed`, `not_a_card` for an expiry of anything else.
        """
        ...

    def remove_method(self, reference: str) -> None:
        """Forget a stored method: nothing can be charged to it any more. What it does not keep is forgotten already."""
        ...

    def read_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayEvent:
        """Verify and read a webhook. `now` is real time, not the test clock's. Raises InvalidEvent."""
        ...

    def charge_pages(self, since: datetime) -> Iterator[tuple[ChargeAnswer, ...]]:
        """The same page by page, for books that are larger than memory. A page is asked for when it is drawn."""
        ...

    def list_charges(self, since: datetime) -> tuple[ChargeAnswer, ...]:
        """Every charge booked at or after `since` (gateway's time), oldest first, for comparing books."""
        ...
